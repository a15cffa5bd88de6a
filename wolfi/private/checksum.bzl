"""Checksums as lockfiles write them: `sha1-` or `sha256-` and base64."""

_BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_HEX = "0123456789abcdef"
_SIZE_BYTES = {"sha1": 20, "sha256": 32}

# Two base64 digits → three hex digits: a workspace has tens of thousands of checksums.
_HEX_OF_PAIR = {
    first + second: "".join([_HEX[bits >> 8], _HEX[bits >> 4 & 15], _HEX[bits & 15]])
    for high, first in enumerate(_BASE64.elems())
    for low, second in enumerate(_BASE64.elems())
    for bits in [high * 64 + low]
}

def hex_digest(checksum):
    """Turns a checksum into the digest that file names in apko's cache carry.

    Args:
        checksum: `sha1-…` or `sha256-…`, from a file that nobody has checked.

    Returns:
        Lower-case hex digits, or None where the text is not such a checksum.
    """
    algorithm, dash, base64 = checksum.partition("-")
    if dash == "" or algorithm not in _SIZE_BYTES:
        return None
    return _base64_to_hex(base64, _SIZE_BYTES[algorithm])

def _base64_to_hex(base64, size_bytes):
    digits = base64.rstrip("=")
    if len(base64) % 4 != 0 or len(base64) - len(digits) > 2 or len(digits) != (size_bytes * 8 + 5) // 6:
        return None

    # Both sizes have an odd number of digits. What the last one has beyond the bytes is 0.
    digits += "A"
    parts = [_HEX_OF_PAIR.get(digits[at:at + 2]) for at in range(0, len(digits), 2)]
    if None in parts:
        return None
    result = "".join(parts)
    return result[:-2] if result.endswith("00") else None

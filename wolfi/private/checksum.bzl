"""Checksums as lockfiles write them: `sha1-` or `sha256-` and base64."""

_BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_HEX = "0123456789abcdef"
_SIZE_BYTES = {"sha1": 20, "sha256": 32}

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
    bits = 0
    bit_count = 0
    result = []
    for digit in digits.elems():
        value = _BASE64.find(digit)
        if value == -1:
            return None
        bits = bits * 64 + value
        bit_count += 6
        for _ in range(2):
            if bit_count >= 4:
                bit_count -= 4
                result.append(_HEX[bits >> bit_count])
                bits = bits & ((1 << bit_count) - 1)
    return None if bits else "".join(result[:size_bytes * 2])

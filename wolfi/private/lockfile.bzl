"""Reads a lockfile as if an enemy had written it: what comes out may become labels, paths and URLs."""

load(":apko_cache.bzl", "key_path", "package_folder")
load(":architectures.bzl", "ARCHITECTURES")
load(":checksum.bzl", "hex_digest")

_LETTERS_AND_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_NAME_CHARACTERS = _LETTERS_AND_DIGITS + "+._-"
_HOST_CHARACTERS = _LETTERS_AND_DIGITS + "._-"
_URL_CHARACTERS = _LETTERS_AND_DIGITS + "-._~:/!$&'()*+,;=%"

# The last two parts of a key's URL become paths as they are, and rules_apko writes paths into a shell command.
# Alpine's keys have an @ in their names.
_KEY_CHARACTERS = _NAME_CHARACTERS + "~%@"

# What a URL has no reason to escape: `.`, `/`, `\\`. Control characters are refused too.
_REFUSED_ESCAPES = ["2e", "2f", "5c", "7f"]

# A file's name may have 255 bytes. That of a package's repository has more in it than name and version.
_MOST_FILE_CHARACTERS = 255
_MOST_NAME_CHARACTERS = 160

# A shorter URL has no part that is too long in apko's cache, where some of its characters become three.
_FEW_URL_CHARACTERS = 80

# What a message shows of a text that may be long.
_MOST_SHOWN_CHARACTERS = 80

def read_lockfile(text, known = None):
    """Reads and checks the text of a lockfile.

    Args:
        text: Contents of the file.
        known: Packages of other lockfiles, which need not be checked again: a dict of their entries' texts → package.
            Those of this one are added.

    Returns:
        A struct of `problem` (None, or the reason for which the lockfile cannot be used, without a full stop),
        `architectures`, `packages` (structs of name, version, architecture, url, `segments`: a list of structs of
        kind `signature`, `control` or `data`, range, checksum, hex; and `key`, a text that tells packages apart which
        differ in URL or in what they hold) and `keys` (structs of url and content).
    """
    if text.strip() == "":
        return _refuse("it is empty")
    if "\n<<<<<<< " in "\n" + text:
        return _refuse("it holds a merge conflict")
    lock = json.decode(text, default = None)
    if type(lock) != "dict":
        return _refuse("it is not JSON; it may be cut off")
    contents = lock.get("contents")
    if lock.get("version") != "v1" or type(contents) != "dict":
        return _refuse("it is not a lockfile of version v1")

    known = {} if known == None else known
    packages = []
    seen = {}
    for entry in _list(contents.get("packages")):
        texts = _texts(entry)
        package = known.get(texts) or _read_package(entry)
        if type(package) == "string":
            return _refuse(package)
        known[texts] = package
        if (package.architecture, package.name) in seen:
            return _refuse("{} is there twice for {}".format(package.name, package.architecture))
        seen[(package.architecture, package.name)] = True
        packages.append(package)
    keys = {}
    for entry in _list(contents.get("keyring")):
        key = _read_key(entry)
        if type(key) == "string":
            return _refuse(key)

        # apko lists a key as often as the configuration does.
        keys[(key.url, key.content)] = key

    if not packages:
        return _refuse("it holds no package, and apko builds no empty image")
    architectures = {package.architecture: True for package in packages}.keys()
    return struct(problem = None, architectures = architectures, packages = packages, keys = keys.values())

def _refuse(problem):
    return struct(problem = problem, architectures = [], packages = [], keys = [])

def _list(value):
    """What is there: no list at all is an empty one, which apko writes as null where an old one reads it."""
    return value if type(value) == "list" else []

def _texts(entry):
    """All that `_read_package` looks at. What is refused is never known, so other values need not be told apart."""
    if type(entry) != "dict":
        return None
    texts = [entry.get("name"), entry.get("version"), entry.get("architecture"), entry.get("url")]
    for kind in ["signature", "control", "data"]:
        segment = entry.get(kind)
        if type(segment) == "dict":
            texts += [segment.get("range"), segment.get("checksum")]
    return tuple([text if type(text) == "string" else None for text in texts])

def _read_package(entry):
    if type(entry) != "dict":
        return "it has {} where a package should be".format(_show(entry))
    name = entry.get("name")
    version = entry.get("version")
    architecture = entry.get("architecture")
    url = entry.get("url")
    if not _is_made_of(name, _NAME_CHARACTERS):
        return "the package name {} is malformed".format(_show(name))
    if not _is_made_of(version, _NAME_CHARACTERS):
        return "the version {} of {} is malformed".format(_show(version), _cut(name))
    if len(name) + len(version) > _MOST_NAME_CHARACTERS:
        return "the package name {} is too long with its version".format(_show(name))
    if architecture not in ARCHITECTURES:
        return "the architecture {} of {} is unknown".format(_show(architecture), name)
    problem = _url_problem(url)
    if problem:
        return "the URL of {} {}".format(name, problem)
    ending = "/{}/{}-{}.apk".format(architecture, name, version)
    if not url.split("://", 1)[1].endswith(ending):
        return "the URL of {} does not end in {}".format(name, ending)
    if _is_too_long(url, package_folder):
        return "the URL of {} is too long".format(name)
    segments = _read_segments(entry)
    if type(segments) == "string":
        return "{} of {}".format(segments, name)
    return struct(
        name = name,
        version = version,
        architecture = architecture,
        url = url,
        segments = segments,
        key = " ".join([url] + [segment.range + " " + segment.hex for segment in segments]),
    )

def _read_segments(entry):
    segments = []
    next_start = 0
    for kind, algorithm in [("signature", "sha1-"), ("control", "sha1-"), ("data", "sha256-")]:
        segment = entry.get(kind)
        if type(segment) != "dict":
            return "no {} segment".format(kind)
        if kind == "signature" and segment.get("range") == "":
            continue
        bounds = _read_range(segment.get("range"))
        if bounds == None or bounds[0] != next_start:
            return "malformed range of the {} segment".format(kind)
        next_start = bounds[1] + 1
        checksum = segment.get("checksum")
        digest = hex_digest(checksum) if type(checksum) == "string" and checksum.startswith(algorithm) else None
        if digest == None:
            return "malformed checksum of the {} segment".format(kind)
        segments.append(struct(kind = kind, range = segment["range"], checksum = checksum, hex = digest))
    return segments

def _read_range(text):
    """`bytes=A-B` → (A, B), or None."""
    if type(text) != "string" or not text.startswith("bytes="):
        return None
    start, _, end = text.removeprefix("bytes=").partition("-")
    if not _is_number(start) or not _is_number(end) or int(start) > int(end):
        return None
    return int(start), int(end)

def _read_key(entry):
    if type(entry) != "dict":
        return "it has {} where a key should be".format(_show(entry))
    url = entry.get("url")
    content = entry.get("content")
    problem = _url_problem(url, _URL_CHARACTERS + "@")
    if problem:
        return "the URL of a key {}".format(problem)
    parts = url.split("://", 1)[1].split("/")
    if [part for part in parts[-2:] if not _is_made_of(part, _KEY_CHARACTERS)] and len(parts) > 2:
        return "the URL of a key is malformed"
    if len(parts) < 3:
        return "the key {} lies at the root of its host, where apko cannot find it offline".format(_cut(url))
    if _is_too_long(url, key_path):
        return "the URL of a key is too long"
    if type(content) != "string" or content == "":
        return "it was written without the text of the key {}".format(_cut(url))
    return struct(url = url, content = content)

def _url_problem(url, characters = _URL_CHARACTERS):
    if not _is_made_of(url, characters) or not (url.startswith("https://") or url.startswith("http://")):
        return "is not an http(s) URL, or holds a credential"
    parts = url.split("://", 1)[1].split("/")
    if "@" in parts[0]:
        return "holds a credential"
    if len(parts) < 2 or "" in parts or "." in parts or ".." in parts or not _is_host(parts[0]) or not _is_escaped_well(url):
        return "is malformed"
    return None

def _is_too_long(url, path_of):
    return len(url) > _FEW_URL_CHARACTERS and max([len(part) for part in path_of(url).split("/")]) > _MOST_FILE_CHARACTERS

def _is_host(text):
    host, colon, port = text.partition(":")
    return _is_made_of(host, _HOST_CHARACTERS) and (colon == "" or (_is_number(port) and 0 < int(port) and int(port) < 65536))

def _is_escaped_well(url):
    for escaped in url.split("%")[1:]:
        code = escaped[:2].lower()
        if len(code) < 2 or [c for c in code.elems() if c not in "0123456789abcdef"]:
            return False
        if code[0] in "01" or code in _REFUSED_ESCAPES:
            return False
    return True

def _is_made_of(text, characters):
    if type(text) != "string" or text == "" or text[0] in ".-":
        return False

    # One call, and not one step for each character: whatever else is in the text would be left.
    return text.strip(characters) == ""

def _is_number(text):
    return text.isdigit() and len(text) < 16 and (text == "0" or text[0] != "0")

def _show(value):
    """A value for a message: short, and nothing in it that a terminal obeys."""
    return "".join([c if " " <= c and c <= "~" else "?" for c in _cut(repr(value)).elems()])

def _cut(text):
    return text if len(text) <= _MOST_SHOWN_CHARACTERS else text[:_MOST_SHOWN_CHARACTERS] + "..."

"""Reads a lockfile as if an enemy had written it: what comes out may become labels, paths and URLs."""

load(":architectures.bzl", "ARCHITECTURES")
load(":checksum.bzl", "hex_digest")

_LETTERS_AND_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_NAME_CHARACTERS = _LETTERS_AND_DIGITS + "+._-"
_URL_CHARACTERS = _LETTERS_AND_DIGITS + "-._~:/!$&'()*+,;=%"

def read_lockfile(text):
    """Reads and checks the text of a lockfile.

    Args:
        text: Contents of the file.

    Returns:
        A struct of `problem` (None, or the reason for which the lockfile cannot be used, without a full stop),
        `architectures`, `packages` (structs of name, version, architecture, url, `segments`: a list of structs of
        kind `signature`, `control` or `data`, range, checksum, hex) and `keys` (structs of url and content).
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

    packages = []
    seen = {}
    for entry in _dicts(contents.get("packages")):
        package = _read_package(entry)
        if type(package) == "string":
            return _refuse(package)
        if (package.architecture, package.name) in seen:
            return _refuse("{} is there twice for {}".format(package.name, package.architecture))
        seen[(package.architecture, package.name)] = True
        packages.append(package)
    keys = []
    for entry in _dicts(contents.get("keyring")):
        key = _read_key(entry)
        if type(key) == "string":
            return _refuse(key)
        keys.append(key)

    if not packages:
        return _refuse("it holds no package, and apko builds no empty image")
    architectures = {package.architecture: True for package in packages}.keys()
    return struct(problem = None, architectures = architectures, packages = packages, keys = keys)

def _refuse(problem):
    return struct(problem = problem, architectures = [], packages = [], keys = [])

def _dicts(value):
    return [entry for entry in value if type(entry) == "dict"] if type(value) == "list" else []

def _read_package(entry):
    name = entry.get("name")
    version = entry.get("version")
    architecture = entry.get("architecture")
    url = entry.get("url")
    if not _is_made_of(name, _NAME_CHARACTERS):
        return "the package name {} is malformed".format(repr(name))
    if not _is_made_of(version, _NAME_CHARACTERS):
        return "the version {} of {} is malformed".format(repr(version), name)
    if architecture not in ARCHITECTURES:
        return "the architecture {} of {} is unknown".format(repr(architecture), name)
    problem = _url_problem(url)
    if problem:
        return "the URL of {} {}".format(name, problem)
    ending = "/{}/{}-{}.apk".format(architecture, name, version)
    if not url.endswith(ending):
        return "the URL of {} does not end in {}".format(name, ending)
    segments = _read_segments(entry)
    if type(segments) == "string":
        return "{} of {}".format(segments, name)
    return struct(name = name, version = version, architecture = architecture, url = url, segments = segments)

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
    url = entry.get("url")
    content = entry.get("content")
    problem = _url_problem(url)
    if problem:
        return "the URL of a key {}".format(problem)
    if ":" in url.split("://", 1)[1].partition("/")[2]:
        return "the URL of a key is malformed"
    if len(url.split("://", 1)[1].split("/")) < 3:
        return "the key {} lies at the root of its host, where apko cannot find it offline".format(url)
    if type(content) != "string" or content == "":
        return "it was written without the text of the key {}".format(url)
    return struct(url = url, content = content)

def _url_problem(url):
    if not _is_made_of(url, _URL_CHARACTERS) or not (url.startswith("https://") or url.startswith("http://")):
        return "is not an http(s) URL, or holds a credential"
    parts = url.split("://", 1)[1].split("/")
    if len(parts) < 2 or "" in parts or "." in parts or ".." in parts:
        return "is malformed"
    return None

def _is_made_of(text, characters):
    if type(text) != "string" or text == "" or text[0] in ".-":
        return False
    for c in text.elems():
        if c not in characters:
            return False
    return True

def _is_number(text):
    return text.isdigit() and len(text) < 16

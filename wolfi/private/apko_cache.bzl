"""Where apko looks for a file in its cache: docs/apko-cache.md of rules_apko, and Go's url.QueryEscape."""

_UNRESERVED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~"

# The reserved characters that a URL of our lockfiles may hold.
_ESCAPES = {
    "!": "%21",
    "#": "%23",
    "$": "%24",
    "%": "%25",
    "&": "%26",
    "'": "%27",
    "(": "%28",
    ")": "%29",
    "*": "%2A",
    "+": "%2B",
    ",": "%2C",
    "/": "%2F",
    ":": "%3A",
    ";": "%3B",
    "=": "%3D",
    "?": "%3F",
    "@": "%40",
}

def package_folder(url):
    """Names the folder that holds the segments of a package.

    Args:
        url: `REPOSITORY/ARCHITECTURE/NAME-VERSION.apk`.

    Returns:
        `QueryEscape(REPOSITORY)/ARCHITECTURE/NAME-VERSION`
    """
    repository, architecture, file = url.rsplit("/", 2)
    return "/".join([_query_escape(repository), architecture, file.removesuffix(".apk")])

def key_path(url):
    """Names the file of a key: the last two parts of its URL, and its name once more.

    Args:
        url: `https://HOST/os/NAME.rsa.pub`.

    Returns:
        `QueryEscape(https://HOST/)/os/NAME.rsa.pub/NAME.rsa.pub`; the slash behind the host only where no path is left.
    """
    scheme, rest = url.split("://", 1)
    parts = rest.split("/")
    folder = scheme + "://" + ("/".join(parts[:-2]) if len(parts) > 3 else parts[0] + "/")
    return "/".join([_query_escape(folder)] + parts[-2:] + parts[-1:])

def _query_escape(text):
    return "".join([c if c in _UNRESERVED else _ESCAPES[c] for c in text.elems()])

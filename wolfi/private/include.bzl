"""Which file an image configuration includes. Starlark has no YAML: we read the one line that matters."""

def read_include(text):
    """Finds the top-level `include:` of an image configuration.

    Args:
        text: Contents of the YAML file.

    Returns:
        A struct of `path` (from the workspace root, or None where nothing is included) and `problem` (None, or the
        line and the reason for which the line cannot be read).
    """
    found = None
    lines = text.split("\n")
    for number in range(len(lines)):
        line = lines[number].removesuffix("\r")
        if line.startswith("\"include\"") or line.startswith("'include'"):
            return _refuse(number, "write `include` without quotes")
        if not line.startswith("include") or line.removeprefix("include").lstrip(" ")[:1] != ":":
            continue
        if found != None:
            return _refuse(number, "a second `include`")
        value = _scalar(line.partition(":")[2])
        if value == None or (value == "" and _is_continued(lines, number)):
            return _refuse(number, "write `include: PATH` on one line, plain or in quotes")
        found = value
    if found == None or found == "":
        return struct(path = None, problem = None)
    return struct(path = found, problem = None)

def is_include_path(path):
    """Answers whether a path may be included: from the workspace root, a label, and harmless in a shell command.

    One bad label breaks the targets of every image, and rules_apko copies what is included by a shell command with the
    path in double quotes.

    Args:
        path: As the configuration has it.

    Returns:
        True or False.
    """
    return len(path) < 256 and not [part for part in path.split("/") if not _is_path_part(part)]

def _is_path_part(text):
    return text not in ["", ".", ".."] and text[0] not in "-@ " and text[-1] != " " and not [
        c
        for c in text.elems()
        if not (c.isalnum() or c in "._+-@=,~ ")
    ]

def _is_continued(lines, number):
    """Whether the value of a key stands below it."""
    below = lines[number + 1] if number + 1 < len(lines) else ""
    return below[:1] in [" ", "\t"] and below.strip(" \t\r") != ""

def _refuse(number, reason):
    return struct(path = None, problem = "{}:1: {}".format(number + 1, reason))

def _scalar(text):
    """The value of a one-line plain or quoted scalar, or None."""
    text = text.strip(" \t")
    quote = text[:1]
    if quote in ["'", "\""] and quote != "":
        value, closed, rest = text[1:].partition(quote)
        if not closed or "\\" in value or _without_comment(rest).strip(" \t") != "":
            return None
        return value
    value = _without_comment(text).strip(" \t")
    if value[:1] in ["&", "*", "!", "|", ">", "{", "[", "%", "@", "`"] and value != "":
        return None
    return value

def _without_comment(text):
    if text.startswith("#"):
        return ""
    return text.partition(" #")[0].partition("\t#")[0]

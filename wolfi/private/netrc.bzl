"""Reads netrc files as tools/repository/netrc.ts does. Bazel's own reader stops at quotes, and shows what it found."""

_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}

def find_login(text, host, file):
    """Finds the login for a host: the first entry that names it with a password, otherwise `default`.

    Args:
        text: Of the file.
        host: Lower case, without a port.
        file: As a message names it.

    Returns:
        A struct of `user` and `password`, or None.
    """
    for entry in _read_entries(_read_tokens(text, file)):
        if entry.get("password") and entry["machine"] in [None, host]:
            return struct(user = entry.get("login", ""), password = entry["password"])
    return None

def _read_entries(tokens):
    entries = []
    keyword = None
    for token in tokens:
        if keyword == "machine":
            entries.append({"machine": token.lower()})
            keyword = None
        elif keyword:
            if entries:
                entries[-1][keyword] = token
            keyword = None
        elif token == "default":
            entries.append({"machine": None})
        elif token in ["machine", "login", "password", "account"]:
            keyword = token
    return entries

def _read_tokens(text, file):
    tokens = []
    in_macro = False
    for index, line in enumerate(text.split("\n")):
        if in_macro:
            in_macro = line.strip() != ""
            continue
        found = _split_line(line)
        if found == None:
            fail("Cannot read netrc \"{}:{}\": a quote is not closed".format(file, index + 1))
        in_macro = "macdef" in found
        tokens += found[:found.index("macdef")] if in_macro else found
    return tokens

def _split_line(line):
    """Splits a line into words and quoted texts, without a comment; None where a quote is not closed."""
    tokens = []
    token = None
    is_quoted = False
    is_escaped = False
    for c in (line + "\n").elems():
        if is_quoted:
            if is_escaped:
                token += _ESCAPES.get(c, c)
                is_escaped = False
            elif c == "\\":
                is_escaped = True
            elif c == "\"":
                tokens.append(token)
                token = None
                is_quoted = False
            else:
                token += c
        elif c.isspace():
            if token != None:
                tokens.append(token)
            token = None
        elif token != None:
            token += c
        elif c == "#":
            return tokens
        elif c == "\"":
            token = ""
            is_quoted = True
        else:
            token = c
    return None if is_quoted else tokens

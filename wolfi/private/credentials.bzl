"""What a download says about who asks, by the rules of the lock command (tools/repository/credentials.ts)."""

load(":netrc.bzl", "find_login")

def download_auth(repository_ctx, url):
    """Finds the credential for a URL: `HTTP_AUTH`, otherwise the file that `NETRC` names, otherwise `~/.netrc`.

    Neither the variables nor the file are watched: another password is no reason to fetch again what was verified.

    Args:
        repository_ctx: Of the rule that downloads.
        url: Without user and password, as lockfile.bzl lets through.

    Returns:
        For `auth` of repository_ctx.download, which sends it to the host of the URL alone and not along a redirect.
    """
    environment = repository_ctx.os.environ
    scheme, rest = url.split("://", 1)
    host = rest.split("/")[0].lower()
    given = _read_http_auth(environment.get("HTTP_AUTH", ""))
    if given and given.host == host:
        return {url: given.auth}

    # netrc names no scheme: nobody on the way shall read what it says.
    hostname = host.split(":")[0]
    if scheme != "https" and not _is_loopback(hostname):
        return {}
    home = environment.get("HOME") or environment.get("USERPROFILE")
    file = environment.get("NETRC") or (home and home + "/.netrc")
    if not file or not repository_ctx.path(file).exists:
        return {}
    login = find_login(repository_ctx.read(file, watch = "no"), hostname, file)
    return {url: _basic(login.user, login.password)} if login else {}

def _read_http_auth(text):
    """`basic:HOST:USER:PASSWORD` as apko reads it, or `bearer:HOST:TOKEN`; None for anything else."""
    parts = text.split(":")
    if parts[0] == "basic" and len(parts) == 4:
        return struct(host = parts[1].lower(), auth = _basic(parts[2], parts[3]))
    if parts[0] == "bearer" and len(parts) == 3:
        auth = {"type": "pattern", "pattern": "Bearer <password>", "password": parts[2]}
        return struct(host = parts[1].lower(), auth = auth)
    return None

def _basic(user, password):
    return {"type": "basic", "login": user, "password": password}

def _is_loopback(hostname):
    return hostname == "localhost" or hostname.endswith(".localhost") or hostname.startswith("127.")

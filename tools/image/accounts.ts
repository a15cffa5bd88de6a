/** A line of /etc/passwd: passwd(5). */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
  readonly shell: string;
}

/** A line of /etc/group: group(5). */
export interface Group {
  readonly name: string;
  readonly gid: number;
  readonly members: readonly string[];
}

/** Whom a program runs as. */
export interface Identity {
  readonly uid: number;
  readonly gids: ReadonlySet<number>;
}

/** Lines that are none are left out, as they are where a container starts. */
export function parseAccounts(text: string): readonly Account[] {
  return lines(text).flatMap(([name, , uid, gid, , home, shell]) =>
    name === undefined || !isId(uid) || !isId(gid)
      ? []
      : [{ name, uid: Number(uid), gid: Number(gid), home: home ?? "", shell: shell ?? "" }],
  );
}

export function parseGroups(text: string): readonly Group[] {
  return lines(text).flatMap(([name, , gid, members = ""]) =>
    name === undefined || !isId(gid)
      ? []
      : [{ name, gid: Number(gid), members: members.split(",").filter((member) => member !== "") }],
  );
}

/**
 * Finds whom an image's user stands for, as engines do: `USER[:GROUP]`, each a name or a number, nothing for root.
 * What is a number is never a name, and needs no account. github.com/moby/sys/user v0.1.0, GetExecUser.
 */
export function findIdentity(
  user: string,
  accounts: readonly Account[],
  groups: readonly Group[],
): { readonly identity: Identity } | { readonly reason: string } {
  const [name = "", group = ""] = user.split(":");
  const wanted = name === "" ? "0" : name;
  const account = accounts.find((entry) => (isId(wanted) ? entry.uid === Number(wanted) : entry.name === wanted));
  if (account === undefined && !isId(wanted)) return { reason: `there is no user "${wanted}" in /etc/passwd` };
  const uid = account?.uid ?? Number(wanted);
  if (group !== "") {
    const gid = isId(group) ? Number(group) : groups.find((entry) => entry.name === group)?.gid;
    if (gid === undefined) return { reason: `there is no group "${group}" in /etc/group` };
    return { identity: { uid, gids: new Set([gid]) } };
  }
  const others = groups.filter(({ members }) => account !== undefined && members.includes(account.name));
  return { identity: { uid, gids: new Set([account?.gid ?? 0, ...others.map(({ gid }) => gid)]) } };
}

function lines(text: string): readonly (readonly string[])[] {
  return text
    .split("\n")
    .filter((line) => line.trim() !== "" && !line.startsWith("#"))
    .map((line) => line.split(":"));
}

function isId(text: string | undefined): boolean {
  return text !== undefined && /^\d{1,10}$/.test(text);
}

import type { CommandEntry, Completion, ValueKind } from "./command-table.ts";

/**
 * Functions for bash and zsh alike, which answer by printing lines:
 *
 * - `_wolfi_commands COMMAND`, `_wolfi_options COMMAND`: `TEXT:WHAT IT DOES`
 * - `_wolfi_value COMMAND OPTION`: what kind of value that option takes; nothing where it takes none
 * - `_wolfi_argument COMMAND COUNT`: of what kind the argument is that has COUNT before it
 * - `_wolfi_words KIND [IMAGE...]`: the words that there are of a kind, looked up in the workspace
 *
 * They read the workspace's own files alone, and start no program that would have to be built.
 */
export function sharedFunctions(table: readonly CommandEntry[]): string {
  const list = (completions: readonly Completion[]): string =>
    `printf '%s\\n' ${completions.map(({ text, description }) => quote(`${text}:${description}`)).join(" ")}`;
  return `_wolfi_commands() {
  case $1 in
${table.flatMap(({ name, commands }) => (commands.length > 0 ? [branch(name, list(commands))] : [])).join("\n")}
  esac
}

_wolfi_options() {
  case $1 in
${table.map(({ name, options }) => branch(name, list(options))).join("\n")}
  esac
}

_wolfi_value() {
  case "$1 $2" in
${table.flatMap(({ name, values }) => [...values].map(([flag, kind]) => branch(`${name} ${flag}`, say(kind)))).join("\n")}
  esac
}

_wolfi_argument() {
  case "$1 $2" in
${table.flatMap(argumentBranches).join("\n")}
  esac
}

_wolfi_folder() {
  local root=$PWD folder
  until [ -e "$root/MODULE.bazel" ]; do
    [ -n "$root" ] || return
    root=\${root%/*}
  done
  folder=$(sed -n 's/^[A-Za-z_]*\\.images(folder *= *"\\([^"]*\\)".*/\\1/p' "$root/MODULE.bazel")
  printf '%s\\n' "$root/\${folder:-wolfi-images}"
}

_wolfi_words() {
  local kind=$1 folder file name
  shift
  folder=$(_wolfi_folder)
  [ -d "$folder" ] || case $kind in image | package) return ;; esac
  case $kind in
    image)
      find "$folder" -maxdepth 1 -name '[A-Za-z0-9]*.yaml' | sort | while IFS= read -r file; do
        name=\${file##*/}
        name=\${name%.yaml}
        # What others include and what has no lockfile is no image.
        [ -e "$folder/$name.lock.json" ] || ! grep -qs "^include:.*/$name\\.yaml" "$folder"/*.yaml || continue
        printf '%s\\n' "$name"
      done
      ;;
    package)
      # Those that are locked, of the images that were named, or of all.
      for name in "\${@:-*}"; do
        find "$folder" -maxdepth 1 -name "$name.lock.json" -exec sed -n 's/^ *"name": "\\([^"/]*\\)",$/\\1/p' {} +
      done | sort -u
      ;;
    file | folder | other) ;;
    *) printf '%s\\n' "$kind" | tr ' ' '\\n' ;;
  esac
}
`;
}

function branch(pattern: string, action: string): string {
  return `    ${quote(pattern)}) ${action} ;;`;
}

function argumentBranches({ name, arguments: kinds, isOpen }: CommandEntry): readonly string[] {
  const closed = isOpen ? kinds.slice(0, -1) : kinds;
  const branches = closed.map((kind, at) => branch(`${name} ${at}`, say(kind)));
  return isOpen ? [...branches, `    ${quote(`${name} `)}[0-9]*) ${say(kinds.at(-1)!)} ;;`] : branches;
}

function say(kind: ValueKind): string {
  return `echo ${quote(typeof kind === "string" ? kind : kind.join(" "))}`;
}

function quote(text: string): string {
  return `'${text.replaceAll("\n", " ").replaceAll("'", `'\\''`)}'`;
}

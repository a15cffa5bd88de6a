import { STATE_HEADER_LINES } from "./launcher-state.ts";

/** What the first lines of a launcher say; by these it is known. */
export const LAUNCHER_MARK = "# Starts wolfi in the workspace around the current folder. Written by: wolfi install";

/**
 * The program `wolfi` of a person's bin folder, for every workspace of the machine. Where nothing has changed since
 * Bazel made the program, it starts Node at once; otherwise it has Bazel make it first.
 *
 * Bazel's part is to write the state (launcher-state.ts): what to start, and the paths of what that was made of. The
 * launcher adds how these looked *before* Bazel read them: who edits while Bazel works is noticed at the next call.
 */
export const launcher: string = `#!/bin/sh
${LAUNCHER_MARK}
set -u

main() {
  workspace=$(pwd -P) || fail 2 "the current folder does not exist any more"
  until [ -e "$workspace/MODULE.bazel" ]; do
    [ -n "$workspace" ] || fail 2 "there is no MODULE.bazel in $(pwd -P) or above it: call it inside a workspace"
    workspace=\${workspace%/*}
  done
  cache=\${XDG_CACHE_HOME:-}
  case $cache in /*) ;; *) cache=\${HOME:-}/.cache ;; esac
  state=$cache/wolfi/launcher$workspace/.wolfi-state
  read_state && is_unchanged && ! needs_bazel "$@" || prepare
  [ -n "\${BAZEL:-}" ] || export BAZEL="$bazel"
  export WOLFI_REPOSITORY_MAP="$map"
  unset BUILD_WORKING_DIRECTORY BUILD_WORKSPACE_DIRECTORY
  exec "$node" "$program" "$@"
}

# Sets node, program, map, bazel and building: the commands that Bazel prepares.
read_state() {
  [ -f "$state" ] && {
    IFS= read -r node && IFS= read -r program && IFS= read -r map && IFS= read -r bazel && IFS= read -r building
  } <"$state"
}

is_unchanged() {
  [ -x "$node" ] && [ -f "$program" ] && [ -e "$map" ] && {
    skip ${STATE_HEADER_LINES}
    now=$(look) && [ -n "$now" ] && [ "$now" = "$(cat)" ]
  } <"$state"
}

# Any change of a file changes the time of its change (not the time that programs can set), its size or its number;
# what comes and goes changes its folder. Reads paths up to an empty line.
look() {
  set --
  while IFS= read -r path && [ -n "$path" ]; do set -- "$@" "$path"; done
  [ $# -gt 0 ] || return
  case \${OSTYPE:-} in
    darwin*) find "$@" -exec stat -f '%N %Fc %z %i' {} + ;;
    *) find "$@" -printf '%p %C@ %s %i\\n' ;;
  esac 2>/dev/null
  # Of paths that do not exist, find complains; that they do not is what it has to say.
  return 0
}

needs_bazel() {
  command=
  for word; do
    case $word in
      -h | --help) return 1 ;;
      -*) ;;
      *) command=\${command:-$word} ;;
    esac
  done
  [ -n "$command" ] || return
  case " $building " in *" $command "*) ;; *) return 1 ;; esac
}

prepare() {
  find_bazel
  mkdir -p "\${state%/*}" || fail 1 "it keeps in $cache what it knows of the workspace"
  paths=$(paths_of "$state")
  before=$(printf '%s\\n' "$paths" | look)
  next=$state.$$
  quiet=--show_progress
  [ -t 2 ] || quiet=--noshow_progress
  stopped=
  # In the background, so that a signal for this shell alone ends it too.
  (cd "$workspace" && exec "$bazel" run --ui_event_filters=-info --show_result=0 "$quiet" @wolfi//:wolfi -- install --state "$next") <&0 >&2 &
  child=$!
  trap 'stop 130' INT
  trap 'stop 143' TERM
  trap 'stop 129' HUP
  wait "$child"
  code=$?
  while kill -0 "$child" 2>/dev/null; do
    wait "$child"
    code=$?
  done
  trap - INT TERM HUP
  [ "$code" = 0 ] && [ -z "$stopped" ] || {
    rm -f "$next"
    # 8: Bazel was interrupted.
    [ "$code" != 8 ] || exit "\${stopped:-130}"
    [ -z "$stopped" ] || exit "$stopped"
    fail "$code" "$bazel run @wolfi//:wolfi failed in $workspace"
  }
  [ "$(paths_of "$next")" != "$paths" ] || printf '\\n%s\\n' "$before" >>"$next"
  mv "$next" "$state" && read_state || fail 1 "cannot read $state"
}

stop() {
  stopped=$1
  kill -INT "$child" 2>/dev/null
}

# The one that the workspace was prepared with, its own, or the machine's.
find_bazel() {
  [ -x "\${bazel:-}" ] || bazel=
  bazel=\${BAZEL:-$bazel}
  [ -n "$bazel" ] || [ ! -x "$workspace/bazelw" ] || bazel=$workspace/bazelw
  [ -n "$bazel" ] || bazel=$(command -v bazelisk || command -v bazel) ||
    fail 2 "neither bazelisk nor bazel is in the PATH, nor bazelw in $workspace: install one, or set BAZEL to its path"
  export BAZEL="$bazel"
}

paths_of() {
  sed '1,${STATE_HEADER_LINES}d;/^$/,$d' "$1" 2>/dev/null
}

skip() {
  while [ "$1" -gt 0 ]; do
    IFS= read -r _ || return
    set -- $(($1 - 1))
  done
}

fail() {
  printf 'Cannot run wolfi: %s\\n' "$2" >&2
  exit "$1"
}

main "$@"
`;

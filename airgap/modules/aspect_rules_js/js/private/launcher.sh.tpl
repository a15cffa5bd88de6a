#!/usr/bin/env bash
# Runs {{label}} in Node.js.
set -o errexit -o nounset -o pipefail

{{environment}}
export JS_BINARY__CHDIR="${JS_BINARY__CHDIR:-{{chdir}}}"
export JS_BINARY__LOG_PREFIX="aspect_rules_js[{{kind}}]"

stop() {
  echo "FATAL: $JS_BINARY__LOG_PREFIX: $1" >&2
  exit 1
}

if [[ "${1-}" == --bazel-bindir ]]; then
  export BAZEL_BINDIR="$2"
  shift 2
fi

# Paths of captured output are relative to the execution root, or to the output tree in it.
absolute_output() {
  if [[ "$1" == bazel-out/* ]]; then
    echo "$PWD/$1"
  else
    echo "$PWD/${BAZEL_BINDIR:-$JS_BINARY__BINDIR}/$1"
  fi
}
stdout_file="${JS_BINARY__STDOUT_OUTPUT_FILE:+$(absolute_output "$JS_BINARY__STDOUT_OUTPUT_FILE")}"
silent="${JS_BINARY__SILENT_ON_SUCCESS-}"
unset JS_BINARY__STDOUT_OUTPUT_FILE JS_BINARY__SILENT_ON_SUCCESS

# The runfiles: a test is told; otherwise they lie beside the launcher, or the launcher in them.
find_runfiles() {
  if [[ -n "${TEST_SRCDIR-}" ]]; then
    echo "$TEST_SRCDIR"
    return
  fi
  local self="$0" inside=
  [[ "$self" == /* ]] || self="$PWD/$self"
  while [[ ! -e "$self.runfiles" ]]; do
    [[ "$self" != *.runfiles/* ]] || inside="${self%%.runfiles/*}.runfiles"
    if [[ ! -L "$self" ]]; then
      echo "$inside"
      return
    fi
    local target
    target="$(readlink "$self")"
    [[ "$target" == /* ]] || target="${self%/*}/$target"
    self="$target"
  done
  echo "$self.runfiles"
}
JS_BINARY__RUNFILES="$(find_runfiles)"
[[ -n "$JS_BINARY__RUNFILES" ]] || stop "no runfiles beside $0"
[[ "$JS_BINARY__RUNFILES" == /* ]] || JS_BINARY__RUNFILES="$PWD/$JS_BINARY__RUNFILES"
export JS_BINARY__RUNFILES RUNFILES_DIR="${RUNFILES_DIR:-$JS_BINARY__RUNFILES}"

# In runfiles or the output tree the program stays where it is. In the execution root, where build actions start,
# it goes to the output tree.
in_output_tree=
if [[ "$PWD/" == */bazel-out/* ]] && [[ -z "${BAZEL_BINDIR-}" || ! -d "$PWD/$BAZEL_BINDIR" ]]; then
  in_output_tree=1
fi
if [[ -z "${JS_BINARY__USE_EXECROOT_ENTRY_POINT-}" || -z "${JS_BINARY__EXECROOT-}" ]]; then
  JS_BINARY__EXECROOT="$PWD"
  [[ -z "$in_output_tree" ]] || JS_BINARY__EXECROOT="${PWD%/bazel-out/*}"
fi
export JS_BINARY__EXECROOT
if [[ -z "$in_output_tree" && -z "${JS_BINARY__NO_CD_BINDIR-}" ]]; then
  [[ -n "${BAZEL_BINDIR-}" ]] || stop "BAZEL_BINDIR must be set in the environment of a build action to \$(BINDIR), where the program \
is to run; js_run_binary sets it. Outside of build actions, set BAZEL_BINDIR=. to run here."
  cd "$BAZEL_BINDIR"
fi

entry_point="$JS_BINARY__RUNFILES/{{workspace}}/{{entry_point}}"
if [[ -n "${JS_BINARY__USE_EXECROOT_ENTRY_POINT-}" ]]; then
  [[ -n "${JS_BINARY__COPY_DATA_TO_BIN-}" ]] || stop "a js_binary with copy_data_to_bin = False cannot be the tool of a js_run_binary"
  path="{{entry_point}}"
  entry_point="$JS_BINARY__EXECROOT/$BAZEL_BINDIR/${path/#..\//external/}"
fi
[[ -f "$entry_point" ]] || stop "the entry_point '$entry_point' not found"

export JS_BINARY__NODE_BINARY="$JS_BINARY__RUNFILES/{{workspace}}/{{node}}"
[[ -f "$JS_BINARY__NODE_BINARY" ]] || stop "no Node.js for the platform that {{label}} was built for: airgap/modules/rules_nodejs/README.md"
export JS_BINARY__NODE_WRAPPER="$JS_BINARY__RUNFILES/{{workspace}}/{{node_wrapper}}"
export JS_BINARY__NODE_PATCHES="$JS_BINARY__RUNFILES/{{workspace}}/{{node_patches}}"
export JS_BINARY__FS_PATCH_ROOTS="${JS_BINARY__FS_PATCH_ROOTS:-$JS_BINARY__EXECROOT:$JS_BINARY__RUNFILES}"
export PATH="${JS_BINARY__NODE_WRAPPER%/*}:$PATH"
[[ -n "${NODE_COMPILE_CACHE-}" ]] || export NODE_DISABLE_COMPILE_CACHE="${NODE_DISABLE_COMPILE_CACHE:-1}"

case "$JS_BINARY__CHDIR" in
  "") unset JS_BINARY__CHDIR ;;
  external/*) cd "$JS_BINARY__EXECROOT/${BAZEL_BINDIR:-$JS_BINARY__BINDIR}/$JS_BINARY__CHDIR" ;;
  *) cd "$JS_BINARY__CHDIR" ;;
esac

node=("$JS_BINARY__NODE_BINARY" --require "$JS_BINARY__NODE_PATCHES" {{node_options}})
arguments=()
for argument in {{fixed_args}} "$@"; do
  case "$argument" in
    --node_options=*) node+=("${argument#--node_options=}") ;;
    *) arguments+=("$argument") ;;
  esac
done
node+=(-- "$entry_point" ${arguments[@]+"${arguments[@]}"})

[[ -z "$stdout_file" ]] || exec >"$stdout_file"
[[ -n "$silent" ]] || exec "${node[@]}"

# The output is shown only when the program fails.
log="$(mktemp)"
trap 'rm -f "$log"' EXIT
status=0
if [[ -n "$stdout_file" ]]; then
  "${node[@]}" 2>"$log" || status=$?
else
  "${node[@]}" >"$log" 2>&1 || status=$?
fi
[[ "$status" == 0 ]] || cat "$log" >&2
exit "$status"

#!/usr/bin/env bash
# Pushes an image by its digest, then tags it.
#   [-r|--repository REPOSITORY] [-t|--tag TAG]... [--insecure] [--allow-nondistributable-artifacts] [-v|--verbose]
#   [--platform PLATFORM] [ARGUMENT OF crane push]...
set -o errexit -o nounset -o pipefail

# The folder of runfiles is the launcher's own, or that of the program which has the launcher in its data.
if [[ -d $0.runfiles ]]; then RUNFILES_DIR=$(cd "$0.runfiles" && pwd); fi
: "${RUNFILES_DIR:?the launcher has no runfiles}"

crane=$RUNFILES_DIR/{crane_rlocation}
image=$RUNFILES_DIR/{image_rlocation}
repository="{repository}"

tags=() always=() push=()
while (($#)); do
  case $1 in
    -r | --repository) repository=$2 && shift ;;
    --repository=*) repository=${1#*=} ;;
    -t | --tag) tags+=("$2") && shift ;;
    --tag=*) tags+=("${1#*=}") ;;
    --platform) always+=("$1" "$2") && shift ;;
    --allow-nondistributable-artifacts | --insecure | -v | --verbose) always+=("$1") ;;
    *) push+=("$1") ;;
  esac
  shift
done
if [[ ! $repository ]]; then
  echo >&2 "ERROR: repository not set. Pass --repository."
  exit 1
fi
if [[ "{tags_rlocation}" ]]; then
  read -r -d "" -a more < "$RUNFILES_DIR/{tags_rlocation}" || true
  tags+=("${more[@]}")
fi

[[ $(< "$image/index.json") =~ \"digest\":\ *\"(sha256:[0-9a-f]{64})\" ]]
references=$(mktemp)
trap 'rm -f "$references"' EXIT
"$crane" push "${always[@]}" "$image" "$repository@${BASH_REMATCH[1]}" "${push[@]}" --image-refs "$references"
for tag in "${tags[@]}"; do
  "$crane" tag "${always[@]}" "$(< "$references")" "$tag"
done

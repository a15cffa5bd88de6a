#!/usr/bin/env bash
# Runs apko in a folder that holds nothing but the staged files.
#   apko_image.sh STAGING WORKDIR APKO ARGUMENT...
# A line of STAGING is `PATH IN WORKDIR<tab>FILE`. IMAGE_… in the environment says what is built.
set -o errexit -o nounset -o pipefail

root=$PWD staging=$1 workdir=$2 apko=$3
shift 3

rm -rf "$workdir"
while IFS=$'\t' read -r path file; do
  staged=$workdir/$path
  mkdir -p "${staged%/*}"
  ln -sf "$root/$file" "$staged"
done < "$staging"

status=0
(cd "$workdir" && exec "$root/$apko" "$@") || status=$?

# apko may leave an empty file or folder behind, and call that a success.
if [[ $status == 0 && (-s $IMAGE_OUTPUT/index.json || (-f $IMAGE_OUTPUT && -s $IMAGE_OUTPUT)) ]]; then
  exit 0
fi

case $IMAGE_ARCHITECTURE in
  amd64) architecture=x86_64 ;;
  arm64) architecture=aarch64 ;;
  *) architecture=$IMAGE_ARCHITECTURE ;;
esac
if ! grep -q "\"architecture\": *\"$architecture\"" "$workdir/$IMAGE_LOCKFILE"; then
  reason="$IMAGE_LOCKFILE has no architecture \"$architecture\""
else
  reason="apko failed, exit status $status"
fi
echo >&2 "Cannot build $IMAGE_LABEL: $reason"
exit 1

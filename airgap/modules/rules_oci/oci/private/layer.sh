#!/usr/bin/env bash
# Describes a layer.
#   layer.sh TAR DESCRIPTION LABEL
set -o errexit -o nounset -o pipefail

tar=$1 description=$2 label=$3

digest() {
  local hex
  hex=$(sha256sum)
  echo "sha256:${hex%% *}"
}

digest=$(digest < "$tar")
case $(od -An -tx1 -N4 "$tar") in
  " 1f 8b"*)
    compression=gzip
    diffid=$(gzip -dc < "$tar" | digest)
    ;;
  " 28 b5 2f fd")
    echo >&2 "Cannot describe layer $tar: zstd is not covered by the closed profile's rules_oci; use gzip"
    exit 1
    ;;
  *)
    compression=""
    diffid=$digest
    ;;
esac

"$JQ" -n '$ARGS.named + {history: {created: "1970-01-01T00:00:00Z", created_by: "bazel build \($label)"}}' \
  --arg digest "$digest" --arg diffid "$diffid" --arg compression "$compression" --arg label "$label" \
  --argjson size "$(stat -L -c %s "$tar")" > "$description"

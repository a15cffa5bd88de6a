#!/usr/bin/env bash
# Plans the tarball that `docker load` reads: its manifest.json, and the mtree specification of all its files.
#   tarball.sh LAYOUT TAGS MANIFEST SPECIFICATION
set -o errexit -o nounset -o pipefail

layout=$1 tags=$2 manifest=$3 specification=$4

problem=$("$JQ" -r '
  if (.manifests | length) != 1 then "holds \(.manifests | length) manifests instead of one"
  elif .manifests[0].mediaType == "application/vnd.oci.image.manifest.v1+json" then ""
  else "holds \(.manifests[0].mediaType), not an image" end' "$layout/index.json")
if [[ $problem ]]; then
  echo >&2 "Cannot load $LABEL: $layout $problem"
  exit 1
fi
image=$layout/blobs/$("$JQ" -r '.manifests[0].digest | sub(":"; "/")' "$layout/index.json")

# docker takes a layer of either kind under this name.
"$JQ" --rawfile tags "$tags" '
  def blob: "blobs/" + (.digest | sub(":"; "/"));
  [{Config: (.config | blob), RepoTags: [$tags | scan("\\S+")], Layers: (.layers | map(blob + ".tar.gz"))}]' \
  "$image" > "$manifest"

"$JQ" -r --arg layout "$layout" --arg manifest "$manifest" '
  def entry($content): "\(.) uid=0 gid=0 mode=0755 time=1672560000 type=file content=\($content)";
  .[0] | (.Config | entry("\($layout)/\(.)")),
    (.Layers[] | entry("\($layout)/\(rtrimstr(".tar.gz"))")),
    ("manifest.json" | entry($manifest))' "$manifest" > "$specification"

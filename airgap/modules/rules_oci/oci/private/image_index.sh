#!/usr/bin/env bash
# Writes an OCI image layout that holds one index over the images of other layouts, whose blobs it copies.
#   image_index.sh LAYOUT...
# Environment: JQ, OUTPUT (folder), ANNOTATIONS (file, or empty), LABEL.
set -o errexit -o nounset -o pipefail

blobs=$OUTPUT/blobs/sha256
mkdir -p "$blobs"

# The platform of a configuration, in the order that is part of the digest.
platform='{os, architecture, variant, "os.version": ."os.version", "os.features": ."os.features"}
  | with_entries(select(.value != null))'

for layout in "$@"; do
  count=$("$JQ" '.manifests | length' "$layout/index.json")
  if [[ $count != 1 ]]; then
    echo >&2 "Cannot build $LABEL: $layout holds $count manifests instead of one"
    exit 1
  fi
  cp --dereference --no-preserve=mode "$layout"/blobs/sha256/* "$blobs/"
  manifest=$blobs/$("$JQ" -r '.manifests[0].digest[7:]' "$layout/index.json")
  config=$blobs/$("$JQ" -r '.config.digest[7:]' "$manifest")
  "$JQ" --slurpfile config "$config" '.manifests[0] + {platform: ($config[0] | '"$platform"')}' "$layout/index.json"
done > "$OUTPUT/entries"

annotations=()
[[ $ANNOTATIONS ]] && annotations=(--rawfile annotations "$ANNOTATIONS")
"$JQ" --slurp '
  def pairs: split("\n") | map(select(. != "") | split("=") | {key: .[0], value: (.[1:] | join("="))}) | from_entries;
  {schemaVersion: 2, mediaType: "application/vnd.oci.image.index.v1+json", manifests: .}
    + ($ARGS.named.annotations | if . then {annotations: pairs} else {} end)' \
  "${annotations[@]}" "$OUTPUT/entries" > "$OUTPUT/index"
rm "$OUTPUT/entries"

digest=$(sha256sum < "$OUTPUT/index")
digest=${digest%% *}
"$JQ" -n '{manifests: [{mediaType: "application/vnd.oci.image.index.v1+json", $size, digest: "sha256:\($digest)"}]}' \
  --arg digest "$digest" --argjson size "$(stat -c %s "$OUTPUT/index")" > "$OUTPUT/index.json"
mv "$OUTPUT/index" "$blobs/$digest"
echo '{"imageLayoutVersion": "1.0.0"}' > "$OUTPUT/oci-layout"

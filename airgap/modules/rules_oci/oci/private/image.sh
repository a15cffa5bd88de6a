#!/usr/bin/env bash
# Writes an OCI image layout: a base or none, new layers, changed settings. Layers are links to where they lie.
#   image.sh [TAR DESCRIPTION]... -- JQ_OPTION...
# Environment: JQ, CONFIG_JQ and MANIFEST_JQ (programs), OUTPUT (folder), BASE (layout, or empty), LABEL.
set -o errexit -o nounset -o pipefail

blobs=$OUTPUT/blobs/sha256
mkdir -p "$blobs"

# link FILE DIGEST
link() {
  ln -sf "$(realpath --no-symlinks --canonicalize-missing --relative-to="$blobs" "$1")" "$blobs/${2#sha256:}"
}

# Moves $OUTPUT/blob to its name. Sets digest and size.
store() {
  digest=$(sha256sum < "$OUTPUT/blob")
  digest=sha256:${digest%% *}
  size=$(stat -c %s "$OUTPUT/blob")
  mv -f "$OUTPUT/blob" "$blobs/${digest#sha256:}"
}

index='{"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json"}'
base=()
if [[ $BASE ]]; then
  index=$(< "$BASE/index.json")
  count=$("$JQ" '.manifests | length' <<< "$index")
  type=$("$JQ" -r '.manifests[0].mediaType' <<< "$index")
  if [[ $count != 1 || $type != application/vnd.oci.image.manifest.v1+json ]]; then
    echo >&2 "Cannot build $LABEL: its base holds $count manifests, the first a $type, instead of one OCI image"
    exit 1
  fi
  manifest=$BASE/blobs/$("$JQ" -r '.manifests[0].digest | sub(":"; "/")' <<< "$index")
  config=$BASE/blobs/$("$JQ" -r '.config.digest | sub(":"; "/")' "$manifest")
  base=(--slurpfile base_manifest "$manifest" --slurpfile base_config "$config")
  for layer in $("$JQ" -r '.layers[].digest' "$manifest"); do
    link "$BASE/blobs/${layer/://}" "$layer"
  done
fi

# A layer that the base has too is linked to the new one.
descriptions=()
while [[ $1 != -- ]]; do
  link "$1" "$("$JQ" -r .digest "$2")"
  descriptions+=("$2")
  shift 2
done
shift

# The configuration has no newline at its end, the other files have one.
config=$("$JQ" -n --from-file "$CONFIG_JQ" "${base[@]}" "$@" "${descriptions[@]}")
printf %s "$config" > "$OUTPUT/blob"
store
"$JQ" -n --from-file "$MANIFEST_JQ" "${base[@]}" "$@" \
  --arg config_digest "$digest" --argjson config_size "$size" "${descriptions[@]}" > "$OUTPUT/blob"
store

printf %s '{"imageLayoutVersion":"1.0.0"}' > "$OUTPUT/oci-layout"
"$JQ" '{schemaVersion, mediaType, manifests: [$ARGS.named]} + (if .annotations then {annotations} else {} end)' \
  --arg mediaType application/vnd.oci.image.manifest.v1+json --arg digest "$digest" --argjson size "$size" \
  <<< "$index" > "$OUTPUT/index.json"

# The image's manifest, from that of the base, the descriptions of new layers (the inputs) and the settings.
# https://github.com/opencontainers/image-spec/blob/v1.1.1/manifest.md. The order of the keys is part of the digest.

def pairs: split("\n") | map(select(. != "") | split("=") | {key: .[0], value: (.[1:] | join("="))}) | from_entries;

$ARGS.named as $set
| ($set.base_manifest[0] // {
    schemaVersion: 2,
    mediaType: "application/vnd.oci.image.manifest.v1+json",
    config: {mediaType: "application/vnd.oci.image.config.v1+json", size: 0},
    layers: []
  })
| reduce inputs as $layer (.;
    .layers += [{
      size: $layer.size,
      digest: $layer.digest,
      mediaType: ("application/vnd.oci.image.layer.v1.tar" + ($layer.compression | if . != "" then "+" + . end))
    }])
| if $set.annotations then .annotations += ($set.annotations | pairs) end
| .config.digest = $set.config_digest
| .config.size = $set.config_size
# A copy of the base's configuration may be embedded.
| del(.config.data)

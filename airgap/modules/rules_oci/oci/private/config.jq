# The image's configuration, from that of the base, the descriptions of new layers (the inputs) and the settings.
# Settings are named arguments; one that is not there is not set. Texts are the contents of the files that hold them.
# https://github.com/opencontainers/image-spec/blob/v1.1.1/config.md. The order of the keys is part of the digest.

def lines: split("\n") | map(select(. != ""));

# A newline within an argument is written %5Cn.
def arguments: lines | map(gsub("%5Cn"; "\n"));

# "a,b" is {"a": {}, "b": {}}
def members: split(",") | map({key: ., value: {}}) | from_entries;

# From "NAME=VALUE"; a text without "=" is a name with an empty value.
def pair: split("=") | {key: (.[0] // ""), value: (.[1:] | join("="))};

# Replaces $NAME and ${NAME} by the values of a list of pairs.
def expand($pairs):
  gsub("\\$\\{?(?<name>[a-zA-Z0-9_]+)\\}?";
    .name as $name | first($pairs[] | select(.key == $name) | .value) // "");

# Each pair takes the place of one of the same name, or the last.
def with_variables($text):
  reduce ($text | rtrimstr("\n") | split("\n")[] | pair) as $new (.;
    (. as $pairs | $new.value | expand($pairs)) as $value
    | if any(.key == $new.key) then map(if .key == $new.key then .value = $value end)
      else . + [$new + {$value}] end);

$ARGS.named as $set
| ($set.base_config[0] // {
    created: "1970-01-01T00:00:00Z",
    config: {},
    history: [],
    rootfs: {type: "layers", diff_ids: []}
  } + $set.platform)
| reduce inputs as $layer (.; .rootfs.diff_ids += [$layer.diffid] | .history += [$layer.history])
| reduce (
    ($set.created | values | {created: .}),
    # An entrypoint takes the base's arguments away, as in a Dockerfile.
    ($set.entrypoint | values | {config: {Cmd: null, Entrypoint: arguments}}),
    ($set.cmd | values | {config: {Cmd: arguments}}),
    ($set.exposed_ports | values | {config: {ExposedPorts: members}}),
    ($set.volumes | values | {config: {Volumes: members}}),
    (.config.Env // [] | map(pair) | . as $base | $set.env | values | . as $text
      | {config: {Env: ($base | with_variables($text) | map("\(.key)=\(.value)"))}}),
    ($set.labels | values | {config: {Labels: (lines | map(pair) | from_entries)}}),
    ($set.user | values | {config: {User: .}}),
    ($set.workdir | values | {config: {WorkingDir: .}})
  ) as $change (.; . * $change)
| if .config.Cmd == null then del(.config.Cmd) end

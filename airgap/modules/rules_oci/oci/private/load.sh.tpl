#!/usr/bin/env bash
# Streams an image, as the tarball that `docker load` reads, into a container engine.
set -o errexit -o nounset -o pipefail

# The folder of runfiles is the launcher's own, or that of the program which has the launcher in its data.
if [[ -d $0.runfiles ]]; then RUNFILES_DIR=$(cd "$0.runfiles" && pwd); fi
export RUNFILES_DIR=${RUNFILES_DIR:?the launcher has no runfiles}

if [[ "{loader_rlocation}" ]]; then
  engine=$RUNFILES_DIR/{loader_rlocation}
else
  for engine in docker podman nerdctl ""; do
    if command -v "$engine" > /dev/null; then break; fi
  done
  if [[ ! $engine ]]; then
    echo >&2 "Cannot load the image: there is no docker, podman or nerdctl on the PATH"
    echo >&2 "Another program can be the \`loader\` of oci_load"
    exit 1
  fi
fi

zeros() {
  head -c "$1" /dev/zero
}

# header NAME SIZE CHECKSUM: POSIX.1-2017, pax, "ustar Interchange Format".
# Time and mode are those of the specification.
header() {
  printf '%s' "$1" && zeros $((100 - ${#1}))
  printf '000755 \000000000 \000000000 \000%011o 14354236600 %b0' "$2" "$3" && zeros 100
  printf 'ustar\00000' && zeros 64
  printf '000000 \000000000 \000' && zeros 167
}

# The bytes that bsdtar writes from the specification; here there may be no tar.
archive() {
  local name content size byte checksum written=0
  while read -r name content; do
    content=${content##* content=}
    content=${content/#"{image_path}"/"$RUNFILES_DIR/{image_rlocation}"}
    content=${content/#"{manifest_path}"/"$RUNFILES_DIR/{manifest_rlocation}"}
    size=$(stat -L -c %s "$content")

    checksum=0
    for byte in $(header "$name" "$size" "        " | od -An -v -tu1); do ((checksum += byte)) || true; done
    printf -v checksum '%06o\\0 ' "$checksum"

    header "$name" "$size" "$checksum"
    cat "$content"
    zeros $((-size & 511))
    ((written += 512 + size + (-size & 511)))
  done < "$RUNFILES_DIR/{specification_rlocation}"

  # Two empty blocks, then up to a whole record of twenty.
  zeros $((1024 + (-(written + 1024) % 10240 + 10240) % 10240))
}

# Whole records, as tar writes them: GNU tar refuses a pipe from which it gets a part of a block.
"$engine" load --input <(archive | dd obs=10240 status=none)
wait $!

#!/usr/bin/env bash
# unpack.sh ARCHIVE [DEB...]: writes one tar archive of what Debian packages hold.
set -euo pipefail

archive=$1
shift
tree=$archive.unpacked
mkdir -p "$tree/usr/bin" "$tree/usr/lib"

# What old paths name lies under /usr, as in wolfi-baselayout: tar follows these links.
links=(bin sbin lib lib64 usr/sbin usr/lib64)
ln -s usr/bin "$tree/bin"
ln -s usr/bin "$tree/sbin"
ln -s usr/lib "$tree/lib"
ln -s usr/lib "$tree/lib64"
ln -s bin "$tree/usr/sbin"
ln -s lib "$tree/usr/lib64"

for deb in "$@"; do
  dpkg-deb --fsys-tarfile "$deb" |
    tar --extract --keep-directory-symlink --preserve-permissions --directory="$tree" \
      --exclude='./usr/share/'{bug,doc,info,lintian,locale,man}
done

(cd "$tree" && rm "${links[@]}")
tar --create --file="$archive" --directory="$tree" --format=gnu --sort=name --hard-dereference \
  --owner=0 --group=0 --numeric-owner --mtime=@0 .
rm -rf "$tree"

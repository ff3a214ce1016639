#!/usr/bin/env bash
# archive.sh PROGRAM NOTICES TARGET FOLDER: makes the archive that `cargo binstall`, the GitHub action and the GitLab job download,
# with its digest beside it, and prints its path. The same program gives the same octets.
#
# Its name and layout are also in conformance/Cargo.toml (`package.metadata.binstall`), which a test compares with this script.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
program=$1 notices=$2 target=$3 folder=$4
stem=$name-$version-$target
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

mkdir -p "$work/$stem" "$folder"
install -m 755 "$program" "$work/$stem/$name"
install -m 644 "$packages/about.md" "$work/$stem/README.md"
install -m 644 "$repository"/LICENSE-* "$notices" "$work/$stem/"
tar --create --sort=name --owner=0 --group=0 --numeric-owner --mode=go-w --mtime='1980-01-01 00:00:00Z' --format=ustar \
    --directory "$work" "$stem" | gzip --no-name -9 >"$folder/$stem.tar.gz"
(cd "$folder" && sha256sum "$stem.tar.gz" >"$stem.tar.gz.sha256")
printf '%s\n' "$folder/$stem.tar.gz"

#!/usr/bin/env bash
# install.sh: installs maturin and the linters, at the versions of requirements.txt and package-lock.json, into target/tools/packages,
# and prints this folder. Their programs are in its subfolders bin and node_modules/.bin. It keeps a folder that is up to date.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
folder=$(cd "$here/../.." && pwd)/target/tools/packages
if ! cat "$here"/{requirements.txt,package.json,package-lock.json} | cmp --quiet - "$folder/installed"; then
    rm -rf "$folder"
    mkdir -p "$folder"
    python3 -m venv "$folder" >&2
    "$folder/bin/pip" install --quiet --disable-pip-version-check --requirement "$here/requirements.txt" >&2
    cp "$here"/package{,-lock}.json "$folder"
    (cd "$folder" && npm ci --no-audit --no-fund) >&2
    cat "$here"/{requirements.txt,package.json,package-lock.json} >"$folder/installed"
fi
printf '%s\n' "$folder"

#!/usr/bin/env bash
# build.sh [FOLDER]: builds the program, and makes the archive, the wheel and the npm packages of it, for the
# platform of this machine. They are put into FOLDER, by default target/packages. It needs Python with venv, and npm.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
folder=$(realpath -m "${1:-$repository/target/packages}")
target=$(rustc --version --verbose | sed -n 's/^host: //p')
cd "$repository"

rm -rf "$folder"
cargo build --release --locked --package fapi-conformance --features "$features"
program=$(realpath "${CARGO_TARGET_DIR:-target}/release/fapi-conformance")
packages/needs_only_libc.sh "$program"
notices=$repository/target/THIRD-PARTY.txt
cargo xtask notices --features "$features" --filter-platform "$target" >"$notices"
packages/archive.sh "$program" "$notices" "$target" "$folder"
packages/npm/pack.sh "$program" "$notices" "$target" "$folder"
packages/pypi/wheel.sh "$notices" "$folder"
cd "$folder" && sha256sum -- *.tar.gz *.tgz *.whl

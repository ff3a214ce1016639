#!/usr/bin/env bash
# wheel.sh NOTICES FOLDER: makes the wheel with maturin. If the program was built before with the same features, only its link is
# repeated, if anything.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../common.sh
source "$(dirname "${BASH_SOURCE[0]}")/../common.sh"
notices=$1 folder=$(realpath -m "$2")
maturin=$("$packages/tools/install.sh")/bin/maturin

# A folder as deep as this one, since pyproject.toml names the crate by a relative path.
project=$repository/target/pypi
rm -rf "$project"
mkdir -p "$project" "$folder"
install -m 644 "$packages/pypi/pyproject.toml" "$repository"/LICENSE-* "$notices" "$project/"
install -m 644 "$packages/about.md" "$project/README.md"
cd "$project" && "$maturin" build --out "$folder"

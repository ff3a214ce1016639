# shellcheck shell=bash disable=SC2034 # the scripts that source it read the variables
# Sourced by the scripts of this folder: names and versions, each read from its one place.

packages=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repository=$(cd "$packages/.." && pwd)
name=fapi-conformance
# OpenSSL inside, and pages in an installed Chromium.
features=vendored-openssl,browser
version=$(sed -n '/^\[workspace\.package\]$/,/^$/s/^version = "\(.*\)"$/\1/p' "$repository/Cargo.toml")
[ -n "$version" ] || { echo "Cargo.toml has no version" >&2; exit 1; }

# platform COLUMN TARGET: the name of a target in a column of platforms.tsv.
platform() {
    local found
    found=$(awk -F '\t' -v column="$1" -v target="$2" \
        '/^#/ { next } !header { for (i = 1; i <= NF; i++) if ($i == column) at = i; header = 1; next } $1 == target { print $at }' \
        "$packages/platforms.tsv")
    [ -n "$found" ] || { echo "platforms.tsv has no $1 for $2" >&2; return 1; }
    printf '%s\n' "$found"
}

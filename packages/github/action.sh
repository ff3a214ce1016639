#!/usr/bin/env bash
# action.sh find|install|run: the steps of action.yml. Everything they need is in variables, which action.yml sets.
# shellcheck disable=SC2153 # so they are assigned nowhere here
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../common.sh
source "$(dirname "${BASH_SOURCE[0]}")/../common.sh"

output() { printf '%s=%s\n' "$1" "$2" >>"$GITHUB_OUTPUT"; }
refuse() { printf '::error::%s\n' "$1"; exit 2; }

# Names the archive of this platform and the folder to keep the program in.
find_program() {
    local target folder
    target=$(awk -F '\t' -v runner="$RUNNER_OS-$RUNNER_ARCH" '$3 == runner { print $1 }' "$packages/platforms.tsv")
    [ -n "$target" ] || refuse "fapi-conformance has no archive for $RUNNER_OS on $RUNNER_ARCH; build it, and name it with 'program'"
    folder=$RUNNER_TEMP/fapi-conformance
    output stem "$name-$VERSION-$target"
    output folder "$folder"
    output program "$folder/$name-$VERSION-$target/$name"
}

install_program() {
    local archives=${ARCHIVES:-$GITHUB_SERVER_URL/$REPOSITORY/releases/download/v$VERSION} archive=$STEM.tar.gz
    mkdir -p "$FOLDER"
    cd "$FOLDER"
    download "$archives/$archive" "$archive"
    if [ -n "$SHA256" ]; then
        printf '%s  %s\n' "$SHA256" "$archive" >"$archive.sha256"
    else
        download "$archives/$archive.sha256" "$archive.sha256"
    fi
    sha256sum --check "$archive.sha256" || refuse "the digest of $archives/$archive is not the expected one"
    tar --extract --gzip --file "$archive"
    rm "$archive" "$archive.sha256"
}

download() { curl --silent --show-error --fail --location --retry 3 --output "$2" "$1" || refuse "$1 cannot be downloaded"; }

run_program() {
    local options=() line format code=0
    [ -z "$TARGET" ] || options+=(--target "$TARGET")
    [ -z "$PLAN" ] || options+=(--plan "$PLAN")
    [ -z "$EXPECTED" ] || options+=(--expected "$EXPECTED")
    for format in json junit html sarif; do
        options+=(--report "$format=$REPORTS/report.${format/junit/xml}")
    done
    while IFS= read -r line; do
        [ -z "$line" ] || options+=("$line")
    done <<<"$ARGS"
    mkdir -p "$REPORTS"
    "$PROGRAM" run "${options[@]}" || code=$?
    output exit-code "$code"
    # A run that could not begin has no report.
    [ ! -f "$REPORTS/report.sarif" ] || output sarif "$REPORTS/report.sarif"
    exit "$code"
}

case ${1-} in
find) find_program ;;
install) install_program ;;
run) run_program ;;
*) echo "usage: action.sh find|install|run" >&2 && exit 2 ;;
esac

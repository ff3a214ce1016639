# shellcheck shell=bash
# Sourced by the judge.sh of the peers that are servers: waits for a server, judges it, and ends it.
#
# The program is $FAPI_CONFORMANCE, or target/release/fapi-conformance of this repository.

peers=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repository=$(cd "$peers/../.." && pwd)
fapi_conformance=$(realpath -m "${FAPI_CONFORMANCE:-$repository/target/release/fapi-conformance}")
[ -x "$fapi_conformance" ] || { echo "$fapi_conformance is missing; build it with: cargo build --release -p fapi-conformance" >&2; exit 1; }
server='' log=$(mktemp)

# stop: ends the server, and waits until it has ended.
stop() {
    # The server has a process group of its own, so that this ends the scripts that start it too.
    [ -z "$server" ] || kill -- "-$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
    server=
}

end() {
    local status=$?
    stop
    [ "$status" = 0 ] || { echo "-- the last lines of the server's log" >&2; tail -n 20 "$log" >&2; }
    rm -f "$log"
    return "$status"
}
trap end EXIT

# start SECONDS URL PROGRAM…: starts a server, and waits until the URL answers. The authority of its certificate is $authority, or
# keys/ca.pem.
start() {
    local tries
    setsid "${@:3}" >"$log" 2>&1 </dev/null &
    server=$!
    for ((tries = $1 * 4; tries > 0; tries--)); do
        if curl --silent --fail --cacert "${authority:-keys/ca.pem}" --output /dev/null "$2"; then return; fi
        kill -0 "$server" 2>/dev/null || break
        sleep 0.25
    done
    echo "the server does not answer at $2" >&2
    return 1
}

# judge NAME [OPTION…]: runs the suite against the target file $target of this folder, or target.toml, with the known results of the
# peer unless WITHOUT_KNOWN is set: those of the names $known, or of NAME. The reports are in target/conformance/peers.
judge() {
    local format name options=() reports=$repository/target/conformance/peers
    mkdir -p "$reports"
    for format in json junit html; do
        options+=(--report "$format=$reports/$1.${format/junit/xml}")
    done
    for name in ${known:-$1}; do
        [ -n "${WITHOUT_KNOWN:-}" ] || [ ! -f "$peers/../expected/$name.toml" ] || options+=(--expected "$peers/../expected/$name.toml")
    done
    "$fapi_conformance" run --target "${target:-target.toml}" "${options[@]}" "${@:2}"
}

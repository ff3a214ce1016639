# shellcheck shell=bash
# Sourced by the judge.sh of the peers that are servers: waits for a server, judges it, and ends it.
#
# The program is $FAPI_CONFORMANCE, or target/release/fapi-conformance of this repository.

peers=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repository=$(cd "$peers/../.." && pwd)
fapi_conformance=$(realpath -m "${FAPI_CONFORMANCE:-$repository/target/release/fapi-conformance}")
[ -x "$fapi_conformance" ] || { echo "$fapi_conformance is missing; build it with: cargo build --release -p fapi-conformance" >&2; exit 1; }
server='' log=$(mktemp)

end() {
    local status=$?
    # The server has a process group of its own, so that this ends the scripts that start it too.
    [ -z "$server" ] || kill -- "-$server" 2>/dev/null || true
    [ "$status" = 0 ] || { echo "-- the last lines of the server's log" >&2; tail -n 20 "$log" >&2; }
    rm -f "$log"
    return "$status"
}
trap end EXIT

# start SECONDS URL PROGRAM…: starts a server, and waits until the URL answers.
start() {
    local tries
    setsid "${@:3}" >"$log" 2>&1 </dev/null &
    server=$!
    for ((tries = $1 * 4; tries > 0; tries--)); do
        if curl --silent --fail --cacert keys/ca.pem --output /dev/null "$2"; then return; fi
        kill -0 "$server" 2>/dev/null || break
        sleep 0.25
    done
    echo "the server does not answer at $2" >&2
    return 1
}

# judge NAME [OPTION…]: runs the suite against the target file of this folder, with the known results of the peer unless
# WITHOUT_KNOWN is set. The reports are in target/conformance/peers.
judge() {
    local format options=() reports=$repository/target/conformance/peers expected=$peers/../expected/$1.toml
    mkdir -p "$reports"
    for format in json junit html; do
        options+=(--report "$format=$reports/$1.${format/junit/xml}")
    done
    [ -n "${WITHOUT_KNOWN:-}" ] || [ ! -f "$expected" ] || options+=(--expected "$expected")
    "$fapi_conformance" run --target target.toml "${options[@]}" "${@:2}"
}

#!/usr/bin/env bash
# Installs oidc-provider from the npm registry and runs the suite against it, with TLS and in all twelve variants: once with
# everything, and once without long waits while the server requires DPoP nonces. Known deviations are in ../../expected.
set -euo pipefail
cd "$(dirname "$0")"
repository=$(cd ../../.. && pwd)
log=$(mktemp)

npm ci --no-fund --no-audit
[ -d keys ] || npm run keys

stop() {
    [ -z "${server:-}" ] || kill -- "-$server" 2>/dev/null || true
    server=
}
trap stop EXIT

# start [OPTION…]: starts the server and waits until it is ready.
start() {
    # In a process group of its own, so that stop ends npm and node.
    setsid npm run op -- --port 9471 --profile fapi2 --pages --tls "$@" >"$log" 2>&1 </dev/null &
    server=$!
    for _ in $(seq 60); do
        if grep -q '^ready' "$log"; then return; fi
        if ! kill -0 "$server" 2>/dev/null; then break; fi
        sleep 0.5
    done
    cat "$log" >&2
    exit 1
}

# judge NAME OPTION…: runs the suite; its reports are in target/conformance/peers. The status of the last run that failed is kept.
status=0
judge() {
    local format formats=()
    for format in json junit html; do
        formats+=(--report "$format=target/conformance/peers/$1.${format/junit/xml}")
    done
    cd "$repository"
    mkdir -p target/conformance/peers
    target/release/fapi-conformance run --target conformance/peers/oidc-provider/target-tls.toml "${formats[@]}" "${@:2}" || status=$?
    cd "$OLDPWD"
}

known=(--expected conformance/expected/oidc-provider.toml)
without_nonces=(--expected conformance/expected/oidc-provider-without-nonces.toml)
[ -z "${WITHOUT_KNOWN:-}" ] || known=() without_nonces=()
start
judge oidc-provider "${known[@]}" "${without_nonces[@]}" "$@"
stop
start --dpop-nonce
judge oidc-provider-with-nonces "${known[@]}" --fast "$@"
exit "$status"

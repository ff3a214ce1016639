#!/usr/bin/env bash
# Installs oidc-provider from the npm registry and runs the suite against it, with TLS: in all twelve variants of the FAPI 2.0 Security
# Profile, once with everything, and once without long waits while the server requires DPoP nonces; then in four variants each of
# Message Signing and of FAPI 1.0 Advanced. Known deviations are in ../../expected.
set -euo pipefail
cd "$(dirname "$0")"
repository=$(cd ../../.. && pwd)
log=$(mktemp)

npm ci --no-fund --no-audit
npm run keys

stop() {
    [ -z "${server:-}" ] || kill -- "-$server" 2>/dev/null || true
    wait "${server:-}" 2>/dev/null || true
    server=
}
trap stop EXIT

# start PROFILE [OPTION…]: starts the server and waits until it is ready.
start() {
    # In a process group of its own, so that stop ends npm and node.
    setsid npm run op -- --port 9471 --profile "$1" --pages --tls "${@:2}" >"$log" 2>&1 </dev/null &
    server=$!
    for _ in $(seq 60); do
        if grep -q '^ready' "$log"; then return; fi
        if ! kill -0 "$server" 2>/dev/null; then break; fi
        sleep 0.5
    done
    cat "$log" >&2
    exit 1
}

# judge NAME TARGET OPTION…: runs the suite; its reports are in target/conformance/peers. The status of the last run that failed is kept.
status=0
judge() {
    local format formats=()
    for format in json junit html; do
        formats+=(--report "$format=target/conformance/peers/$1.${format/junit/xml}")
    done
    cd "$repository"
    mkdir -p target/conformance/peers
    "${FAPI_CONFORMANCE:-target/release/fapi-conformance}" run --target "conformance/peers/oidc-provider/target-$2.toml" "${formats[@]}" "${@:3}" || status=$?
    cd "$OLDPWD"
}

known=(--expected conformance/expected/oidc-provider.toml)
without_nonces=(--expected conformance/expected/oidc-provider-without-nonces.toml)
signed=(--expected conformance/expected/oidc-provider-signed.toml) fapi1=(--expected conformance/expected/oidc-provider-fapi1.toml)
[ -z "${WITHOUT_KNOWN:-}" ] || known=() without_nonces=() signed=() fapi1=()
start fapi2
judge oidc-provider tls "${known[@]}" "${without_nonces[@]}" "$@"
stop
start fapi2 --dpop-nonce
judge oidc-provider-with-nonces tls "${known[@]}" --fast "$@"
stop
start fapi2-ms
judge oidc-provider-signed signed --plan fapi2-message-signing "${known[@]}" "${without_nonces[@]}" "${signed[@]}" --fast "$@"
stop
start fapi1
# Any two features occur together in one of these variants.
variants='*/private_key_jwt/mtls/signed/direct/code_id_token/fragment,*/private_key_jwt/mtls/signed/jwt'
variants+=',*/mtls/mtls/signed/direct/jwt,*/mtls/mtls/signed/code_id_token/fragment'
judge oidc-provider-fapi1 fapi1 --plan fapi1-advanced --variant "$variants" "${known[@]}" "${signed[@]}" "${fapi1[@]}" --fast "$@"
exit "$status"

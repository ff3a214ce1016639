#!/usr/bin/env bash
# Runs openid-client's whole flow and the prober of ../oidc-provider against the reference server, with and without DPoP nonces, and
# openid-client and oauth4webapi with the signed and encrypted messages of FAPI 2.0 and FAPI 1.0.
set -euo pipefail
cd "$(dirname "$0")"
# shellcheck source-path=SCRIPTDIR source=../server.sh
source ../server.sh
cd ../oidc-provider

[ -d node_modules ] || npm ci --no-fund --no-audit
[ -d keys ] || npm run keys

# configure FILE NONCES PROFILES: the clients of keys/clients.json, DPoP-bound.
configure() {
    cat >"$work/$1" <<TOML
issuer = "http://127.0.0.1:{port}"
listen = "127.0.0.1:0"
ephemeral = true
dpop_nonces = $2
clients_files = ["clients.json"]
profiles = [$3]

$(user_section)
TOML
    sed 's/"client_id"/"dpop_bound_access_tokens": true, &/' keys/clients.json >"$work/clients.json"
}

# flow OPTION…: runs the whole flow. A step that is left out, as refresh is without a refresh token, is a failure.
flow() {
    npm run --silent flow -- --issuer "$issuer" --user "$user" --password "$password" "$@" | tee "$work/flow.log" || return
    if grep -q '^skip' "$work/flow.log"; then
        echo "the server offers less than the whole flow" >&2
        return 1
    fi
}

security='"oauth", "openid", "fapi2_security"'
signing="$security, \"fapi2_signed_requests\", \"fapi2_signed_responses\", \"fapi2_signed_introspection\""
configure plain.toml false "$security"
start_server plain.toml
for client in es256 ps256 eddsa; do
    printf '== openid-client as client-%s\n' "$client"
    flow --client-id "client-$client"
done
echo "== openid-client with a DPoP key for PS256"
flow --client-id client-es256 --dpop-alg PS256
echo "== the prober"
for client in es256 ps256; do
    npm run --silent probe -- --issuer "$issuer" --client-id "client-$client" --user "$user" --password "$password"
done
stop_server

echo "== openid-client at a server that requires DPoP nonces"
configure nonces.toml true "$security"
start_server nonces.toml
flow --client-id client-es256
stop_server

configure signing.toml false "$signing"
start_server signing.toml
for client in es256 ps256 eddsa; do
    printf '== openid-client with FAPI 2.0 Message Signing, as client-%s\n' "$client"
    flow --client-id "client-$client" --message-signing
done
echo "== openid-client without signed requests, which are required"
if flow --client-id client-es256 >"$work/refused.log"; then
    echo "the server takes a request that is not signed" >&2
    exit 1
fi
grep '^FAIL  par .*invalid_request' "$work/refused.log" | sed 's/^FAIL/ok  /'
stop_server

# messages FAPI PROFILES: runs the clients of ../oidc-provider/messages.mjs over TLS.
messages() {
    printf '== signed and encrypted messages, %s\n' "$1"
    cat >"$work/$1.toml" <<TOML
issuer = "https://localhost:{port}"
listen = "127.0.0.1:0"
ephemeral = true
hsts = 0
profiles = [$2]
clients_files = ["$1.clients.json"]

[tls]
certificate = "server.pem"
key = "server.key"

[mtls]
base = "https://localhost:{mtls_port}"
listen = "127.0.0.1:0"

$(user_section)
TOML
    start_server "$1.toml"
    NODE_EXTRA_CA_CERTS=$work/ca.pem npm run --silent messages -- "$1" "$work" "$issuer" "$user" "$password"
    stop_server
}
make_authority
make_certificate mtls /CN=mtls DNS:mtls.example
npm run --silent messages -- keys "$work"
messages fapi2 "$signing"
messages fapi1 '"oauth", "openid", "fapi1_baseline", "fapi1_advanced"'

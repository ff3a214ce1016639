#!/usr/bin/env bash
# Runs openid-client's whole flow and the prober of ../oidc-provider against the reference server, with and without DPoP nonces.
set -euo pipefail
cd "$(dirname "$0")"
# shellcheck source-path=SCRIPTDIR source=../server.sh
source ../server.sh
cd ../oidc-provider

[ -d node_modules ] || npm ci --no-fund --no-audit
[ -d keys ] || npm run keys

# configure FILE NONCES: the clients of keys/clients.json, DPoP-bound.
configure() {
    cat >"$work/$1" <<TOML
issuer = "http://127.0.0.1:{port}"
listen = "127.0.0.1:0"
ephemeral = true
dpop_nonces = $2
clients_files = ["clients.json"]

$(user_section)
TOML
    sed 's/"client_id"/"dpop_bound_access_tokens": true, &/' keys/clients.json >"$work/clients.json"
}

# flow OPTION…: runs the whole flow. A step that is left out, as refresh is without a refresh token, is a failure.
flow() {
    npm run --silent flow -- --issuer "$issuer" --user "$user" --password "$password" "$@" | tee "$work/flow.log"
    if grep -q '^skip' "$work/flow.log"; then
        echo "the server offers less than the whole flow" >&2
        return 1
    fi
}

configure plain.toml false
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
configure nonces.toml true
start_server nonces.toml
flow --client-id client-es256

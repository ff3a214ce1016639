#!/usr/bin/env bash
# Runs Nimbus's OAuth 2.0 SDK against the reference server with FAPI 2.0 in force, over TLS: without and with DPoP nonces.
set -euo pipefail
cd "$(dirname "$0")"
# shellcheck source-path=SCRIPTDIR source=../server.sh
source ../server.sh

mvn --batch-mode --quiet compile dependency:copy-dependencies
peer() { java -cp "$repository/target/java-peer/classes:$repository/target/java-peer/dependency/*" peer.Main "$@"; }

make_authority
make_certificate mtls "/CN=mtls/O=FAPI test" DNS:mtls.example
openssl_quiet pkcs12 -export -in mtls.pem -inkey mtls.key -out mtls.p12 -passout pass:password
peer keys "$work"

# client ID MEMBERS: prints one client's metadata as JSON.
client() {
    cat <<JSON
{"client_id": "$1", "redirect_uris": ["https://client.example/cb"],
 "grant_types": ["authorization_code", "refresh_token", "client_credentials"], $2}
JSON
}
# assertions ID ALGORITHM: the members of a client with private_key_jwt and DPoP.
assertions() {
    printf '"token_endpoint_auth_method": "private_key_jwt", "dpop_bound_access_tokens": true, '
    printf '"id_token_signed_response_alg": "%s", "jwks": %s' "$2" "$(cat "$work/$1.jwks.json")"
}
cat >"$work/clients.json" <<JSON
[$(client es256 "$(assertions es256 ES256)"),
 $(client ps256 "$(assertions ps256 PS256)"),
 $(client mtls '"token_endpoint_auth_method": "tls_client_auth", "tls_client_auth_san_dns": "mtls.example", "tls_client_certificate_bound_access_tokens": true')]
JSON

for nonces in false true; do
    printf '== Nimbus, DPoP nonces required: %s\n' "$nonces"
    cat >"$work/server.toml" <<TOML
issuer = "https://localhost:{port}"
listen = "127.0.0.1:0"
ephemeral = true
hsts = 0
dpop_nonces = $nonces
clients_files = ["clients.json"]

[tls]
certificate = "server.pem"
key = "server.key"
client_authorities = "ca.pem"

[mtls]
base = "https://localhost:{mtls_port}"
listen = "127.0.0.1:0"

$(user_section)
TOML
    start_server server.toml
    peer run "$work" "$issuer" "$user" "$password" "$subject" "$nonces"
    stop_server
done

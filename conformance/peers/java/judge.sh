#!/usr/bin/env bash
# Runs Nimbus's OAuth 2.0 SDK against the reference server with FAPI 2.0 in force, without and with DPoP nonces, and then Spring
# Security's client and resource server with OAuth and OpenID in force; all over TLS.
set -euo pipefail
cd "$(dirname "$0")"
# shellcheck source-path=SCRIPTDIR source=../server.sh
source ../server.sh

# Jars of an earlier version would stay on the class path.
rm -rf "$repository/target/java-peer"
mvn --batch-mode --quiet compile dependency:copy-dependencies
peer() { java -cp "$repository/target/java-peer/classes:$repository/target/java-peer/dependency/*" "peer.$1" "${@:2}"; }

make_authority
make_certificate mtls "/CN=mtls/O=FAPI test" DNS:mtls.example
openssl_quiet pkcs12 -export -in mtls.pem -inkey mtls.key -out mtls.p12 -passout pass:password
peer Main keys "$work"

# client ID MEMBERS [REDIRECT_URI]: prints one client's metadata as JSON.
client() {
    cat <<JSON
{"client_id": "$1", "redirect_uris": ["${3-https://client.example/cb}"],
 "grant_types": ["authorization_code", "refresh_token", "client_credentials"], $2}
JSON
}
# assertions ID ALGORITHM: the members of a client with private_key_jwt and DPoP.
assertions() {
    printf '"token_endpoint_auth_method": "private_key_jwt", "dpop_bound_access_tokens": true, '
    printf '"id_token_signed_response_alg": "%s", "jwks": %s' "$2" "$(cat "$work/$1.jwks.json")"
}
certificate='"token_endpoint_auth_method": "tls_client_auth", "tls_client_auth_san_dns": "mtls.example"'
certificate+=', "tls_client_certificate_bound_access_tokens": true'
cat >"$work/clients.json" <<JSON
[$(client es256 "$(assertions es256 ES256)"),
 $(client ps256 "$(assertions ps256 PS256)"),
 $(client mtls "$certificate")]
JSON

# configure PROFILES NONCES: writes the configuration of the server.
configure() {
    cat >"$work/server.toml" <<TOML
issuer = "https://localhost:{port}"
listen = "127.0.0.1:0"
ephemeral = true
hsts = 0
profiles = [$1]
dpop_nonces = $2
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
}

for nonces in false true; do
    printf '== Nimbus, DPoP nonces required: %s\n' "$nonces"
    configure '"oauth", "openid", "fapi2_security"' "$nonces"
    start_server server.toml
    peer Main run "$work" "$issuer" "$user" "$password" "$subject" "$nonces"
    stop_server
done

echo "== Spring Security"
port=$(peer Main port "$work")
cat >"$work/clients.json" <<JSON
[$(client es256 "$(assertions es256 ES256)"),
 $(client mtls "$certificate"),
 $(client spring "\"token_endpoint_auth_method\": \"private_key_jwt\", \"jwks\": $(cat "$work/spring.jwks.json")" \
    "https://localhost:$port/login/oauth2/code/fapi")]
JSON
configure '"oauth", "openid"' false
start_server server.toml
peer SpringMain "$work" "$issuer" "$user" "$password" "$subject" "$port"

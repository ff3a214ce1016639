#!/usr/bin/env bash
# Runs Nimbus's OAuth 2.0 SDK against the reference server with FAPI 2.0 in force, without and with DPoP nonces, with the signed and
# encrypted messages of FAPI 2.0 and of FAPI 1.0, and then Spring Security's client and resource server with OAuth and OpenID in force;
# all over TLS.
set -euo pipefail
cd "$(dirname "$0")"
# shellcheck source-path=SCRIPTDIR source=../server.sh
source ../server.sh

# Jars of an earlier version would stay on the class path.
rm -rf "$repository/target/java-peer"
mvn --batch-mode --quiet compile dependency:copy-dependencies
peer() { java -cp "$repository/target/java-peer/classes:$repository/target/java-peer/dependency/*" "peer.$1" "${@:2}"; }

make_authority
for id in mtls fapi1-signed fapi1-sealed-rsa fapi1-sealed-ec; do
    make_certificate "$id" "/CN=$id/O=FAPI test" "DNS:$id.example"
    openssl_quiet pkcs12 -export -in "$id.pem" -inkey "$id.key" -out "$id.p12" -passout pass:password
done
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
# certificate ID: the members of a client with tls_client_auth and tokens bound to its certificate.
certificate() {
    printf '"token_endpoint_auth_method": "tls_client_auth", "tls_client_auth_san_dns": "%s.example", ' "$1"
    printf '"tls_client_certificate_bound_access_tokens": true'
}
# signed ALGORITHM MESSAGE…: the members of a client whose messages of these kinds are signed.
signed() {
    printf '"request_object_signing_alg": "%s"' "$1"
    printf ", \"%s_signed_response_alg\": \"$1\"" "${@:2}"
}
# sealed MANAGEMENT CONTENT MESSAGE…: those of one whose messages are encrypted too, with these algorithms.
sealed() {
    printf '"request_object_encryption_alg": "%s", "request_object_encryption_enc": "%s"' "$1" "$2"
    local message
    for message in "${@:3}"; do
        printf ', "%s_encrypted_response_alg": "%s", "%s_encrypted_response_enc": "%s"' "$message" "$1" "$message" "$2"
    done
}
cat >"$work/clients.json" <<JSON
[$(client es256 "$(assertions es256 ES256)"),
 $(client ps256 "$(assertions ps256 PS256)"),
 $(client mtls "$(certificate mtls)")]
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

# messages FAPI PROFILES: runs the flows with signed and encrypted messages.
messages() {
    printf '== Nimbus with signed and encrypted messages, %s\n' "$1"
    configure "$2" false
    start_server server.toml
    peer MessagesMain "$1" "$work" "$issuer" "$user" "$password" "$subject"
    stop_server
}
kinds=(authorization userinfo introspection)
rsa="$(signed PS256 "${kinds[@]}"), $(sealed RSA-OAEP-256 A256GCM id_token "${kinds[@]}")"
ec="$(signed ES256 "${kinds[@]}"), $(sealed ECDH-ES+A256KW A256CBC-HS512 id_token "${kinds[@]}")"
cat >"$work/clients.json" <<JSON
[$(client signed "$(assertions signed ES256), $(signed ES256 "${kinds[@]}")"),
 $(client sealed-rsa "$(assertions sealed-rsa PS256), $rsa"),
 $(client sealed-ec "$(assertions sealed-ec ES256), $ec")]
JSON
messages fapi2 '"oauth", "openid", "fapi2_security", "fapi2_signed_requests", "fapi2_signed_responses", "fapi2_signed_introspection"'

# fapi1 ID ALGORITHM MEMBERS: prints the metadata of a client that has a certificate and a key set.
fapi1() {
    client "$1" "$(certificate "$1"), \"id_token_signed_response_alg\": \"$2\", $3,
        \"response_types\": [\"code\", \"code id_token\"], \"jwks\": $(cat "$work/$1.jwks.json")" |
        sed 's/"grant_types": \[/&"implicit", /'
}
cat >"$work/clients.json" <<JSON
[$(fapi1 fapi1-signed ES256 "$(signed ES256 "${kinds[@]}")"),
 $(fapi1 fapi1-sealed-rsa PS256 "$rsa"),
 $(fapi1 fapi1-sealed-ec ES256 "$ec")]
JSON
messages fapi1 '"oauth", "openid", "fapi1_baseline", "fapi1_advanced"'

echo "== Spring Security"
port=$(peer Main port "$work")
cat >"$work/clients.json" <<JSON
[$(client es256 "$(assertions es256 ES256)"),
 $(client mtls "$(certificate mtls)"),
 $(client spring "\"token_endpoint_auth_method\": \"private_key_jwt\", \"jwks\": $(cat "$work/spring.jwks.json")" \
    "https://localhost:$port/login/oauth2/code/fapi")]
JSON
configure '"oauth", "openid"' false
start_server server.toml
peer SpringMain "$work" "$issuer" "$user" "$password" "$subject" "$port"

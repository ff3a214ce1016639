#!/usr/bin/env bash
# Runs golang.org/x/oauth2 and go-oidc's relying party against the reference server with OAuth and OpenID in force, over TLS.
set -euo pipefail
cd "$(dirname "$0")"
# shellcheck source-path=SCRIPTDIR source=../server.sh
source ../server.sh

go build -o "$work/peer" .
go vet ./...

make_authority
secret="it is read from the configuration, not guessed"
cat >"$work/server.toml" <<TOML
issuer = "https://localhost:{port}"
listen = "127.0.0.1:0"
ephemeral = true
profiles = ["oauth", "openid"]
hsts = 0

[tls]
certificate = "server.pem"
key = "server.key"

$(user_section)
TOML

# add_client ID [LINE…]: adds a client with further members.
add_client() {
    cat >>"$work/server.toml" <<TOML

[[clients]]
client_id = "$1"
redirect_uris = ["https://client.example/cb"]
$(printf '%s\n' "${@:2}")
TOML
}
grants='grant_types = ["authorization_code", "refresh_token", "client_credentials"]'
add_client basic "$grants" "client_secret = \"$secret\"" 'token_endpoint_auth_method = "client_secret_basic"'
add_client post "$grants" "client_secret = \"$secret\"" 'token_endpoint_auth_method = "client_secret_post"' \
    'id_token_signed_response_alg = "ES256"'
add_client public 'grant_types = ["authorization_code", "refresh_token"]' 'token_endpoint_auth_method = "none"'

start_server server.toml
# peer TEXT OPTION…: runs the flow under a heading.
peer() {
    printf '== x/oauth2 and go-oidc: %s\n' "$1"
    "$work/peer" --issuer "$issuer" --authority "$work/ca.pem" --user "$user" --password "$password" --subject "$subject" "${@:2}"
}
peer "client_secret_basic, found out by the client" --client-id basic --secret "$secret"
peer "client_secret_basic" --client-id basic --secret "$secret" --style header
peer "client_secret_post, found out by the client" --client-id post --secret "$secret" --algorithm ES256
peer "client_secret_post" --client-id post --secret "$secret" --algorithm ES256 --style body
peer "a public client" --client-id public

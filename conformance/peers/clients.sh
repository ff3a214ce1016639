#!/usr/bin/env bash
# clients.sh FOLDER: makes the keys, certificates and registrations of the peers that are servers. It keeps a folder that is complete.
#
#   ca.{pem,key}  server.{pem,key}   an authority, and the server's certificate for 127.0.0.1 and localhost
#   signing.jwks.json                the server's private signing keys, ES256 and PS256
#   ID.jwk.json                      the private key of a client; of each two clients the first signs with ES256, the second with PS256
#   ID.{pem,key}                     the certificate of a client, from the authority; those of mtls-*-2 are self-signed
#   ID.{of-another,counterfeit}.{pem,key}
#                                    certificates of impostors: for another name, and for the same one from an unknown authority
#   ID.client.json                   the registration of a client, with the names of RFC 7591
#   clients.json                     all of them
#
# The clients are {private_key_jwt,mtls}-{dpop,mtls}-{1,2}: how they authenticate, and what their tokens are bound to.
set -euo pipefail
folder=$1
[ ! -f "$folder/clients.json" ] || exit 0
mkdir -p "$folder"
cd "$folder"

quiet() { "$@" 2>openssl.log || { cat openssl.log >&2; exit 1; }; }
base64url() { basenc --base64url --wrap=0 | tr -d =; }
octets() { basenc --base16 --decode | base64url; }

# make_certificate FILE NAME SAN ISSUER…: a key for P-256, and a certificate for a name.
make_certificate() {
    quiet openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$2/O=FAPI test" -keyout "$1.key" -out "$1.csr"
    printf 'subjectAltName=%s\nbasicConstraints=CA:FALSE\n' "$3" >"$1.ext"
    quiet openssl x509 -req -in "$1.csr" "${@:4}" -days 365 -extfile "$1.ext" -out "$1.pem"
    rm "$1.csr" "$1.ext"
}
# make_authority FILE
make_authority() {
    quiet openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 365 -subj "/CN=FAPI test authority" \
        -addext basicConstraints=critical,CA:TRUE -keyout "$1.key" -out "$1.pem"
}

# make_ec_key ID: prints the members of a new key for ES256, the public ones in a line and then the private one.
make_ec_key() {
    quiet openssl ecparam -name prime256v1 -genkey -noout -out key.pem
    ec_point key.pem
    printf '"d": "%s"\n' "$(quiet openssl ec -in key.pem -outform DER | tail -c +8 | head -c 32 | base64url)"
}
# ec_point FILE: the members of the public key of a private one.
ec_point() {
    quiet openssl pkey -in "$1" -pubout -outform DER | tail -c 64 >point
    printf '"kty": "EC", "crv": "P-256", "x": "%s", "y": "%s"\n' "$(head -c 32 point | base64url)" "$(tail -c 32 point | base64url)"
}
make_rsa_key() {
    local numbers name
    quiet openssl genrsa -out key.pem 2048
    # The version, and the numbers in the order of RFC 8017 A.1.2.
    mapfile -t numbers < <(quiet openssl rsa -in key.pem -traditional -outform DER | openssl asn1parse -inform DER | sed -n 's/.*INTEGER *://p')
    printf '"kty": "RSA", "n": "%s", "e": "%s"\n' "$(octets <<<"${numbers[1]}")" "$(octets <<<"${numbers[2]}")"
    for name in d:3 p:4 q:5 dp:6 dq:7 qi:8; do
        printf '%s"%s": "%s"' "$([ "$name" = d:3 ] || echo ', ')" "${name%:*}" "$(octets <<<"${numbers[${name#*:}]}")"
    done
    printf '\n'
}
# make_key ALGORITHM KID: sets `public` and `private`, the members of a new key.
make_key() {
    local key
    case $1 in ES256) mapfile -t key < <(make_ec_key) ;; PS256) mapfile -t key < <(make_rsa_key) ;; esac
    public="\"kid\": \"$2\", \"use\": \"sig\", \"alg\": \"$1\", ${key[0]}"
    private="$public, ${key[1]}"
    rm -f key.pem point
}

make_authority ca
make_authority unknown
from_authority=(-CA ca.pem -CAkey ca.key -CAcreateserial)
make_certificate server localhost IP:127.0.0.1,DNS:localhost "${from_authority[@]}"
make_key ES256 server-es256
signing=$private
make_key PS256 server-ps256
printf '{"keys": [{%s}, {%s}]}\n' "$signing" "$private" >signing.jwks.json

registrations=()
for authentication in private_key_jwt mtls; do
    for constraint in dpop mtls; do
        for number in 1 2; do
            id=$authentication-$constraint-$number
            redirect_uri=https://client.example/cb
            [ "$number" = 1 ] || redirect_uri+='?dummy1=lorem&dummy2=ipsum'
            make_key "$([ "$number" = 1 ] && echo ES256 || echo PS256)" "$id"
            if [ "$id" = "mtls-$constraint-2" ]; then
                make_certificate "$id" "$id" "DNS:$id.example" -signkey "$id.key"
                method='"self_signed_tls_client_auth", "jwks": {"keys": [{"kid": "'$id-certificate'", "use": "sig", '
                method+="$(ec_point "$id.key")"', "x5c": ["'"$(grep -v -e ----- "$id.pem" | tr -d '\n')"'"]}]}'
                rm -f point
                make_certificate "$id.of-another" somebody-else DNS:somebody-else.example -signkey "$id.of-another.key"
                make_certificate "$id.counterfeit" "$id" "DNS:$id.example" -signkey "$id.counterfeit.key"
            else
                make_certificate "$id" "$id" "DNS:$id.example" "${from_authority[@]}"
                make_certificate "$id.of-another" somebody-else DNS:somebody-else.example "${from_authority[@]}"
                make_certificate "$id.counterfeit" "$id" "DNS:$id.example" -CA unknown.pem -CAkey unknown.key -CAcreateserial
                method='"tls_client_auth", "tls_client_auth_san_dns": "'$id.example'"'
            fi
            printf '{%s}\n' "$private" >"$id.jwk.json"
            [ "$authentication" = mtls ] || method='"private_key_jwt", "jwks": {"keys": [{'$public'}]}'
            bound=dpop_bound_access_tokens
            [ "$constraint" = dpop ] || bound=tls_client_certificate_bound_access_tokens
            cat >"$id.client.json" <<JSON
{"client_id": "$id", "redirect_uris": ["$redirect_uri"], "response_types": ["code"],
 "grant_types": ["authorization_code", "refresh_token", "client_credentials"], "scope": "openid offline_access profile email api:read",
 "$bound": true, "token_endpoint_auth_method": $method}
JSON
            registrations+=("$id.client.json")
        done
    done
done
rm -f openssl.log
{ printf '[\n'; cat "${registrations[0]}"; for file in "${registrations[@]:1}"; do printf ',\n'; cat "$file"; done; printf ']\n'; } >clients.json

#!/usr/bin/env bash
# realm.sh KEYS REALM: prints a realm as Keycloak imports it, with the clients whose files ../clients.sh made in the folder KEYS. REALM is
#
#   fapi     Keycloak's client profiles for the FAPI 2.0 Security Profile
#   signed   those for FAPI 2.0 Message Signing: requests are signed, and responses where the client's metadata have it so
#   fapi1    that for FAPI 1.0 Advanced
#
# The user's first consent is in the realm too: Keycloak stores two if the user gives the first one twice at once, and then no login at
# that client works any more. With `prompt=consent`, the user is asked nevertheless.
#
# A client has one of some roles, and a client policy gives it one of the client profiles that Keycloak comes with.
set -euo pipefail
keys=$1 realm=$2

quoted() { sed 's/\\/\\\\/g; s/"/\\"/g' | tr -d '\n'; }
# subject FILE: the distinguished name of a certificate, as Keycloak compares it.
subject() { openssl x509 -in "$1" -noout -subject -nameopt RFC2253 | sed 's/^subject=//'; }
# public_keys FILE…: a JWK Set with the public keys of private JWKs. The private members are the last ones.
public_keys() { cat "$@" | sed 's/, "d": .*/}/' | paste -sd , | sed 's/.*/{"keys": [&]}/'; }
# role AUTHENTICATION CONSTRAINT: the role of a client. The clients that sign no requests are those that private_key_jwt-mtls are.
role() {
    case $realm-$1-$2 in
        fapi1-*) echo fapi1 ;;
        signed-private_key_jwt-mtls | fapi-*) echo "fapi2-$2" ;;
        *) echo "signed-$2" ;;
    esac
}
# signed_attributes AUTHENTICATION CONSTRAINT NUMBER ALGORITHM: the attributes of a client about signed and encrypted messages.
signed_attributes() {
    local encrypted='encrypted.response.alg": "RSA-OAEP-256"' content='encrypted.response.enc": "A256GCM"'
    printf ', "authorization.signed.response.alg": "%s"' "$4"
    case $(role "$1" "$2") in
        fapi2-*) ;;
        *) printf ', "request.object.signature.alg": "%s", "request.object.required": "request or request_uri"' "$4" ;;
    esac
    case $realm-$1-$2-$3 in
        signed-private_key_jwt-dpop-? | fapi1-private_key_jwt-mtls-2) printf ', "id.token.%s, "id.token.%s' "$encrypted" "$content" ;;
    esac
    case $realm-$1-$2-$3 in
        signed-private_key_jwt-dpop-2) printf ', "authorization.%s, "authorization.%s' "$encrypted" "$content" ;;
    esac
}

# client AUTHENTICATION CONSTRAINT NUMBER
client() {
    local id=$1-$2-$3 redirect_uri=https://client.example/cb algorithm=ES256 authenticator attributes hybrid=false
    local files=("$keys/$1-$2-$3.jwk.json")
    [ "$3" = 1 ] || { redirect_uri+='?dummy1=lorem&dummy2=ipsum'; algorithm=PS256; }
    if [ "$1" = private_key_jwt ]; then
        authenticator=client-jwt
        attributes='"token.endpoint.auth.signing.alg": "'$algorithm'"'
    else
        authenticator=client-x509
        attributes='"x509.subjectdn": "'$(subject "$keys/$id.pem" | quoted)'", "x509.allow.regex.pattern.comparison": "false"'
    fi
    if [ "$realm" != fapi ]; then
        files+=("$keys/$id.encryption.jwk.json")
        attributes+=$(signed_attributes "$1" "$2" "$3" "$algorithm")
    fi
    if [ "$realm" != fapi ] || [ "$1" = private_key_jwt ]; then
        attributes+=', "use.jwks.string": "true", "jwks.string": "'$(public_keys "${files[@]}" | quoted)'"'
    fi
    if [ "$realm" = fapi1 ]; then
        hybrid=true
    else
        attributes+=', "pkce.code.challenge.method": "S256", "require.pushed.authorization.requests": "true"'
    fi
    case $2 in
        dpop) attributes+=', "dpop.bound.access.tokens": "true"' ;;
        mtls) attributes+=', "tls.client.certificate.bound.access.tokens": "true"' ;;
    esac
    cat <<JSON
    {
      "clientId": "$id", "protocol": "openid-connect", "publicClient": false, "clientAuthenticatorType": "$authenticator",
      "redirectUris": ["$redirect_uri"], "standardFlowEnabled": true, "serviceAccountsEnabled": true,
      "implicitFlowEnabled": $hybrid, "directAccessGrantsEnabled": false, "consentRequired": true, "fullScopeAllowed": false,
      "defaultClientScopes": ["basic", "acr"], "optionalClientScopes": ["offline_access", "profile", "email"],
      "protocolMappers": [
        {
          "name": "audience", "protocol": "openid-connect", "protocolMapper": "oidc-audience-mapper",
          "config": {"included.client.audience": "$id", "access.token.claim": "true", "id.token.claim": "false"}
        }
      ],
      "attributes": {
        $attributes,
        "id.token.signed.response.alg": "$algorithm", "access.token.signed.response.alg": "ES256"
      }
    }
JSON
}

clients='' roles='' consents=''
[ "$realm" = fapi1 ] && constraints=(mtls) || constraints=(dpop mtls)
for authentication in private_key_jwt mtls; do
    for constraint in "${constraints[@]}"; do
        for number in 1 2; do
            clients+=${clients:+,$'\n'}$(client "$authentication" "$constraint" "$number")
            roles+=${roles:+, }\"$authentication-$constraint-$number\"': [{"name": "'$(role "$authentication" "$constraint")'"}]'
            consents+=${consents:+, }"{\"clientId\": \"$authentication-$constraint-$number\", \"grantedClientScopes\": [\"profile\", \"email\"]}"
        done
    done
done

# policy ROLE PROFILE: gives the clients with a role the rules of a client profile.
policy() {
    printf '      {"name": "%s", "enabled": true, "profiles": ["%s"],' "$1" "$2"
    printf ' "conditions": [{"condition": "client-roles", "configuration": {"roles": ["%s"]}}]}' "$1"
}
policies=$(
    policy fapi2-dpop fapi-2-dpop-security-profile && printf ',\n'
    policy fapi2-mtls fapi-2-security-profile && printf ',\n'
    policy signed-dpop fapi-2-dpop-message-signing && printf ',\n'
    policy signed-mtls fapi-2-message-signing && printf ',\n'
    policy fapi1 fapi-1-advanced
)

# The key to which request objects are encrypted.
encryption=
[ "$realm" = fapi ] || encryption=',
      {
        "name": "rsa-oaep-256", "providerId": "rsa-enc-generated",
        "config": {"priority": ["60"], "algorithm": ["RSA-OAEP-256"], "keySize": ["2048"]}
      }'

cat <<JSON
{
  "realm": "$realm", "enabled": true, "sslRequired": "all", "bruteForceProtected": false, "accessCodeLifespan": 60,
  "defaultSignatureAlgorithm": "PS256", "passwordPolicy": "hashAlgorithm(pbkdf2-sha256) and hashIterations(1)",
  "components": {
    "org.keycloak.keys.KeyProvider": [
      {"name": "ps256", "providerId": "rsa-generated", "config": {"priority": ["100"], "algorithm": ["PS256"], "keySize": ["2048"]}},
      {"name": "es256", "providerId": "ecdsa-generated", "config": {"priority": ["90"], "ecdsaEllipticCurveKey": ["P-256"]}},
      {"name": "hmac", "providerId": "hmac-generated", "config": {"priority": ["80"], "algorithm": ["HS512"]}},
      {"name": "aes", "providerId": "aes-generated", "config": {"priority": ["70"]}}$encryption
    ]
  },
  "users": [
    {
      "username": "alice", "enabled": true, "email": "alice@wonderland.example", "emailVerified": true,
      "firstName": "Alice", "lastName": "Liddell", "credentials": [{"type": "password", "value": "wonderland"}],
      "realmRoles": ["default-roles-$realm"], "clientConsents": [$consents]
    }
  ],
  "clients": [
$clients
  ],
  "roles": {"client": {$roles}},
  "clientPolicies": {
    "policies": [
$policies
    ]
  }
}
JSON

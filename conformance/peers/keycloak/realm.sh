#!/usr/bin/env bash
# realm.sh KEYS: prints the realm as Keycloak imports it, with the clients whose files ../clients.sh made in the folder KEYS.
#
# The user's first consent is in the realm too: Keycloak stores two if the user gives the first one twice at once, and then no login at
# that client works any more. With `prompt=consent`, the user is asked nevertheless.
#
# A client has one of two roles, and a client policy gives it one of the two client profiles of FAPI 2.0 that Keycloak comes with.
set -euo pipefail
keys=$1

quoted() { sed 's/\\/\\\\/g; s/"/\\"/g' | tr -d '\n'; }
# subject FILE: the distinguished name of a certificate, as Keycloak compares it.
subject() { openssl x509 -in "$1" -noout -subject -nameopt RFC2253 | sed 's/^subject=//'; }
# public_key FILE: a JWK Set with the public key of a private JWK. The private members are the last ones.
public_key() { sed 's/, "d": .*/}/; s/.*/{"keys": [&]}/' "$1"; }

# client AUTHENTICATION CONSTRAINT NUMBER
client() {
    local id=$1-$2-$3 redirect_uri=https://client.example/cb algorithm=ES256 authenticator attributes
    [ "$3" = 1 ] || { redirect_uri+='?dummy1=lorem&dummy2=ipsum'; algorithm=PS256; }
    if [ "$1" = private_key_jwt ]; then
        authenticator=client-jwt
        attributes='"use.jwks.string": "true", "jwks.string": "'$(public_key "$keys/$id.jwk.json" | quoted)'",
        "token.endpoint.auth.signing.alg": "'$algorithm'"'
    else
        authenticator=client-x509
        attributes='"x509.subjectdn": "'$(subject "$keys/$id.pem" | quoted)'", "x509.allow.regex.pattern.comparison": "false"'
    fi
    case $2 in
        dpop) attributes+=', "dpop.bound.access.tokens": "true"' ;;
        mtls) attributes+=', "tls.client.certificate.bound.access.tokens": "true"' ;;
    esac
    cat <<JSON
    {
      "clientId": "$id", "protocol": "openid-connect", "publicClient": false, "clientAuthenticatorType": "$authenticator",
      "redirectUris": ["$redirect_uri"], "standardFlowEnabled": true, "serviceAccountsEnabled": true,
      "implicitFlowEnabled": false, "directAccessGrantsEnabled": false, "consentRequired": true, "fullScopeAllowed": false,
      "defaultClientScopes": ["basic", "acr"], "optionalClientScopes": ["offline_access", "profile", "email"],
      "protocolMappers": [
        {
          "name": "audience", "protocol": "openid-connect", "protocolMapper": "oidc-audience-mapper",
          "config": {"included.client.audience": "$id", "access.token.claim": "true", "id.token.claim": "false"}
        }
      ],
      "attributes": {
        $attributes,
        "pkce.code.challenge.method": "S256", "require.pushed.authorization.requests": "true",
        "id.token.signed.response.alg": "$algorithm", "access.token.signed.response.alg": "ES256"
      }
    }
JSON
}

clients='' roles='' consents=''
for authentication in private_key_jwt mtls; do
    for constraint in dpop mtls; do
        for number in 1 2; do
            clients+=${clients:+,$'\n'}$(client "$authentication" "$constraint" "$number")
            roles+=${roles:+, }\"$authentication-$constraint-$number\"': [{"name": "fapi2-'$constraint'"}]'
            consents+=${consents:+, }"{\"clientId\": \"$authentication-$constraint-$number\", \"grantedClientScopes\": [\"profile\", \"email\"]}"
        done
    done
done

cat <<JSON
{
  "realm": "fapi", "enabled": true, "sslRequired": "all", "bruteForceProtected": false, "accessCodeLifespan": 60,
  "defaultSignatureAlgorithm": "PS256", "passwordPolicy": "hashAlgorithm(pbkdf2-sha256) and hashIterations(1)",
  "components": {
    "org.keycloak.keys.KeyProvider": [
      {"name": "ps256", "providerId": "rsa-generated", "config": {"priority": ["100"], "algorithm": ["PS256"], "keySize": ["2048"]}},
      {"name": "es256", "providerId": "ecdsa-generated", "config": {"priority": ["90"], "ecdsaEllipticCurveKey": ["P-256"]}},
      {"name": "hmac", "providerId": "hmac-generated", "config": {"priority": ["80"], "algorithm": ["HS512"]}},
      {"name": "aes", "providerId": "aes-generated", "config": {"priority": ["70"]}}
    ]
  },
  "users": [
    {
      "username": "alice", "enabled": true, "email": "alice@wonderland.example", "emailVerified": true,
      "firstName": "Alice", "lastName": "Liddell", "credentials": [{"type": "password", "value": "wonderland"}],
      "realmRoles": ["default-roles-fapi"], "clientConsents": [$consents]
    }
  ],
  "clients": [
$clients
  ],
  "roles": {"client": {$roles}},
  "clientPolicies": {
    "policies": [
      {
        "name": "fapi2-dpop", "enabled": true, "profiles": ["fapi-2-dpop-security-profile"],
        "conditions": [{"condition": "client-roles", "configuration": {"roles": ["fapi2-dpop"]}}]
      },
      {
        "name": "fapi2-mtls", "enabled": true, "profiles": ["fapi-2-security-profile"],
        "conditions": [{"condition": "client-roles", "configuration": {"roles": ["fapi2-mtls"]}}]
      }
    ]
  }
}
JSON

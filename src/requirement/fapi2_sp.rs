//! FAPI 2.0 Security Profile (Final), the server's side.

super::document! {
    "FAPI 2.0 Security Profile", "https://openid.net/specs/fapi-security-profile-2_0-final.html#section-";

    PROFILE_WHOLE = "FAPI2-SP-5.1.2-1", "5.1.2", MustNot, Refuse,
        "No configuration that claims the profile omits or weakens one of its mandatory rules.";

    TLS_ONLY = "FAPI2-SP-5.2.1-1", "5.2.1", Must, Caller,
        "Every endpoint is served, and every outbound connection opened, only over TLS.",
        oidf ["FAPI2-SP-FINAL-5.2.1-1"];

    TLS_VERSION = "FAPI2-SP-5.2.1-2", "5.2.1", Must, Caller,
        "Connections negotiate TLS 1.2 or newer.",
        oidf ["FAPI2-SP-FINAL-5.2.1-2.2"], same ["FAPI1-BASE-7.1-1", "RFC9701-8.2-1"];

    TLS_BCP195 = "FAPI2-SP-5.2.1-3", "5.2.1", Must, Caller,
        "TLS is configured as BCP 195 recommends.",
        oidf ["FAPI2-SP-FINAL-5.2.1-3"];

    DNSSEC = "FAPI2-SP-5.2.1-4", "5.2.1", Should, Caller,
        "The DNS zones of the endpoints should be protected with DNSSEC.";

    SERVER_CERTIFICATE_VERIFIED = "FAPI2-SP-5.2.1-5", "5.2.1", Must, Caller,
        "A TLS client verifies the server's certificate and its service identity as RFC 9525 describes.",
        same ["RFC9101-8-1"];

    BACK_CHANNEL_CIPHERS = "FAPI2-SP-5.2.2-1", "5.2.2", Must, Caller,
        "With TLS 1.2, endpoints that browsers do not reach accept only the cipher suites that BCP 195 recommends.",
        oidf ["FAPI2-SP-FINAL-5.2.2"], same ["FAPI1-ADV-8.5-1"];

    TRUST_LIST = "FAPI2-SP-5.2.2.1-1", "5.2.2.1", Should, Caller,
        "An ecosystem that requires mutual TLS everywhere should publish the list of accepted certificate authorities.";

    MTLS_ALIASES = "FAPI2-SP-5.2.2.1-2", "5.2.2.1", May, Emit,
        "Metadata may contain `mtls_endpoint_aliases` for endpoints that are offered with and without mutual TLS.",
        same ["RFC8705-5-1"];

    MTLS_ALIASES_CHOICE = "FAPI2-SP-5.2.2.1.1-1", "5.2.2.1.1", May, Accept,
        "Client metadata may contain the boolean `use_mtls_endpoint_aliases`; if absent, it is false.",
        planned "dynamic registration";

    HSTS = "FAPI2-SP-5.2.3-1", "5.2.3", Must, Caller,
        "Endpoints that browsers reach prevent TLS stripping, for example by Strict-Transport-Security.",
        same ["FAPI1-BASE-7.1-2"];

    FRONT_CHANNEL_CIPHERS = "FAPI2-SP-5.2.3-2", "5.2.3", Must, Caller,
        "With TLS 1.2, endpoints that browsers reach accept only cipher suites that BCP 195 permits.",
        oidf ["FAPI2-SP-FINAL-5.2.3-2"], same ["FAPI1-ADV-8.5-2"];

    NO_CORS = "FAPI2-SP-5.2.3-3", "5.2.3", MustNot, Caller,
        "The authorization endpoint does not support CORS: it sends no Access-Control headers, and no preflight succeeds.";

    BCP195_ADOPTED = "FAPI2-SP-5.2.3-N2", "5.2.3", Should, Caller,
        "New versions of BCP 195 should be adopted within twelve months.";

    METADATA_PUBLISHED = "FAPI2-SP-5.3.2.1-1", "5.3.2.1", Must, Emit,
        "Server metadata is published as OpenID Connect Discovery and RFC 8414 specify.",
        oidf ["FAPI2-SP-FINAL-5.3.2.1"], same ["FAPI1-BASE-5.2.2-22"];

    NO_PASSWORD_GRANT = "FAPI2-SP-5.3.2.1-2", "5.3.2.1", Must, Refuse,
        "The server refuses the password grant.",
        oidf ["FAPI2-SP-FINAL-5.3.2.1"], same ["RFC9700-2.4-1"];

    CONFIDENTIAL_CLIENTS = "FAPI2-SP-5.3.2.1-3", "5.3.2.1", Must, Refuse,
        "The server serves only confidential clients and refuses a client without an authentication method.",
        oidf ["FAPI2-SP-FINAL-5.3.2.1"], same ["FAPI1-ADV-5.2.2-16"], against ["FAPI1-BASE-5.2.2-2"];

    SENDER_CONSTRAINED = "FAPI2-SP-5.3.2.1-4", "5.3.2.1", Must, Refuse,
        "Every access token is sender-constrained; no grant falls back to a plain bearer token.",
        oidf ["FAPI2-SP-FINAL-5.3.2.1-4", "FAPI2-SP-FINAL-5.3.2.1"],
        same ["RFC9700-2.2.1-1", "FAPI2-SP-5.3.2.1-5", "FAPI1-ADV-5.2.2-5", "FAPI1-ADV-8.2-1"], against ["RFC9449-5-6"];

    DPOP_OR_MTLS = "FAPI2-SP-5.3.2.1-5", "5.3.2.1", Must, Refuse,
        "Access tokens are bound to a client certificate or to a DPoP key, and to nothing else.",
        oidf ["FAPI2-SP-FINAL-5.3.2.1-2.5.2.1", "FAPI2-SP-FINAL-5.3.2.1"], same ["FAPI2-SP-5.3.2.1-4"];

    STRONG_CLIENT_AUTHENTICATION = "FAPI2-SP-5.3.2.1-6", "5.3.2.1", Must, Refuse,
        "Clients authenticate only with mutual TLS or `private_key_jwt`; shared secrets are neither advertised nor accepted.",
        oidf ["FAPI2-SP-FINAL-5.3.2.1-6", "FAPI2-SP-FINAL-5.3.2.1"], same ["RFC9700-2.5-1", "FAPI1-ADV-5.2.2-14"],
        against ["RFC6749-2.3.1-1", "RFC6749-2.3.1-4", "OIDCC-9-1", "OIDCC-9-2", "OIDCR-2-2"];

    NO_OPEN_REDIRECTOR = "FAPI2-SP-5.3.2.1-7", "5.3.2.1", MustNot, Refuse,
        "The server redirects a browser only to a validated redirect URI and shows any other failure itself.",
        oidf ["FAPI2-SP-FINAL-5.3.2.1"], same ["RFC9700-2.1-2", "RFC6749-3.1.2.4-1"];

    ASSERTION_AUDIENCE_IS_ISSUER = "FAPI2-SP-5.3.2.1-8", "5.3.2.1", Must, Refuse,
        "The audience of a client assertion is the issuer identifier, as a single string and not an array.",
        oidf ["FAPI2-SP-FINAL-5.3.2.1-8", "FAPI2-SP-FINAL-5.3.2.1"], same ["OIDCC-9-4", "OIDCC-9-7", "OCP-PKJ-05"], against ["RFC9126-2-5", "CIBA-7.1-3"];

    NO_REFRESH_ROTATION = "FAPI2-SP-5.3.2.1-9", "5.3.2.1", MustNot, Emit,
        "A refresh issues no new refresh token and leaves the old one usable.",
        oidf ["FAPI2-SP-FINAL-5.3.2.1"];

    DPOP_NONCE = "FAPI2-SP-5.3.2.1-10", "5.3.2.1", May, Refuse,
        "The server may require DPoP proofs to contain a nonce that it provided.",
        oidf ["FAPI2-SP-FINAL-5.3.2.1"], same ["RFC9449-8-1"];

    CODE_SIXTY_SECONDS = "FAPI2-SP-5.3.2.1-11", "5.3.2.1", Must, Refuse,
        "An authorization code is valid for at most 60 seconds.",
        oidf ["FAPI2-SP-FINAL-5.3.2.1-11", "FAPI2-SP-FINAL-5.3.2.1"];

    CODE_BINDING_OFFERED = "FAPI2-SP-5.3.2.1-12", "5.3.2.1", Must, Accept,
        "The server can bind a code to a DPoP key, by `dpop_jkt` and by a DPoP header on the pushed request.",
        oidf ["FAPI2-SP-FINAL-5.3.2.1"], same ["RFC9449-10.1-3"];

    FUTURE_TIMES = "FAPI2-SP-5.3.2.1-13", "5.3.2.1", Must, Refuse,
        "The server accepts a JWT whose `iat` or `nbf` is up to 10 seconds in the future, and refuses one above 60 seconds.",
        oidf ["FAPI2-SP-FINAL-5.3.2.1-13", "FAPI2-SP-FINAL-5.3.2.1"];

    LEAST_PRIVILEGE = "FAPI2-SP-5.3.2.1-14", "5.3.2.1", Should, Caller,
        "An access token should carry no more privileges than its use case needs.",
        oidf ["FAPI2-SP-FINAL-5.3.2.1"];

    ROTATION_RETRY = "FAPI2-SP-5.3.2.1-N1", "5.3.2.1", Must, Accept,
        "If a refresh token is replaced after all, the client can retry the previous one for a limited time.",
        oidf ["FAPI2-SP-FINAL-5.3.2.1"];

    RESPONSE_TYPE_CODE = "FAPI2-SP-5.3.2.2-1", "5.3.2.2", Must, Refuse,
        "The only response type is `code`.",
        oidf ["FAPI2-SP-FINAL-5.3.2.2-1", "FAPI2-SP-FINAL-5.3.2.2-2.1", "FAPI2-SP-FINAL-5.3.2.2"], against ["FAPI1-ADV-5.2.2-2"];

    PUSH_OFFERED = "FAPI2-SP-5.3.2.2-2", "5.3.2.2", Must, Accept,
        "The server accepts pushed authorization requests from authenticated clients.",
        oidf ["FAPI2-SP-FINAL-5.3.2.2-2", "FAPI2-SP-FINAL-5.3.2.2"], same ["FAPI1-ADV-5.2.2-11"];

    PUSHED_ONLY = "FAPI2-SP-5.3.2.2-3", "5.3.2.2", Must, Refuse,
        "The server refuses an authorization request that was not pushed.",
        oidf ["FAPI2-SP-FINAL-5.3.2.2"], same ["RFC9126-5-1", "RFC9126-4-5"];

    PUSH_AUTHENTICATED = "FAPI2-SP-5.3.2.2-4", "5.3.2.2", Must, Refuse,
        "The server refuses a pushed authorization request without client authentication.",
        oidf ["FAPI2-SP-FINAL-5.3.2.2"];

    CHALLENGE_S256 = "FAPI2-SP-5.3.2.2-5", "5.3.2.2", Must, Refuse,
        "Every authorization request carries a PKCE challenge with method `S256`.",
        oidf ["FAPI2-SP-FINAL-5.3.2.2-2.5", "FAPI2-SP-FINAL-5.3.2.2-5", "FAPI2-SP-FINAL-5.3.2.2"],
        same ["RFC7636-4.3-1", "FAPI1-BASE-5.2.2-7", "FAPI1-ADV-5.2.2-18"], against ["RFC7636-5-1"];

    REDIRECT_URI_SENT = "FAPI2-SP-5.3.2.2-6", "5.3.2.2", Must, Refuse,
        "Every pushed authorization request contains `redirect_uri`, even if only one is registered.",
        oidf ["FAPI2-SP-FINAL-5.3.2.2-6", "FAPI2-SP-FINAL-5.3.2.2"], same ["FAPI1-BASE-5.2.2-9", "OCP-PAR-09"], against ["RFC6749-4.1.1-1"];

    RESPONSE_ISS = "FAPI2-SP-5.3.2.2-7", "5.3.2.2", Must, Emit,
        "Every authorization response, including errors, contains `iss`.",
        oidf ["FAPI2-SP-FINAL-5.3.2.2-2.7", "FAPI2-SP-FINAL-5.3.2.2-7", "FAPI2-SP-FINAL-5.3.2.2"], same ["RFC9207-2-1"],
        against ["FAPI2-MS-5.4.1-N1"];

    REDIRECT_URI_ENCRYPTED = "FAPI2-SP-5.3.2.2-8", "5.3.2.2", MustNot, Refuse,
        "The server refuses redirect URIs with scheme http, except for loopback redirection of native clients.",
        oidf ["FAPI2-SP-FINAL-5.3.2.2"];

    CODE_ONCE = "FAPI2-SP-5.3.2.2-9", "5.3.2.2", Must, Refuse,
        "The server refuses an authorization code that was used before.",
        oidf ["FAPI2-SP-FINAL-5.3.2.2-9", "FAPI2-SP-FINAL-5.3.2.2"], same ["RFC6749-4.1.2-2", "RFC9700-4.2.4-1"];

    NO_307 = "FAPI2-SP-5.3.2.2-10", "5.3.2.2", MustNot, Emit,
        "The server never redirects a request that may contain user credentials with status 307.",
        oidf ["FAPI2-SP-FINAL-5.3.2.2"], same ["RFC9700-4.12-1", "OIDCC-16.22-1"];

    SEE_OTHER = "FAPI2-SP-5.3.2.2-11", "5.3.2.2", Should, Emit,
        "The server should redirect browsers with status 303.",
        oidf ["FAPI2-SP-FINAL-5.3.2.2"];

    REQUEST_URI_TEN_MINUTES = "FAPI2-SP-5.3.2.2-12", "5.3.2.2", Must, Emit,
        "The `expires_in` of a pushed request is below 600 seconds.",
        oidf ["FAPI2-SP-FINAL-5.3.2.2"];

    INFORMED_CONSENT = "FAPI2-SP-5.3.2.2-13", "5.3.2.2", Should, Caller,
        "End-users should be shown what they consent to, at least the client's identity and the scope.",
        oidf ["FAPI2-SP-FINAL-5.3.2.2"], same ["FAPI1-BASE-5.2.2-17", "RFC9101-11.1-1"];

    NONCE_LENGTH = "FAPI2-SP-5.3.2.2-14", "5.3.2.2", Must, Accept,
        "The server accepts an OpenID `nonce` of up to 64 characters; it may refuse a longer one.",
        oidf ["FAPI2-SP-FINAL-5.3.2.2"];

    REQUEST_URI_PREFETCH = "FAPI2-SP-5.3.2.2-N3", "5.3.2.2", Should, Accept,
        "A one-time `request_uri` should be used up when the user authorizes, not when the page is first loaded.",
        oidf ["FAPI2-SP-FINAL-5.3.2.2"];

    STATE_LENGTH = "FAPI2-SP-5.3.2.2-N4", "5.3.2.2", Should, Accept,
        "The server should accept a `state` of more than 1000 characters and return it unchanged.",
        oidf ["FAPI2-SP-FINAL-5.3.2.2"];

    IDENTITY_BY_OPENID = "FAPI2-SP-5.3.2.3-1", "5.3.2.3", Must, Emit,
        "A user identifier in the token response is provided as OpenID Connect specifies, in an ID Token.",
        oidf ["FAPI2-SP-FINAL-5.3.2.3"];

    TOKEN_IN_HEADER = "FAPI2-SP-5.3.4-1", "5.3.4", Must, Accept,
        "Resource servers accept access tokens in the Authorization header, as Bearer or DPoP.",
        same ["FAPI1-BASE-6.2.1-2"];

    NO_TOKEN_IN_QUERY = "FAPI2-SP-5.3.4-2", "5.3.4", MustNot, Refuse,
        "Resource servers refuse access tokens in the URI query.",
        oidf ["FAPI2-SP-FINAL-5.3.4-2"], same ["RFC6750-2.3-1", "FAPI1-BASE-6.2.1-3"];

    TOKEN_VALID = "FAPI2-SP-5.3.4-3", "5.3.4", Must, Refuse,
        "Resource servers verify the validity, integrity, expiry and revocation of each access token.",
        same ["FAPI1-BASE-6.2.1-4"];

    TOKEN_SUFFICIENT = "FAPI2-SP-5.3.4-4", "5.3.4", Must, Refuse,
        "Resource servers answer a request beyond what its token authorizes with an RFC 6750 error.",
        same ["FAPI1-BASE-6.2.1-7"];

    TOKEN_SENDER_VERIFIED = "FAPI2-SP-5.3.4-5", "5.3.4", Must, Refuse,
        "Resource servers refuse a token whose sender is not verified by mutual TLS or DPoP.",
        same ["FAPI2-AM-5.2-1", "RFC9701-8.1-2"];

    JWT_PRACTICES = "FAPI2-SP-5.4.1-1.1", "5.4.1", Must, Refuse,
        "JWTs are created and checked according to the best current practices of RFC 8725.",
        same ["RFC8725-3.1-1"];

    SIGNING_ALGORITHMS = "FAPI2-SP-5.4.1-1.2", "5.4.1", Must, Refuse,
        "JWTs are signed with PS256, ES256 or EdDSA over Ed25519, and with nothing else.",
        against ["RFC9068-2.1-3", "RFC9068-2.1-4", "OIDCC-15.1-1", "OIDCD-3-7", "JARM-3-1", "RFC9701-6-1", "OIDCR-2-2", "OIDCR-2-11"];

    NO_ALG_NONE = "FAPI2-SP-5.4.1-1.3", "5.4.1", MustNot, Refuse,
        "The algorithm `none` is neither used nor accepted.",
        same ["RFC7518-3.6-1"];

    RSA_KEY_SIZE = "FAPI2-SP-5.4.1-2", "5.4.1", Must, Refuse,
        "RSA keys have at least 2048 bits.",
        oidf ["FAPI2-SP-FINAL-5.4.1-2", "FAPI2-SP-FINAL-5.4.1-2.2.1"], same ["RFC7518-3.3-1"];

    CURVE_KEY_SIZE = "FAPI2-SP-5.4.1-3", "5.4.1", Must, Refuse,
        "Elliptic curve keys have at least 224 bits.",
        oidf ["FAPI2-SP-FINAL-5.4.1-2.3.1", "FAPI2-SP-FINAL-5.4.1-3"], same ["FAPI1-BASE-5.2.2-6"];

    CREDENTIAL_ENTROPY = "FAPI2-SP-5.4.1-4", "5.4.1", Must, Caller,
        "Credentials that no end-user handles have at least 128 bits of entropy.",
        oidf ["FAPI2-SP-FINAL-5.4.1-4"], same ["RFC6749-10.10-1"];

    JWKS_OVER_TLS = "FAPI2-SP-5.4.2-1", "5.4.2", Must, Refuse,
        "The `jwks_uri` is served only over TLS.",
        oidf ["FAPI2-SP-FINAL-5.4.2"], same ["FAPI1-ADV-8.9-1"];

    NO_KEY_URL_HEADERS = "FAPI2-SP-5.4.2-2", "5.4.2", ShouldNot, Emit,
        "The server should not use the JOSE headers `x5u` and `jku`.",
        oidf ["FAPI2-SP-FINAL-5.4.2"], same ["FAPI1-ADV-8.9-2"];

    KEY_IDS_DISTINCT = "FAPI2-SP-5.4.2-3", "5.4.2", ShouldNot, Emit,
        "A published JWK Set should not contain two keys with the same `kid`.",
        oidf ["FAPI2-SP-FINAL-5.4.2-3", "FAPI2-SP-FINAL-5.4.2"], same ["RFC7517-4.5-1", "FAPI1-ADV-8.9-3"];

    JWKS_URI_PUBLISHED = "FAPI2-SP-5.4.2-N1", "5.4.2", Should, Emit,
        "The server should distribute its public keys by a `jwks_uri`.",
        oidf ["FAPI2-SP-FINAL-5.4.2"];

    KEY_SELECTION = "FAPI2-SP-5.4.3-1", "5.4.3", Must, Accept,
        "If several keys share a `kid`, the key is selected by `kty`, `use`, `alg` and `crv`.",
        same ["FAPI1-ADV-8.11-1"];

    SHORT_ACCESS_TOKENS = "FAPI2-SP-6.1-1", "6.1", Should, Emit,
        "Long-lived grants should use short-lived access tokens with refresh tokens.";

    PROOF_REPLAY = "FAPI2-SP-6.2-1", "6.2", May, Refuse,
        "The server may refuse replayed DPoP proofs, by short-lived nonces or by remembering `jti`.",
        same ["RFC9449-11.1-2"];

    REQUEST_URI_ONCE = "FAPI2-SP-6.4-1", "6.4", May, Refuse,
        "The server may accept a `request_uri` only once, to protect against leaked authorization requests.",
        same ["RFC9126-4-2", "RFC9126-7.3-1"];

    CLIENT_ID_NOT_CHOSEN = "FAPI2-SP-6.7-1", "6.7", ShouldNot, Caller,
        "Clients should not be able to influence their `client_id` so that it could be taken for an end-user's `sub`.",
        same ["RFC9700-4.15.1-1"];

    KEY_ROTATION = "FAPI2-SP-6.8-1", "6.8", Should, Caller,
        "Keys should rotate regularly and serve one purpose, and it should be possible to revoke the credentials of one grant together.";
}

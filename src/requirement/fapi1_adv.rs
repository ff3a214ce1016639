//! FAPI 1.0 Security Profile, Part 2: Advanced (Final), the server's side.

super::document! {
    "FAPI 1.0 Advanced", "https://openid.net/specs/openid-financial-api-part-2-1_0-final.html#rfc.section.";

    BASELINE_APPLIES = "FAPI1-ADV-5.2.2-0", "5.2.2", Must, Refuse,
        "Every rule of the Baseline profile applies except one: PKCE is not required of every request.",
        against ["FAPI1-BASE-5.2.2-7"], planned "FAPI 1";

    REQUEST_OBJECT_REQUIRED = "FAPI1-ADV-5.2.2-1", "5.2.2", Must, Refuse,
        "An authorization request is a signed request object, sent by value or by reference.",
        oidf ["FAPI1-ADV-5.2.2-1"], against ["RFC6749-4.1.1-1"], planned "FAPI 1";

    RESPONSE_TYPE = "FAPI1-ADV-5.2.2-2", "5.2.2", Must, Refuse,
        "The response type is `code id_token`, or `code` together with response mode `jwt`.",
        oidf ["FAPI1-ADV-5.2.2-2"], against ["FAPI2-SP-5.3.2.2-1"], planned "FAPI 1";

    SENDER_CONSTRAINED = "FAPI1-ADV-5.2.2-5", "5.2.2", Must, Refuse,
        "Every access token is sender-constrained.",
        oidf ["FAPI1-ADV-5.2.2-5"], same ["FAPI2-SP-5.3.2.1-4"], against ["RFC9449-5-6"], planned "FAPI 1";

    CERTIFICATE_BINDING = "FAPI1-ADV-5.2.2-6", "5.2.2", Must, Emit,
        "The server can bind access tokens to the client's certificate.",
        oidf ["FAPI1-ADV-5.2.2-6"], same ["RFC8705-3.1-1"], planned "FAPI 1";

    OBJECT_ALONE_COUNTS = "FAPI1-ADV-5.2.2-10", "5.2.2", Must, Refuse,
        "Only parameters inside the signed request object count; the server treats one that is only outside as absent.",
        oidf ["FAPI1-ADV-5.2.2-10"], same ["RFC9101-5-4"], against ["OIDCC-6.3.3-1"], planned "FAPI 1";

    PUSH_OFFERED = "FAPI1-ADV-5.2.2-11", "5.2.2", May, Accept,
        "The server may accept pushed authorization requests.",
        same ["FAPI2-SP-5.3.2.2-2"], planned "FAPI 1";

    REQUEST_OBJECT_LIFETIME = "FAPI1-ADV-5.2.2-13", "5.2.2", Must, Refuse,
        "The `exp` of a request object is at most 60 minutes after its `nbf`.",
        oidf ["FAPI1-ADV-5.2.2-13"], same ["FAPI2-MS-5.3.1-4"], planned "FAPI 1";

    CLIENT_AUTHENTICATION = "FAPI1-ADV-5.2.2-14", "5.2.2", Must, Refuse,
        "Clients authenticate only with mutual TLS or `private_key_jwt`.",
        oidf ["FAPI1-ADV-5.2.2-14"], same ["FAPI2-SP-5.3.2.1-6"],
        against ["RFC6749-2.3.1-1", "RFC6749-2.3.1-4", "OIDCC-9-1", "OIDCC-9-2"], planned "FAPI 1";

    REQUEST_OBJECT_AUDIENCE = "FAPI1-ADV-5.2.2-15", "5.2.2", Must, Refuse,
        "The `aud` of a request object is the issuer, or an array that contains it.",
        oidf ["FAPI1-ADV-5.2.2-15"], same ["FAPI2-MS-5.3.1-2"], planned "FAPI 1";

    NO_PUBLIC_CLIENTS = "FAPI1-ADV-5.2.2-16", "5.2.2", MustNot, Refuse,
        "The server does not serve public clients.",
        same ["FAPI2-SP-5.3.2.1-3"], against ["FAPI1-BASE-5.2.2-2"], planned "FAPI 1";

    REQUEST_OBJECT_NOT_BEFORE = "FAPI1-ADV-5.2.2-17", "5.2.2", Must, Refuse,
        "The `nbf` of a request object is at most 60 minutes in the past.",
        oidf ["FAPI1-ADV-5.2.2-17"], same ["FAPI2-MS-5.3.1-3"], planned "FAPI 1";

    PUSH_WITH_S256 = "FAPI1-ADV-5.2.2-18", "5.2.2", Must, Refuse,
        "A pushed request carries a PKCE challenge with method `S256`.",
        oidf ["FAPI1-ADV-5.2.2-18"], same ["FAPI2-SP-5.3.2.2-5"], planned "FAPI 1";

    OPENID_SERVED = "FAPI1-ADV-5.2.2.1-1", "5.2.2.1", Must, Accept,
        "With `code id_token`, the server supports OpenID requests.",
        planned "FAPI 1";

    ID_TOKEN_SIGNED = "FAPI1-ADV-5.2.2.1-2", "5.2.2.1", Must, Emit,
        "With `code id_token`, the server signs ID tokens.",
        planned "FAPI 1";

    ID_TOKEN_ENCRYPTED = "FAPI1-ADV-5.2.2.1-3", "5.2.2.1", Should, Emit,
        "With `code id_token`, the server should be able to sign and encrypt ID tokens.",
        oidf ["FAPI1-ADV-5.2.2.1-3"], planned "JWE";

    DETACHED_SIGNATURE = "FAPI1-ADV-5.2.2.1-4", "5.2.2.1", Must, Emit,
        "With `code id_token`, the ID token authenticates the authorization response by the hashes of code and state.",
        oidf ["FAPI1-ADV-5.2.2.1-4"], planned "FAPI 1";

    S_HASH = "FAPI1-ADV-5.2.2.1-5", "5.2.2.1", Must, Emit,
        "An ID token that answers a request with `state` contains `s_hash`; the token endpoint may leave it out.",
        oidf ["FAPI1-ADV-5.2.2.1-5"], planned "FAPI 1";

    NO_PERSONAL_DATA = "FAPI1-ADV-5.2.2.1-6", "5.2.2.1", ShouldNot, Emit,
        "An ID token from the authorization endpoint should not contain sensitive personal data unless it is encrypted.",
        oidf ["FAPI1-ADV-5.2.2.1-6"], planned "FAPI 1";

    JARM_RESPONSE = "FAPI1-ADV-5.2.2.2-1", "5.2.2.2", Must, Emit,
        "With response mode `jwt`, the authorization response is a JARM response.",
        oidf ["FAPI1-ADV-5.2.2.2"], planned "FAPI 1";

    BASELINE_OF_RESOURCES = "FAPI1-ADV-6.2.1-1", "6.2.1", Must, Refuse,
        "The Baseline profile's rules for resource servers apply.",
        planned "FAPI 1";

    TOKEN_CERTIFICATE = "FAPI1-ADV-6.2.1-2", "6.2.1", Must, Refuse,
        "The certificate of the connection is the one to which the access token is bound.",
        same ["RFC8705-3-2"], planned "FAPI 1";

    NO_BEARER_TOKENS = "FAPI1-ADV-8.2-1", "8.2", MustNot, Refuse,
        "Resource servers refuse a token that is not sender-constrained.",
        same ["FAPI2-SP-5.3.2.1-4"], planned "FAPI 1";

    CIPHERS = "FAPI1-ADV-8.5-1", "8.5", Must, Caller,
        "With TLS 1.2, endpoints accept only the cipher suites that BCP 195 recommends.",
        oidf ["FAPI1-ADV-8.5-1", "FAPI1-ADV-8.5"], same ["FAPI2-SP-5.2.2-1"], planned "FAPI 1";

    BROWSER_CIPHERS = "FAPI1-ADV-8.5-2", "8.5", May, Caller,
        "For browsers, the authorization endpoint may accept every cipher suite that BCP 195 permits.",
        oidf ["FAPI1-ADV-8.5-2", "FAPI1-ADV-8.5"], same ["FAPI2-SP-5.2.3-2"], planned "FAPI 1";

    SIGNING_ALGORITHMS = "FAPI1-ADV-8.6-1", "8.6", Must, Refuse,
        "JWTs are signed with PS256 or ES256.",
        oidf ["FAPI1-ADV-8.6"], against ["RFC9068-2.1-3", "RFC9068-2.1-4", "OIDCC-15.1-1", "OIDCD-3-7"], planned "FAPI 1";

    NO_PKCS1_SIGNATURES = "FAPI1-ADV-8.6-2", "8.6", ShouldNot, Refuse,
        "JWTs should not be signed with RSASSA-PKCS1-v1_5, as RS256 does.",
        oidf ["FAPI1-ADV-8.6"], against ["OIDCC-15.1-1"], planned "FAPI 1";

    NO_ALG_NONE = "FAPI1-ADV-8.6-3", "8.6", MustNot, Refuse,
        "The algorithm `none` is neither used nor accepted.",
        oidf ["FAPI1-ADV-8.6"], same ["RFC7518-3.6-1"], planned "FAPI 1";

    NO_PKCS1_ENCRYPTION = "FAPI1-ADV-8.6.1-1", "8.6.1", MustNot, Refuse,
        "JWTs are not encrypted with RSA1_5.",
        oidf ["FAPI1-ADV-8.6.1-1"], planned "JWE";

    NO_ACTION_BY_AUTHORIZATION = "FAPI1-ADV-8.8-1", "8.8", Must, Caller,
        "Privileged actions are performed with the access token, never by the act of authorization.",
        planned "FAPI 1";

    JWKS_OVER_TLS = "FAPI1-ADV-8.9-1", "8.9", Must, Refuse,
        "The `jwks_uri` is served only over TLS.",
        same ["FAPI2-SP-5.4.2-1"], planned "FAPI 1";

    NO_KEY_URL_HEADERS = "FAPI1-ADV-8.9-2", "8.9", ShouldNot, Emit,
        "The server should not use the JOSE headers `x5u` and `jku`.",
        same ["FAPI2-SP-5.4.2-2"], planned "FAPI 1";

    KEY_IDS_DISTINCT = "FAPI1-ADV-8.9-3", "8.9", ShouldNot, Emit,
        "A published JWK Set should not contain two keys with the same `kid`.",
        oidf ["FAPI1-ADV-8.9-3"], same ["FAPI2-SP-5.4.2-3"], planned "FAPI 1";

    KEY_SELECTION = "FAPI1-ADV-8.11-1", "8.11", Must, Accept,
        "If several keys share a `kid`, the key is selected by `kty`, `use`, `alg` and `crv`.",
        same ["FAPI2-SP-5.4.3-1"], planned "FAPI 1";
}

//! FAPI 1.0 Security Profile, Part 1: Baseline (Final), the server's side.

super::document! {
    "FAPI 1.0 Baseline", "https://openid.net/specs/openid-financial-api-part-1-1_0-final.html#rfc.section.";

    CONFIDENTIAL_CLIENTS = "FAPI1-BASE-5.2.2-1", "5.2.2", Must, Accept,
        "The server supports confidential clients.",
        planned "FAPI 1";

    PUBLIC_CLIENTS = "FAPI1-BASE-5.2.2-2", "5.2.2", Should, Accept,
        "The server should support public clients.",
        against ["FAPI1-ADV-5.2.2-16", "FAPI2-SP-5.3.2.1-3"], planned "FAPI 1";

    SECRET_LENGTH = "FAPI1-BASE-5.2.2-3", "5.2.2", Must, Refuse,
        "A client secret that is used as a symmetric key has the length that OpenID Connect requires.",
        same ["OIDCC-16.19-1"], planned "FAPI 1";

    CLIENT_AUTHENTICATION = "FAPI1-BASE-5.2.2-4", "5.2.2", Must, Refuse,
        "Confidential clients authenticate with mutual TLS, `client_secret_jwt` or `private_key_jwt`, never with a bare secret.",
        against ["RFC6749-2.3.1-1", "RFC6749-2.3.1-4"], planned "FAPI 1";

    RSA_KEY_SIZE = "FAPI1-BASE-5.2.2-5", "5.2.2", Must, Refuse,
        "RSA keys have at least 2048 bits.",
        oidf ["FAPI1-BASE-5.2.2-5"], same ["RFC7518-3.3-1"], planned "FAPI 1";

    CURVE_KEY_SIZE = "FAPI1-BASE-5.2.2-6", "5.2.2", Must, Refuse,
        "Elliptic curve keys have at least 160 bits.",
        oidf ["FAPI1-BASE-5.2.2-6"], same ["FAPI2-SP-5.4.1-3"], planned "FAPI 1";

    CHALLENGE_S256 = "FAPI1-BASE-5.2.2-7", "5.2.2", Must, Refuse,
        "Every authorization request carries a PKCE challenge with method `S256`.",
        same ["FAPI2-SP-5.3.2.2-5"], against ["RFC7636-5-1", "FAPI1-ADV-5.2.2-0"], planned "FAPI 1";

    REDIRECT_REGISTERED = "FAPI1-BASE-5.2.2-8", "5.2.2", Must, Refuse,
        "Redirect URIs are registered in advance.",
        oidf ["FAPI1-BASE-5.2.2-8"], same ["RFC6749-3.1.2.4-1"], against ["RFC9126-2.1-5"], planned "FAPI 1";

    REDIRECT_URI_SENT = "FAPI1-BASE-5.2.2-9", "5.2.2", Must, Refuse,
        "Every authorization request contains `redirect_uri`.",
        oidf ["FAPI1-BASE-5.2.2-9"], same ["FAPI2-SP-5.3.2.2-6"], against ["RFC6749-4.1.1-1"], planned "FAPI 1";

    REDIRECT_EXACT = "FAPI1-BASE-5.2.2-10", "5.2.2", Must, Refuse,
        "A `redirect_uri` equals a registered one character by character.",
        same ["RFC6749-3.1.2.3-2"], planned "FAPI 1";

    LEVEL_OF_ASSURANCE = "FAPI1-BASE-5.2.2-11", "5.2.2", Must, Caller,
        "Users are authenticated at a level that suits the access that the client will receive.",
        planned "FAPI 1";

    EXPLICIT_APPROVAL = "FAPI1-BASE-5.2.2-12", "5.2.2", Must, Refuse,
        "The server grants nothing unless the user approves the requested scope, now or earlier.",
        same ["OIDCC-3.1.2.4-1"], planned "FAPI 1";

    CODE_ONCE = "FAPI1-BASE-5.2.2-13", "5.2.2", Must, Refuse,
        "The server refuses an authorization code that was used before.",
        oidf ["FAPI1-BASE-5.2.2-13"], same ["RFC6749-4.1.2-2"], planned "FAPI 1";

    TOKEN_RESPONSE = "FAPI1-BASE-5.2.2-14", "5.2.2", Must, Emit,
        "Token responses are those of the code grant of RFC 6749.",
        oidf ["FAPI1-BASE-5.2.2-14"], same ["RFC6749-4.1.4-1"], planned "FAPI 1";

    SCOPE_RETURNED = "FAPI1-BASE-5.2.2-15", "5.2.2", Must, Emit,
        "The token response names the granted scope if the request could be tampered with or was not granted as requested.",
        same ["RFC6749-3.3-1"], planned "FAPI 1";

    TOKENS_UNGUESSABLE = "FAPI1-BASE-5.2.2-16", "5.2.2", Must, Caller,
        "Access tokens, refresh tokens and codes cannot be guessed.",
        oidf ["FAPI1-BASE-5.2.2-16"], same ["RFC6749-10.10-1"], planned "FAPI 1";

    GRANT_SHOWN = "FAPI1-BASE-5.2.2-17", "5.2.2", Should, Caller,
        "Users should be shown clearly the details of what they grant.",
        same ["FAPI2-SP-5.3.2.2-13"], planned "FAPI 1";

    REVOKED_BY_USER = "FAPI1-BASE-5.2.2-18", "5.2.2", Should, Caller,
        "Users should be able to revoke the access and refresh tokens that they granted to a client.",
        planned "FAPI 1";

    CLIENT_IDS_AGREE = "FAPI1-BASE-5.2.2-19", "5.2.2", Must, Refuse,
        "If a request contains the client identifier in several places and they differ, the server answers with `invalid_client`.",
        oidf ["FAPI1-BASE-5.2.2-19"], same ["RFC7521-4.2-1"], planned "FAPI 1";

    REDIRECT_HTTPS = "FAPI1-BASE-5.2.2-20", "5.2.2", Must, Refuse,
        "Redirect URIs have the scheme https, without exception.",
        against ["RFC8252-7-1"], planned "FAPI 1";

    SHORT_BEARER_TOKENS = "FAPI1-BASE-5.2.2-21", "5.2.2", Should, Emit,
        "Access tokens that are not sender-constrained should be valid for less than ten minutes.",
        planned "FAPI 1";

    METADATA_PUBLISHED = "FAPI1-BASE-5.2.2-22", "5.2.2", Must, Emit,
        "Metadata is published as OpenID Connect Discovery specifies, and distributed in no other way.",
        same ["FAPI2-SP-5.3.2.1-1"], planned "FAPI 1";

    AUTHENTICATION_REQUEST = "FAPI1-BASE-5.2.2.1-1", "5.2.2.1", Must, Accept,
        "A server that identifies users supports OpenID authentication requests.",
        same ["OIDCC-3.1.2.1-2"], planned "FAPI 1";

    AUTHENTICATION_REQUEST_VALIDATED = "FAPI1-BASE-5.2.2.1-2", "5.2.2.1", Must, Refuse,
        "The server checks an authentication request as OpenID Connect specifies.",
        same ["OIDCC-3.1.2.2-1", "RFC9126-2.1-3"], planned "FAPI 1";

    USER_AUTHENTICATED = "FAPI1-BASE-5.2.2.1-3", "5.2.2.1", Must, Caller,
        "The user is authenticated as OpenID Connect specifies.",
        same ["RFC6749-3.1-1"], planned "FAPI 1";

    AUTHENTICATION_RESPONSE = "FAPI1-BASE-5.2.2.1-4", "5.2.2.1", Must, Emit,
        "The server reports success and failure to the client as OpenID Connect specifies.",
        same ["OIDCC-3.1.2.5-1"], planned "FAPI 1";

    TOKEN_REQUEST_VALIDATED = "FAPI1-BASE-5.2.2.1-5", "5.2.2.1", Must, Refuse,
        "The server checks token requests as OpenID Connect specifies.",
        same ["OIDCC-3.1.3.2-1", "RFC6749-4.1.3-2"], planned "FAPI 1";

    ID_TOKEN_RETURNED = "FAPI1-BASE-5.2.2.1-6", "5.2.2.1", Must, Emit,
        "With scope openid, the token response contains an ID token with the user's `sub` and optionally `acr`.",
        oidf ["FAPI1-BASE-5.2.2.1-6"], same ["OIDCC-3.1.3.3-1"], planned "FAPI 1";

    NONCE_REQUIRED = "FAPI1-BASE-5.2.2.2-1", "5.2.2.2", Must, Refuse,
        "The server answers a request with scope openid and without `nonce` with `invalid_request`.",
        oidf ["FAPI1-BASE-5.2.2.2"], planned "FAPI 1";

    STATE_REQUIRED = "FAPI1-BASE-5.2.2.3-1", "5.2.2.3", Must, Refuse,
        "The server answers a request without scope openid and without `state` with `invalid_request`.",
        oidf ["FAPI1-BASE-5.2.2.3-1"], against ["RFC6749-4.1.1-1"], planned "FAPI 1";

    RESOURCE_BY_GET = "FAPI1-BASE-6.2.1-1", "6.2.1", Must, Caller,
        "Protected resources answer GET.",
        oidf ["FAPI1-BASE-6.2.1-1"], planned "FAPI 1";

    TOKEN_IN_HEADER = "FAPI1-BASE-6.2.1-2", "6.2.1", Must, Accept,
        "Resource servers accept access tokens in the Authorization header.",
        same ["FAPI2-SP-5.3.4-1"], planned "FAPI 1";

    NO_TOKEN_IN_QUERY = "FAPI1-BASE-6.2.1-3", "6.2.1", MustNot, Refuse,
        "Resource servers refuse access tokens in the URI query.",
        oidf ["FAPI1-BASE-6.2.1-3"], same ["FAPI2-SP-5.3.4-2"], planned "FAPI 1";

    TOKEN_VALID = "FAPI1-BASE-6.2.1-4", "6.2.1", Must, Refuse,
        "Resource servers refuse a token that is expired or revoked.",
        oidf ["FAPI1-BASE-6.2.1-4"], same ["FAPI2-SP-5.3.4-3"], planned "FAPI 1";

    SCOPE_COVERS = "FAPI1-BASE-6.2.1-5", "6.2.1", Must, Refuse,
        "Resource servers check that the token's scope covers the resource.",
        same ["RFC6750-3.1-3"], planned "FAPI 1";

    ENTITY_IDENTIFIED = "FAPI1-BASE-6.2.1-6", "6.2.1", Must, Caller,
        "Resource servers know the entity for which a token was issued.",
        planned "FAPI 1";

    TOKEN_SUFFICIENT = "FAPI1-BASE-6.2.1-7", "6.2.1", Must, Refuse,
        "Resource servers return only what entity and scope allow, and answer anything else with an RFC 6750 error.",
        same ["FAPI2-SP-5.3.4-4"], planned "FAPI 1";

    RESOURCE_UTF8 = "FAPI1-BASE-6.2.1-8", "6.2.1", Must, Caller,
        "Resource responses are encoded in UTF-8 where that applies.",
        planned "FAPI 1";

    RESOURCE_JSON = "FAPI1-BASE-6.2.1-9", "6.2.1", Must, Caller,
        "Resource responses have the media type application/json where that applies.",
        oidf ["FAPI1-BASE-6.2.1-9"], planned "FAPI 1";

    RESOURCE_DATE = "FAPI1-BASE-6.2.1-10", "6.2.1", Must, Caller,
        "Resource responses have a Date header.",
        oidf ["FAPI1-BASE-6.2.1-10"], planned "FAPI 1";

    INTERACTION_ID = "FAPI1-BASE-6.2.1-11", "6.2.1", Must, Caller,
        "A response repeats the `x-fapi-interaction-id` of its request, or contains a new UUID if there was none.",
        oidf ["FAPI1-BASE-6.2.1-11"], planned "FAPI 1";

    INTERACTION_ID_LOGGED = "FAPI1-BASE-6.2.1-12", "6.2.1", Must, Caller,
        "Resource servers log the `x-fapi-interaction-id`.",
        planned "FAPI 1";

    CUSTOMER_ADDRESS = "FAPI1-BASE-6.2.1-13", "6.2.1", MustNot, Caller,
        "Resource servers do not refuse a request because its `x-fapi-customer-ip-address` is an IPv4 or an IPv6 address.",
        planned "FAPI 1";

    RESOURCE_CORS = "FAPI1-BASE-6.2.1-14", "6.2.1", Should, Caller,
        "Resources that serve JavaScript clients should allow CORS.",
        planned "FAPI 1";

    TLS = "FAPI1-BASE-7.1-1", "7.1", Must, Caller,
        "Connections use TLS 1.2 or newer as BCP 195 recommends, and the server's certificate is verified.",
        oidf ["FAPI1-BASE-7.1"], same ["FAPI2-SP-5.2.1-2"], planned "FAPI 1";

    HSTS = "FAPI1-BASE-7.1-2", "7.1", Should, Caller,
        "Endpoints that browsers reach should prevent TLS stripping, and their zones should be protected by DNSSEC.",
        oidf ["FAPI1-BASE-7.1"], same ["FAPI2-SP-5.2.3-1"], planned "FAPI 1";

    NATIVE_REDIRECTS = "FAPI1-BASE-7.5-1", "7.5", MustNot, Refuse,
        "Redirect URIs with private-use schemes or on the loopback interface are not registered; native apps claim https addresses.",
        against ["RFC8252-7-1", "RFC8252-7.3-1", "OIDCR-2-4", "RFC7591-5-1"], planned "FAPI 1";

    ISSUER_PER_BRAND = "FAPI1-BASE-7.7-1", "7.7", Must, Caller,
        "A deployment with several authorization endpoints has a separate issuer for each brand.",
        planned "FAPI 1";
}

//! RFC 9701, JSON Web Token (JWT) Response for OAuth Token Introspection.

super::document! {
    "RFC 9701", "https://www.rfc-editor.org/rfc/rfc9701#section-";

    CALLER_KNOWN = "RFC9701-3-1", "3", Must, Refuse,
        "Resource servers are identified, authenticated and authorized.",
        same ["RFC7662-2.1-2"];

    RESPONSE_ENCRYPTED = "RFC9701-3-2", "3", May, Emit,
        "The server may encrypt introspection responses.",
        planned "JWE";

    AUDIENCE_DETERMINED = "RFC9701-3-3", "3", Must, Emit,
        "The server determines whether the caller is an audience of the token and what it may know about it.",
        same ["RFC7662-2.2-1"];

    CREDENTIALS_RESTRICTED = "RFC9701-3-4", "3", Must, Refuse,
        "The credentials of a resource server are valid only for the calls that it needs.",
        planned "signed introspection";

    JWT_REQUESTED = "RFC9701-4-1", "4", Must, Caller,
        "A resource server requests a JWT with an Accept header of application/token-introspection+jwt.",
        same ["FAPI2-MS-5.5.2-1"], planned "signed introspection";

    CALLER_AUTHENTICATED = "RFC9701-4-2", "4", Must, Refuse,
        "The server authenticates the caller of the introspection endpoint.",
        same ["RFC7662-2.1-2"];

    RESPONSE_TYPED = "RFC9701-5-1", "5", Must, Emit,
        "The media type is application/token-introspection+jwt, and the `typ` of the JWT is token-introspection+jwt.",
        planned "signed introspection";

    RESPONSE_ISS = "RFC9701-5-2", "5", Must, Emit,
        "The `iss` of the JWT is the issuer.",
        planned "signed introspection";

    RESPONSE_AUD = "RFC9701-5-3", "5", Must, Emit,
        "The `aud` of the JWT is the resource server for which it is meant.",
        planned "signed introspection";

    RESPONSE_IAT = "RFC9701-5-4", "5", Must, Emit,
        "The `iat` of the JWT is the time at which it was created.",
        planned "signed introspection";

    TOKEN_INTROSPECTION = "RFC9701-5-5", "5", Must, Emit,
        "The claim `token_introspection` is an object with the members of a plain introspection response.",
        planned "signed introspection";

    INACTIVE_ALONE = "RFC9701-5-6", "5", Must, Emit,
        "If a token is not active for this caller, `token_introspection` says only that.",
        planned "signed introspection";

    SCOPE_NARROWED = "RFC9701-5-7", "5", Should, Emit,
        "The returned scope should be narrowed to the part that concerns the caller.",
        planned "signed introspection";

    NO_SUB_AND_EXP = "RFC9701-5-8", "5", ShouldNot, Emit,
        "The JWT should have no `sub` and `exp` of its own, so that it cannot be mistaken for an access token.",
        planned "signed introspection";

    SIGNED_FIRST = "RFC9701-5-9", "5", Must, Emit,
        "A JWT that is encrypted is signed first.",
        planned "JWE";

    UNAUTHENTICATED_STATUS = "RFC9701-5-10", "5", Must, Refuse,
        "The server refuses a caller that does not authenticate with status 400.",
        against ["RFC7662-2.1-2"], planned "signed introspection";

    LEGAL_BASIS = "RFC9701-5-11", "5", Must, Caller,
        "Sensitive data is released only on a legal basis.",
        planned "signed introspection";

    SIGNED_RESPONSE_ALG = "RFC9701-6-1", "6", Must, Emit,
        "The JWT is signed with the caller's `introspection_signed_response_alg`, which is RS256 by default.",
        against ["FAPI2-SP-5.4.1-1.2"], planned "signed introspection";

    ENCRYPTED_RESPONSE_ALG = "RFC9701-6-2", "6", Must, Emit,
        "The JWT is encrypted only if the caller registered an algorithm; the content algorithm defaults to A128CBC-HS256.",
        planned "JWE";

    ALGORITHMS_PUBLISHED = "RFC9701-7-1", "7", Should, Emit,
        "Metadata should list the algorithms that sign and encrypt introspection responses.",
        planned "signed introspection";

    NO_ACCESS_TOKEN = "RFC9701-8.1-1", "8.1", Must, Refuse,
        "A resource server checks `typ` and claims of access tokens, so that it does not accept an introspection response as one.",
        same ["RFC9068-4-1"];

    TOKEN_REPLAY = "RFC9701-8.1-2", "8.1", Must, Refuse,
        "Resource servers prevent the replay of access tokens by parties other than their client.",
        same ["FAPI2-SP-5.3.4-5"];

    TLS = "RFC9701-8.2-1", "8.2", Must, Caller,
        "Introspection uses TLS 1.2 or newer, with authenticated callers.",
        same ["FAPI2-SP-5.2.1-2"];

    BASIS_KEPT = "RFC9701-9-1", "9", Must, Caller,
        "The legal basis is stored with the token, and the released data depends on it and on the caller.",
        planned "signed introspection";
}

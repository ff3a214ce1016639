//! Updates to OAuth 2.0 JSON Web Token (JWT) Client Authentication and Assertion-Based Authorization Grants (rfc7523bis).

super::document! {
    "draft-ietf-oauth-rfc7523bis", "https://datatracker.ietf.org/doc/html/draft-ietf-oauth-rfc7523bis#section-";

    AUDIENCE_ISSUER = "RFC7523BIS-2-1", "2", May, Accept,
        "The server may accept its issuer identifier as the audience of an assertion.";

    SOLE_AUDIENCE = "RFC7523BIS-4-2", "4", Must, Refuse,
        "The issuer identifier is the sole audience of a client assertion.",
        same ["RFC7523BIS-5-1", "OIDCC-9-4"], against ["RFC9126-2-5", "CIBA-7.1-3"];

    ISSUER_AT_EVERY_ENDPOINT = "RFC7523BIS-4-3", "4", Must, Accept,
        "A server that accepts client assertions has an issuer identifier and expects it at every endpoint.";

    GRANT_AUDIENCE = "RFC7523BIS-4-4", "4", May, Accept,
        "A JWT authorization grant may name the issuer or the token endpoint as its audience.",
        planned "JWT bearer grant";

    UNTYPED_ASSERTION = "RFC7523BIS-4-6", "4", ShouldNot, Accept,
        "The server should not refuse a client assertion merely because it has no `typ`.";

    PUSH_SOLE_AUDIENCE = "RFC7523BIS-5-1", "5", Must, Refuse,
        "At the PAR endpoint as well, the issuer identifier is the sole audience of a client assertion.",
        same ["RFC7523BIS-4-2"], against ["RFC9126-2-5"];
}

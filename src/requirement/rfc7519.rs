//! RFC 7519, JSON Web Token (JWT).

super::document! {
    "RFC 7519", "https://www.rfc-editor.org/rfc/rfc7519#section-";

    CLAIM_NAMES_UNIQUE = "RFC7519-4-1", "4", Must, Refuse,
        "The verifier refuses a claims set that repeats a name, or uses only the last claim of that name.";

    UNKNOWN_CLAIMS_IGNORED = "RFC7519-4-2", "4", Must, Accept,
        "The verifier ignores claims that it does not understand.";

    ISS_FORM = "RFC7519-4.1.1-1", "4.1.1", Must, Refuse,
        "The `iss`, if present, is a string or URI and is compared exactly.",
        oidf ["RFC7519-4.1.1"];

    AUD_CONTAINS_RECIPIENT = "RFC7519-4.1.3-1", "4.1.3", Must, Refuse,
        "The `aud`, a string or an array of strings, contains the recipient.",
        oidf ["RFC7519-4.1.3"];

    NOT_AFTER_EXP = "RFC7519-4.1.4-1", "4.1.4", MustNot, Refuse,
        "The verifier does not accept a JWT at or after its `exp`, apart from a small leeway.",
        oidf ["RFC7519-4.1.4"], same ["RFC7523-3-4"];

    NOT_BEFORE_NBF = "RFC7519-4.1.5-1", "4.1.5", MustNot, Refuse,
        "The verifier does not accept a JWT before its `nbf`, apart from a small leeway.",
        oidf ["RFC7519-4.1.5"], same ["RFC7523-3-5"];

    NUMERIC_DATES = "RFC7519-4.1.6-1", "4.1.6", Must, Refuse,
        "The claims `exp`, `nbf` and `iat` are JSON numbers.",
        oidf ["RFC7519-4.1.6"];

    NESTED_CTY = "RFC7519-5.2-1", "5.2", Must, Refuse,
        "A nested JWT is marked by `cty` in its outer header.",
        planned "JWE";

    WHOLE_JWT_VALID = "RFC7519-7.2-1", "7.2", Must, Refuse,
        "The verifier refuses a JWT as a whole if any step of its validation fails.";
}

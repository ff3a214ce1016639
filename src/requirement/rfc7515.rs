//! RFC 7515, JSON Web Signature (JWS).

super::document! {
    "RFC 7515", "https://www.rfc-editor.org/rfc/rfc7515#section-";

    STRICT_BASE64URL = "RFC7515-2-1", "2", Must, Refuse,
        "Base64url text contains no padding, white space, line breaks or characters outside of its alphabet.",
        same ["RFC7638-3.3-1"];

    HEADER_NAMES_UNIQUE = "RFC7515-4-1", "4", Must, Refuse,
        "The verifier refuses a JOSE header that repeats a parameter name.";

    UNKNOWN_HEADERS_IGNORED = "RFC7515-4-2", "4", Must, Accept,
        "The verifier ignores header parameters that it does not understand, unless `crit` lists them.";

    ALG_ALLOWED = "RFC7515-4.1.1-1", "4.1.1", Must, Refuse,
        "The `alg` is present, supported, and allowed for the key and the context.";

    KID_IS_HINT = "RFC7515-4.1.4-1", "4.1.4", Must, Refuse,
        "The `kid` is a string and no more than a hint for finding the key.";

    TYP_AS_MEDIA_TYPE = "RFC7515-4.1.9-1", "4.1.9", Must, Accept,
        "The verifier reads a `typ` without a slash as if it began with application/, and ignores its case.";

    CRIT_UNDERSTOOD = "RFC7515-4.1.11-1", "4.1.11", Must, Refuse,
        "The recipient refuses a JWS if it does not understand an extension that `crit` lists.";

    CRIT_WELL_FORMED = "RFC7515-4.1.11-2", "4.1.11", May, Refuse,
        "The recipient may refuse a `crit` that is no list, is empty, repeats a name, or lists a header that is registered or absent.";

    COMPACT_FORM = "RFC7515-5.2-1", "5.2", Must, Refuse,
        "A compact JWS has exactly three parts.";

    SIGNED_AS_RECEIVED = "RFC7515-5.2-2", "5.2", Must, Refuse,
        "The header is a JSON object in UTF-8, and the signature is verified over the octets as received.";

    KEY_DETERMINED = "RFC7515-6-1", "6", Should, Refuse,
        "Validation should fail if no key can be determined; a key in the message itself is not trusted.",
        same ["RFC8725-3.10-1"];
}

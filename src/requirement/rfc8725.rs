//! RFC 8725, JSON Web Token Best Current Practices, with the additions of its revision (RFC8725BIS rows).

super::document! {
    "RFC 8725", "https://www.rfc-editor.org/rfc/rfc8725#section-";

    ALGORITHM_LIST = "RFC8725-3.1-1", "3.1", Must, Refuse,
        "Only algorithms that the caller lists are used.",
        same ["FAPI2-SP-5.4.1-1.1", "RFC9864-4.4-2"];

    ONE_ALGORITHM_PER_KEY = "RFC8725-3.1-2", "3.1", Must, Refuse,
        "A key is used with exactly one algorithm, even if it has no `alg`.",
        same ["RFC9864-7-1"], planned "one algorithm per key";

    CURRENT_ALGORITHMS = "RFC8725-3.2-1", "3.2", Must, Refuse,
        "Only algorithms that are still secure are used, and `none` only if requested explicitly.",
        same ["RFC7518-3.6-1"];

    ALL_LAYERS_VALIDATED = "RFC8725-3.3-1", "3.3", Must, Refuse,
        "Every cryptographic operation of a JWT is validated.";

    NESTED_OPERATIONS_VALIDATED = "RFC8725-3.3-2", "3.3", Must, Refuse,
        "Every cryptographic operation of a nested JWT is validated, outer and inner.",
        planned "JWE";

    ECDH_INPUTS = "RFC8725-3.4-1", "3.4", Must, Refuse,
        "Public points that enter a key agreement are validated.",
        planned "JWE";

    INPUTS_VALIDATED = "RFC8725-3.4-2", "3.4", Must, Refuse,
        "Public keys of a peer are validated before use: points off the curve and other invalid points are refused.",
        same ["RFC7518-6.2.1-1"];

    NO_PASSWORD_KEYS = "RFC8725-3.5-1", "3.5", MustNot, Caller,
        "Passwords that people memorize are not used as HMAC keys.";

    NO_COMPRESSION = "RFC8725-3.6-1", "3.6", ShouldNot, Emit,
        "Data should not be compressed before it is encrypted.",
        planned "JWE";

    UTF8_ONLY = "RFC8725-3.7-1", "3.7", Must, Refuse,
        "The JSON of headers and claims is UTF-8.";

    KEY_OF_ISSUER = "RFC8725-3.8-1", "3.8", Must, Refuse,
        "The key belongs to the issuer, and the issuer is entitled to name the subject.",
        same ["RFC7523-3-1"];

    AUDIENCE_CHECKED = "RFC8725-3.9-1", "3.9", Must, Refuse,
        "If an issuer serves several recipients, the audience is present and checked.",
        same ["RFC7523-3-3", "RFC9700-2.3-1"];

    UNTRUSTED_HEADERS = "RFC8725-3.10-1", "3.10", Should, Refuse,
        "The headers `kid`, `jku` and `x5u` should not be trusted, and URLs should be fetched only from listed places.",
        same ["RFC7515-6-1"];

    EXPLICIT_TYP = "RFC8725-3.11-1", "3.11", Should, Emit,
        "New kinds of JWT should carry an explicit `typ`.";

    KINDS_EXCLUSIVE = "RFC8725-3.12-1", "3.12", Must, Refuse,
        "The rules for different kinds of JWT exclude each other, so that none is accepted in place of another.";

    PBES2_LIMIT = "RFC8725BIS-3.13-1", "3.13", Should, Refuse,
        "The iteration count of PBES2 should be limited.",
        planned "JWE";

    COMPACT_ALPHABET = "RFC8725BIS-3.14-1", "3.14", Must, Refuse,
        "Only letters, digits, hyphen, underscore and dot are accepted before a JWT is parsed.";

    DECOMPRESSION_LIMIT = "RFC8725BIS-3.15-1", "3.15", Should, Refuse,
        "The decompressed size of a JWE should be limited.",
        planned "JWE";
}

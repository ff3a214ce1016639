//! RFC 7516, JSON Web Encryption (JWE).

super::document! {
    "RFC 7516", "https://www.rfc-editor.org/rfc/rfc7516#section-";

    COMPACT_FORM = "RFC7516-5.2-1", "5.2", Must, Refuse,
        "A compact JWE has five parts; with a direct key the second part is empty, and a decrypted key has the right length.",
        planned "JWE";

    DECRYPTION = "RFC7516-5.2-2", "5.2", Must, Refuse,
        "The recipient processes every critical header and authenticates the header, and a wrong tag yields no plaintext.",
        planned "JWE";

    ONE_KEY_ONE_ALGORITHM = "RFC7516-11.4-1", "11.4", Must, Refuse,
        "A key is used with one algorithm, and every failure to decrypt is the same error.",
        planned "JWE";

    NO_ORACLE = "RFC7516-11.5-1", "11.5", MustNot, Refuse,
        "Format, padding and length errors of the encrypted key cannot be distinguished.",
        planned "JWE";
}

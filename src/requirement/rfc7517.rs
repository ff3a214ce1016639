//! RFC 7517, JSON Web Key (JWK).

super::document! {
    "RFC 7517", "https://www.rfc-editor.org/rfc/rfc7517#section-";

    KEY_WELL_FORMED = "RFC7517-4-1", "4", Must, Refuse,
        "A JWK has a `kty` and no repeated members; unknown members are ignored.",
        oidf ["RFC7517-4"];

    KEY_USE = "RFC7517-4.2-1", "4.2", Should, Refuse,
        "A key should be used only as its `use` and `key_ops` allow, and the two should not contradict each other.";

    KEY_IDS_DISTINCT = "RFC7517-4.5-1", "4.5", Should, Emit,
        "The keys of one set should have distinct `kid` values.",
        oidf ["RFC7517-4.5"], same ["FAPI2-SP-5.4.2-3"];

    CERTIFICATE_MATCHES_KEY = "RFC7517-4.7-1", "4.7", Must, Refuse,
        "The first certificate of `x5c` is base64 DER and holds the public key of the JWK.";

    UNUSABLE_KEYS_SKIPPED = "RFC7517-5-1", "5", Must, Accept,
        "A JWK Set has an array `keys`; the reader skips keys in it that it does not understand.";

    NO_PRIVATE_KEYS = "RFC7517-9.2-1", "9.2", Must, Refuse,
        "Private and symmetric keys are not disclosed: a public key, or a set of them, that contains one is refused.";
}

//! RFC 9864, Fully-Specified Algorithms for JOSE and COSE.

super::document! {
    "RFC 9864", "https://www.rfc-editor.org/rfc/rfc9864#section-";

    ED25519 = "RFC9864-2.2-1", "2.2", May, Accept,
        "A JWS may be signed with `Ed25519`, which is EdDSA with the parameter set of that name.";

    ED448 = "RFC9864-2.2-2", "2.2", May, Accept,
        "A JWS may be signed with `Ed448`, which is EdDSA with the parameter set of that name.",
        planned "Ed448";

    KEY_ESTABLISHMENT_SPECIFIED = "RFC9864-3-1", "3", Must, Emit,
        "For fully specified encryption, `alg`, or `alg` with `enc`, determines every parameter of the key establishment.",
        planned "JWE";

    CONTENT_ENCRYPTION_SPECIFIED = "RFC9864-3-2", "3", Must, Emit,
        "For fully specified encryption, `enc` determines every parameter of the content encryption.",
        planned "JWE";

    DEPRECATED = "RFC9864-4.4-1", "4.4", Should, Caller,
        "A new deployment should sign with `Ed25519`, because `EdDSA` is deprecated.";

    PROHIBITED = "RFC9864-4.4-2", "4.4", MustNot, Refuse,
        "An algorithm that is registered as prohibited is not used.",
        same ["RFC8725-3.1-1"];

    KEY_REPRESENTED_AS_BEFORE = "RFC9864-5-1", "5", Must, Accept,
        "A key for `Ed25519` is represented like a key for `EdDSA`, apart from its `alg`.";

    ONE_ALGORITHM_PER_KEY = "RFC9864-7-1", "7", Must, Refuse,
        "A key is used with one algorithm, unless its use with several has been proven secure.",
        same ["RFC8725-3.1-2"], planned "one algorithm per key";

    KEYS_NAME_ALGORITHM = "RFC9864-7-2", "7", Should, Caller,
        "A published key should have an `alg`.";
}

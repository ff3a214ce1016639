//! Signing keys.

super::document! {
    "OIDC-conformant pipeline", "https://docs.rs/crate/fapi/latest/source/docs/pipeline.md#";

    STATES = "OCP-KEY-01", "KEY-01", Must, Emit,
        "A signing key is next, current, previous or revoked.", planned "pipeline";

    ONE_SIGNS = "OCP-KEY-02", "KEY-02", Must, Emit,
        "Exactly one key signs at any time, the current one.", planned "pipeline";

    PUBLISHED = "OCP-KEY-03", "KEY-03", Must, Emit,
        "The key set contains the current and the next key, and the previous one until it is revoked.", planned "pipeline";

    ROTATE = "OCP-KEY-04", "KEY-04", Must, Emit,
        "A rotation makes the next key current and the current one previous, and generates a new next key.", planned "pipeline";

    PREVIOUS_VALID = "OCP-KEY-05", "KEY-05", Must, Accept,
        "Tokens that the previous key signed stay valid until it is revoked.", planned "pipeline";

    ONLY_PREVIOUS = "OCP-KEY-06", "KEY-06", Must, Refuse,
        "Only the previous key can be revoked.", planned "pipeline";

    ROTATION_FIRST = "OCP-KEY-07", "KEY-07", Must, Refuse,
        "A key can be revoked only after a rotation.", planned "pipeline";

    ROTATE_AND_REVOKE = "OCP-KEY-08", "KEY-08", Must, Refuse,
        "Rotating and revoking in one step revokes the key that became previous, and its tokens are refused.", planned "pipeline";

    REVOKED_FOREVER = "OCP-KEY-09", "KEY-09", Must, Refuse,
        "A revoked key never returns.", planned "pipeline";

    LAST_THREE = "OCP-KEY-10", "KEY-10", Must, Emit,
        "The list of revoked keys shows the last three.", planned "pipeline";

    NEVER_EXPORTED = "OCP-KEY-11", "KEY-11", Must, Emit,
        "The published key set contains no private members.",
        same ["OIDCD-3-3"];

    ANY_KEY = "OCP-KEY-12", "KEY-12", Must, Accept,
        "A verifier accepts any key of the set, and does not assume that the set is constant.";

    CUSTOM_TEN = "OCP-KEY-13", "KEY-13", Must, Refuse,
        "The operator may publish at most ten public keys of its own.", planned "pipeline";

    CUSTOM_REPLACED = "OCP-KEY-14", "KEY-14", Must, Emit,
        "An update replaces the whole set of the operator's own keys.", planned "pipeline";

    CUSTOM_FIRST = "OCP-KEY-15", "KEY-15", Must, Emit,
        "The operator's own keys stand before the server's in the published set.", planned "pipeline";

    CUSTOM_DOMAIN = "OCP-KEY-16", "KEY-16", Must, Emit,
        "The operator's own keys are published only on the custom domain.", planned "pipeline";

    CUSTOM_REFUSED = "OCP-KEY-17", "KEY-17", Must, Refuse,
        "The server's own endpoints refuse tokens that the operator's own keys signed.", planned "pipeline";

    CUSTOM_PUBLIC = "OCP-KEY-18", "KEY-18", Must, Refuse,
        "Only the public part of the operator's own keys can be imported.", planned "pipeline";

    NO_ALG = "OCP-KEY-19", "KEY-19", Must, Emit,
        "With `remove_alg_from_jwks`, the published keys have no `alg`.", planned "pipeline";

    SAME_KEY = "OCP-KEY-20", "KEY-20", Must, Emit,
        "The same key signs ID tokens and access tokens.";

    PROBABILISTIC = "OCP-KEY-23", "KEY-23", Must, Emit,
        "PS256 signatures of the same input differ, and RS256 signatures are equal.";

    RETIRED = "OCP-KEY-24", "KEY-24", Must, Refuse,
        "A verifier that knows only a retired key refuses new tokens.", planned "pipeline";

    BY_ID = "OCP-KEY-25", "KEY-25", Must, Refuse,
        "A key is revoked by its `kid`, and an unknown one is an error.", planned "pipeline";
}

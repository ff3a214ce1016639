//! Client authentication by secret.

super::document! {
    "OIDC-conformant pipeline", "https://docs.rs/crate/fapi/latest/source/docs/pipeline.md#";

    SECRET_POST = "OCP-AUTH-01", "AUTH-01", Must, Accept,
        "With `client_secret_post`, the server accepts the secret in the body.",
        same ["RFC6749-2.3.1-4"];

    SECRET_BASIC = "OCP-AUTH-02", "AUTH-02", Must, Accept,
        "With `client_secret_basic`, the server accepts the secret by HTTP Basic, and answers a wrong one with status 401 and a challenge.",
        same ["RFC6749-2.3.1-1"];

    REGISTERED_METHOD = "OCP-AUTH-03", "AUTH-03", Must, Refuse,
        "A client that is registered for one method does not succeed with another.",
        same ["RFC6749-2.3.2-1"];

    NO_SECRET_BESIDE = "OCP-AUTH-04", "AUTH-04", Must, Refuse,
        "Once private_key_jwt or mutual TLS is set up, the server refuses the client's secret.",
        same ["OIDCC-3.1.3.1-1"];

    REVERT = "OCP-AUTH-05", "AUTH-05", Must, Refuse,
        "After a client returned to a secret, the server refuses its assertions and certificates.", planned "pipeline";

    SECRET_KEPT = "OCP-AUTH-06", "AUTH-06", Must, Emit,
        "While a client uses private_key_jwt, its secret is hidden but kept, and it counts again when the client returns to it.", planned "pipeline";

    ROTATED = "OCP-AUTH-07", "AUTH-07", Must, Refuse,
        "A rotation replaces the secret of a client by a generated or a given one, and the server refuses the old one afterwards.", planned "pipeline";

    OVERLAP = "OCP-AUTH-08", "AUTH-08", Must, Accept,
        "After a rotation, old and new secret are both accepted for at most 30 seconds.", planned "pipeline";

    FUTURE_SECRET = "OCP-AUTH-09", "AUTH-09", Must, Accept,
        "A secret that is set for the future is accepted before the rotation.", planned "pipeline";

    PUBLIC_STORES_NONE = "OCP-AUTH-10", "AUTH-10", Must, Refuse,
        "A public client has no stored secret.", planned "pipeline";

    HS256_KEY = "OCP-AUTH-11", "AUTH-11", Must, Refuse,
        "The secret of a confidential client is the HS256 key of its ID tokens, and has at least 256 bits.", planned "pipeline";

    CIBA_METHODS = "OCP-AUTH-12", "AUTH-12", Must, Accept,
        "A backchannel request may use every method with credentials.", planned "pipeline";

    KEY_PER_USE = "OCP-AUTH-13", "AUTH-13", Should, Emit,
        "A client should use different keys for request objects and for client assertions; the same key is a warning.", planned "pipeline";
}

//! Client authentication by private_key_jwt.

super::document! {
    "OIDC-conformant pipeline", "https://docs.rs/crate/fapi/latest/source/docs/pipeline.md#";

    ASYMMETRIC = "OCP-PKJ-01", "PKJ-01", Must, Refuse,
        "With private_key_jwt, the client assertion is signed by an asymmetric key of the client.",
        same ["RFC7523-3-8"];

    KID_SELECTS = "OCP-PKJ-02", "PKJ-02", Must, Refuse,
        "The `kid` of an assertion selects the credential; without one, every active credential is tried.", planned "pipeline";

    ALG_OF_CREDENTIAL = "OCP-PKJ-03", "PKJ-03", Must, Refuse,
        "The `alg` of an assertion is that of its credential, never `none` or symmetric.", planned "pipeline";

    EXPIRED_CREDENTIAL = "OCP-PKJ-04", "PKJ-04", Must, Refuse,
        "The server refuses an assertion by an expired credential even if the signature verifies.", planned "pipeline";

    STRICT_AUDIENCE = "OCP-PKJ-05", "PKJ-05", Must, Refuse,
        "At the level `fapi2_sp_pkj_mtls`, the `aud` of an assertion is exactly the issuer.",
        same ["FAPI2-SP-5.3.2.1-8"];

    LAX_AUDIENCE = "OCP-PKJ-06", "PKJ-06", Must, Accept,
        "Without a strict level, the `aud` of an assertion may name the issuer, the token endpoint or the PAR endpoint, as a string or in an array.", planned "pipeline";

    REQUIRED = "OCP-PKJ-07", "PKJ-07", Must, Refuse,
        "The levels `fapi1_adv_pkj_par` and `fapi2_sp_pkj_mtls` require private_key_jwt.", planned "pipeline";

    CLAIMS = "OCP-PKJ-08", "PKJ-08", Must, Refuse,
        "The `iss` and `sub` of an assertion are the client, `exp` and `jti` are present, and a `jti` is used once.",
        same ["OIDCC-9-3", "OIDCC-9-5"];

    ISSUER_SLASH = "OCP-PKJ-09", "PKJ-09", Must, Refuse,
        "An issuer with a trailing slash is compared byte by byte, and the `aud` of an assertion has the slash too.", planned "pipeline";
}

//! Encrypted access tokens.

super::document! {
    "OIDC-conformant pipeline", "https://docs.rs/crate/fapi/latest/source/docs/pipeline.md#";

    FORMAT = "OCP-JWE-01", "JWE-01", Must, Refuse,
        "The `token_encryption` of an API has the format `compact-nested-jwe` and an encryption key.", planned "pipeline";

    NESTED = "OCP-JWE-02", "JWE-02", Must, Emit,
        "An encrypted access token is signed first and then encrypted.", planned "pipeline";

    ALG = "OCP-JWE-03", "JWE-03", Must, Refuse,
        "The key is encrypted with RSA-OAEP-256, RSA-OAEP-384 or RSA-OAEP-512.", planned "pipeline";

    PEM = "OCP-JWE-04", "JWE-04", Must, Refuse,
        "The encryption key is the PEM of a public RSA key or of a certificate.", planned "pipeline";

    KID = "OCP-JWE-05", "JWE-05", Must, Emit,
        "A `kid` that the operator gives is in the header of the encrypted token; without one, the header has none.", planned "pipeline";

    NAME = "OCP-JWE-06", "JWE-06", May, Accept,
        "An encryption key may have a name.", planned "pipeline";

    THUMBPRINT = "OCP-JWE-07", "JWE-07", Must, Emit,
        "An encryption key is shown by its SHA-256 thumbprint, and its material is not returned.", planned "pipeline";

    ONE_KEY = "OCP-JWE-08", "JWE-08", Must, Refuse,
        "Each API has one encryption key of its own.", planned "pipeline";

    OFF = "OCP-JWE-09", "JWE-09", Must, Emit,
        "By default, an access token is a signed JWT that is not encrypted.",
        same ["RFC9068-2.1-1"];

    OPAQUE_TO_CLIENTS = "OCP-JWE-10", "JWE-10", Must, Emit,
        "Without the private key, no claim of an encrypted access token can be read.", planned "pipeline";

    ENC = "OCP-JWE-11", "JWE-11", Must, Emit,
        "The content of an access token is encrypted with an algorithm that the server documents.", planned "pipeline";
}

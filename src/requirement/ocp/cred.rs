//! Credentials of clients.

super::document! {
    "OIDC-conformant pipeline", "https://docs.rs/crate/fapi/latest/source/docs/pipeline.md#";

    TWO = "OCP-CRED-01", "CRED-01", Must, Refuse,
        "A client has at most two credentials per use.", planned "pipeline";

    RSA_SIZE = "OCP-CRED-02", "CRED-02", Must, Refuse,
        "The RSA key of a credential has 2048 to 4096 bits.", planned "pipeline";

    ALG = "OCP-CRED-03", "CRED-03", Must, Refuse,
        "The algorithm of a credential is RS256, RS384 or PS256, and RS256 by default.", planned "pipeline";

    PEM = "OCP-CRED-04", "CRED-04", Must, Refuse,
        "The `pem` of a credential is a public key or an X.509 certificate; a private key and anything else are refused.", planned "pipeline";

    EXPIRED = "OCP-CRED-05", "CRED-05", Must, Refuse,
        "A credential is inoperable after its `expires_at`, but stays stored.", planned "pipeline";

    EXPIRY_FUTURE = "OCP-CRED-06", "CRED-06", Must, Refuse,
        "An `expires_at` that is set lies in the future.", planned "pipeline";

    EXPIRY_FROM_CERTIFICATE = "OCP-CRED-07", "CRED-07", Must, Refuse,
        "With `parse_expiry_from_cert`, a credential expires with its certificate, and one without certificate is refused.", planned "pipeline";

    ONE_EXPIRY = "OCP-CRED-08", "CRED-08", Must, Refuse,
        "A credential has `parse_expiry_from_cert` or `expires_at`, not both.", planned "pipeline";

    KID = "OCP-CRED-09", "CRED-09", Must, Emit,
        "The `kid` of a credential is the base64url of its SHA-256 JWK thumbprint.", planned "pipeline";

    TWICE = "OCP-CRED-10", "CRED-10", Must, Refuse,
        "A client cannot have the same credential twice.", planned "pipeline";

    IMMUTABLE = "OCP-CRED-11", "CRED-11", Must, Refuse,
        "Of a stored credential, only `expires_at` may change.", planned "pipeline";

    ENABLED = "OCP-CRED-12", "CRED-12", Must, Refuse,
        "A credential works only after its id is listed under a method.", planned "pipeline";

    ANY_ACTIVE = "OCP-CRED-13", "CRED-13", Must, Accept,
        "An assertion by any active credential of the client succeeds.", planned "pipeline";

    IN_USE = "OCP-CRED-14", "CRED-14", Must, Refuse,
        "A credential that is listed under a method cannot be deleted.", planned "pipeline";

    ROTATION = "OCP-CRED-15", "CRED-15", Must, Accept,
        "Credentials rotate without an instant at which the client cannot authenticate: create, list both, change over, list one, delete.", planned "pipeline";

    KINDS = "OCP-CRED-16", "CRED-16", Must, Refuse,
        "A credential is a `public_key` for assertions and request objects, an `x509_cert` for self-signed certificates, or a `cert_subject_dn` for certificates of an authority.", planned "pipeline";

    TWO_CERTIFICATES = "OCP-CRED-17", "CRED-17", Must, Refuse,
        "A client has at most two certificates for mutual TLS.", planned "pipeline";

    NO_HS256 = "OCP-CRED-18", "CRED-18", Must, Refuse,
        "The ID tokens of a client with private_key_jwt are not signed with HS256.", planned "pipeline";

    KEY_NOT_RETURNED = "OCP-CRED-19", "CRED-19", Must, Emit,
        "Key material is never returned after creation; a credential is shown by id, name, algorithm, `kid`, expiry and thumbprint.", planned "pipeline";

    PEM_IN_JSON = "OCP-CRED-20", "CRED-20", Must, Accept,
        "A PEM in JSON may have either kind of line break, escaped.", planned "pipeline";
}

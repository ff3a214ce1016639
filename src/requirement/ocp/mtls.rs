//! Mutual TLS.

super::document! {
    "OIDC-conformant pipeline", "https://docs.rs/crate/fapi/latest/source/docs/pipeline.md#";

    METHODS = "OCP-MTLS-01", "MTLS-01", Must, Refuse,
        "Among `client_authentication_methods`, a client has `self_signed_tls_client_auth` or `tls_client_auth`, not both.", planned "pipeline";

    SELF_SIGNED = "OCP-MTLS-02", "MTLS-02", Must, Refuse,
        "A self-signed certificate is one of the client's enabled `x509_cert` credentials, by thumbprint.", planned "pipeline";

    SUBJECT = "OCP-MTLS-03", "MTLS-03", Must, Refuse,
        "The subject of a certificate of an authority is the registered one; different certificates with one subject pass.",
        same ["RFC8705-2.1-1"];

    SUBJECT_LINES = "OCP-MTLS-04", "MTLS-04", Must, Refuse,
        "A `subject_dn` in text has one name attribute per line.", planned "pipeline";

    SUBJECT_OF_PEM = "OCP-MTLS-05", "MTLS-05", Must, Emit,
        "The subject taken from a PEM equals the one given as text for the same certificate.", planned "pipeline";

    ASSOCIATED = "OCP-MTLS-06", "MTLS-06", Must, Refuse,
        "Mutual TLS works after the credential is listed under a method and `token_endpoint_auth_method` is null.", planned "pipeline";

    CA_KEY = "OCP-MTLS-07", "MTLS-07", Should, Emit,
        "The key of an authority should be RSA of at least 2048 bits; a weaker one is a warning.", planned "pipeline";

    CERTIFICATE_HEADER = "OCP-MTLS-08", "MTLS-08", Must, Refuse,
        "The edge forwards the certificate in `client-certificate`, as URL-encoded PEM of at most 4096 bytes; the server refuses anything else.", planned "pipeline";

    LEAF_ONLY = "OCP-MTLS-09", "MTLS-09", Must, Refuse,
        "The edge forwards the first certificate of the chain alone.", planned "pipeline";

    EDGE_KEY = "OCP-MTLS-10", "MTLS-10", Must, Refuse,
        "Without the right secret in `cname-api-key`, the server ignores the certificate headers.", planned "pipeline";

    EDGE_VERDICT = "OCP-MTLS-11", "MTLS-11", Must, Refuse,
        "The edge's `client-certificate-ca-verified` is `SUCCESS`, or `FAILED` with or without a reason; the server refuses anything else.", planned "pipeline";

    VERDICT_SELECTS = "OCP-MTLS-12", "MTLS-12", Must, Refuse,
        "The verdict `SUCCESS` selects `tls_client_auth` and `FAILED` selects `self_signed_tls_client_auth`, and the client is registered for the one selected.", planned "pipeline";

    FAILED_IS_VALID = "OCP-MTLS-13", "MTLS-13", Must, Accept,
        "A certificate with the verdict `FAILED` is valid in itself and only lacks a chain of trust.", planned "pipeline";

    PATHS = "OCP-MTLS-14", "MTLS-14", Must, Emit,
        "The token endpoint, the PAR endpoint and UserInfo take client certificates.";

    EDGE_HOST = "OCP-MTLS-15", "MTLS-15", Must, Refuse,
        "The host of a request from the edge is the registered domain, or its alias if aliases are on.", planned "pipeline";

    ALIAS_SWITCH = "OCP-MTLS-16", "MTLS-16", Must, Emit,
        "A flag of the server turns the mutual TLS aliases on, and is off by default.";

    ALIAS_HOSTS = "OCP-MTLS-17", "MTLS-17", Must, Emit,
        "If aliases are on, the metadata has `mtls_endpoint_aliases`, whose hosts are the domain after `mtls.`; otherwise the member is absent.", planned "pipeline";

    NO_AUTHORIZE_ALIAS = "OCP-MTLS-18", "MTLS-18", Must, Emit,
        "The authorization endpoint has no mutual TLS alias.";

    BOUND_TOKENS = "OCP-MTLS-22", "MTLS-22", Must, Refuse,
        "A token that is bound to a certificate by `cnf` is refused without this certificate.",
        same ["RFC8705-3-3"];

    REQUIRED = "OCP-MTLS-23", "MTLS-23", Must, Refuse,
        "The levels `fapi1_adv_mtls_par` and `fapi2_sp_mtls_mtls` require client authentication by mutual TLS.", planned "pipeline";

    REVERT = "OCP-MTLS-26", "MTLS-26", Must, Refuse,
        "After a client returned from mutual TLS to a secret, the server refuses its certificate.", planned "pipeline";
}

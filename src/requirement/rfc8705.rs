//! RFC 8705, OAuth 2.0 Mutual-TLS Client Authentication and Certificate-Bound Access Tokens.

super::document! {
    "RFC 8705", "https://www.rfc-editor.org/rfc/rfc8705#section-";

    CERTIFICATE_OF_CLIENT = "RFC8705-2-3", "2", Must, Refuse,
        "The certificate belongs to the client that `client_id` names; otherwise the answer is `invalid_client`.",
        oidf ["RFC8705-2"];

    CERTIFICATE_SUBJECT = "RFC8705-2.1-1", "2.1", Must, Refuse,
        "For `tls_client_auth`, the chain is valid and the certificate has the one registered subject value.",
        same ["OCP-MTLS-03"];

    DISTINGUISHED_NAME_MATCH = "RFC8705-2.1-2", "2.1", Must, Refuse,
        "Distinguished names are compared as names, not as raw strings.";

    REVOCATION_CHECK = "RFC8705-2.1-3", "2.1", May, Caller,
        "The server may choose whether to check certificates for revocation.";

    IP_ADDRESS_BINARY = "RFC8705-2.1.2-2", "2.1.2", Must, Refuse,
        "IP addresses of certificates are compared in binary form.",
        oidf ["RFC8705-2.1.2"];

    CERTIFICATE_REGISTERED = "RFC8705-2.2-1", "2.2", Must, Refuse,
        "For `self_signed_tls_client_auth`, the certificate is one of the client's registered keys; its chain does not matter.";

    TOKEN_CERTIFICATE = "RFC8705-3-2", "3", Must, Refuse,
        "The certificate of the TLS connection is the one to which the access token is bound.",
        oidf ["RFC8705-3"], same ["FAPI1-ADV-6.2.1-2"];

    CERTIFICATE_MISMATCH = "RFC8705-3-3", "3", Must, Refuse,
        "The resource server answers a wrong or missing certificate with status 401 and `invalid_token`.",
        oidf ["RFC8705-3"], same ["RFC8705-6.3-1", "OCP-MTLS-22"];

    THUMBPRINT_IN_TOKEN = "RFC8705-3.1-1", "3.1", Should, Emit,
        "A bound JWT access token should contain `cnf.x5t#S256`.",
        same ["FAPI1-ADV-5.2.2-6"];

    THUMBPRINT_FORM = "RFC8705-3.1-2", "3.1", Must, Emit,
        "The thumbprint is the SHA-256 of the DER certificate in base64url without padding.";

    THUMBPRINT_IN_INTROSPECTION = "RFC8705-3.2-1", "3.2", Must, Emit,
        "Introspection of a bound token returns `cnf.x5t#S256`, which the resource server compares.";

    BINDING_PUBLISHED = "RFC8705-3.3-1", "3.3", May, Emit,
        "Metadata may contain `tls_client_certificate_bound_access_tokens`; if absent, it is false.",
        oidf ["RFC8705-3.3"];

    TOKENS_ALWAYS_BOUND = "RFC8705-3.4-1", "3.4", May, Refuse,
        "The server may refuse tokens to a client that registered tls_client_certificate_bound_access_tokens and presents no certificate.";

    PUBLIC_REFRESH_BOUND = "RFC8705-4-1", "4", Should, Refuse,
        "A public client's refresh token should be bound to its certificate, and checked at every refresh.";

    ENDPOINT_ALIASES = "RFC8705-5-1", "5", May, Emit,
        "Metadata may contain `mtls_endpoint_aliases`, whose members are named like the endpoints themselves.",
        oidf ["RFC8705-5"], same ["FAPI2-SP-5.2.2.1-2", "OCP-META-07"];

    CHAIN_NOT_REQUIRED = "RFC8705-6.2-1", "6.2", ShouldNot, Accept,
        "A resource server need not validate the chain of a certificate that only proves possession.";

    RENEWED_CERTIFICATE = "RFC8705-6.3-1", "6.3", Must, Refuse,
        "A token cannot be used with a renewed certificate; the client refreshes it.",
        same ["RFC8705-3-3"];

    TLS_TERMINATION = "RFC8705-6.5-1", "6.5", May, Caller,
        "TLS may be terminated by an intermediary that forwards certificates safely and removes forged headers.";

    CONFIDENTIAL_REFRESH_UNBOUND = "RFC8705-7.1-1", "7.1", Must, Accept,
        "A confidential client's refresh token is bound by client authentication, not by the certificate.";

    TRUSTED_AUTHORITIES = "RFC8705-7.4-1", "7.4", Should, Caller,
        "Only a few certificate authorities with a suitable policy should be trusted.";

    X509_LIBRARY = "RFC8705-7.5-1", "7.5", Should, Caller,
        "Certificates should be parsed and validated by an established X.509 library.";
}

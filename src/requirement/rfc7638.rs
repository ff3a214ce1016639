//! RFC 7638, JSON Web Key (JWK) Thumbprint.

super::document! {
    "RFC 7638", "https://www.rfc-editor.org/rfc/rfc7638#section-";

    THUMBPRINT = "RFC7638-3-1", "3", Must, Emit,
        "A thumbprint hashes the required members only, in lexicographic order, without white space, in UTF-8.";

    PRIVATE_KEY_THUMBPRINT = "RFC7638-3.2.1-1", "3.2.1", Must, Emit,
        "A private key has the thumbprint of its public key.";

    MEMBER_VALUES = "RFC7638-3.3-1", "3.3", Must, Refuse,
        "Member values are hashed unchanged; a value that needs escaping is refused.",
        same ["RFC7515-2-1"];
}

//! RFC 7518, JSON Web Algorithms (JWA).

super::document! {
    "RFC 7518", "https://www.rfc-editor.org/rfc/rfc7518#section-";

    HMAC_KEY_SIZE = "RFC7518-3.2-1", "3.2", Must, Refuse,
        "An HMAC key is at least as long as the output of its hash.",
        same ["OIDCC-16.19-1"];

    MAC_CONSTANT_TIME = "RFC7518-3.2-2", "3.2", Must, Emit,
        "A MAC is compared in constant time.";

    RSA_KEY_SIZE = "RFC7518-3.3-1", "3.3", Must, Refuse,
        "RSA signature keys have at least 2048 bits; a PSS salt is as long as the output of the hash, and MGF1 uses the same hash.",
        oidf ["RFC7518-3.3"], same ["FAPI2-SP-5.4.1-2", "FAPI1-BASE-5.2.2-5"];

    ECDSA_FORM = "RFC7518-3.4-1", "3.4", Must, Refuse,
        "An ECDSA signature is R and S in fixed length, not DER, on the curve that `alg` names.",
        oidf ["RFC7518-3.4"];

    NO_ALG_NONE = "RFC7518-3.6-1", "3.6", MustNot, Refuse,
        "The algorithm `none` is refused by default.",
        same ["FAPI2-SP-5.4.1-1.3", "RFC8725-3.2-1", "FAPI1-ADV-8.6-3"];

    ECDH_ES_KEY = "RFC7518-4.6.2-1", "4.6.2", Must, Refuse,
        "ECDH-ES derives its key by Concat KDF over the algorithm, both parties and the key length.",
        planned "JWE";

    GCM_SIZES = "RFC7518-4.7-1", "4.7", Must, Refuse,
        "AES-GCM uses a 96-bit initialization vector and the full 128-bit tag.",
        planned "JWE";

    CBC_HMAC = "RFC7518-5.2-1", "5.2", Must, Refuse,
        "AES-CBC with HMAC verifies its tag before it decrypts.",
        planned "JWE";

    EC_POINT = "RFC7518-6.2.1-1", "6.2.1", Must, Refuse,
        "The coordinates of an EC key have the full size of the field, and the point lies on the curve.",
        same ["RFC8725-3.4-2"];

    RSA_INTEGERS = "RFC7518-6.3.1-1", "6.3.1", Must, Refuse,
        "The modulus and exponent of an RSA key are minimal big-endian integers in base64url.";
}

//! RFC 9101, The OAuth 2.0 Authorization Framework: JWT-Secured Authorization Request (JAR).

super::document! {
    "RFC 9101", "https://www.rfc-editor.org/rfc/rfc9101#section-";

    ALGORITHMS_PUBLISHED = "RFC9101-4-6", "4", May, Emit,
        "Metadata may list the algorithms of request objects, and clients register theirs.",
        oidf ["JAR-4"], planned "JAR";

    OBJECT_ALONE_COUNTS = "RFC9101-5-4", "5", Must, Refuse,
        "Only parameters inside the request object count, even if there are others outside it.",
        oidf ["JAR-5"], same ["FAPI1-ADV-5.2.2-10"], against ["OIDCC-6.3.3-1"], planned "JAR";

    OBJECT_FETCHED = "RFC9101-5.2.3-1", "5.2.3", Must, Emit,
        "The server fetches a request object by GET from its `request_uri`, unless it has the object by other secure means.",
        oidf ["JAR-5.2.3"], planned "JAR";

    OBJECT_DECRYPTED = "RFC9101-6.1-1", "6.1", Must, Refuse,
        "The server answers an encrypted request object that cannot be decrypted with `invalid_request_object`.",
        same ["OIDCC-6.3.1-1"], planned "JWE";

    OBJECT_SIGNATURE = "RFC9101-6.2-1", "6.2", Must, Refuse,
        "The signature of a request object verifies with a key of the client and the algorithm in its header.",
        oidf ["JAR-6.2"], same ["OIDCC-6.3.2-1"], planned "JAR";

    KEY_OF_KID = "RFC9101-6.2-2", "6.2", Must, Refuse,
        "If there is a `kid`, exactly that key of the client is used.",
        oidf ["JAR-6.2"], planned "JAR";

    ALGORITHM_ALLOWED = "RFC9101-6.2-3", "6.2", Must, Refuse,
        "The algorithm of a request object is allowed and fits its key, as RFC 8725 specifies.",
        oidf ["JAR-6.2"], planned "JAR";

    BAD_SIGNATURE = "RFC9101-6.2-4", "6.2", Must, Refuse,
        "The server answers an unknown key or a wrong signature with `invalid_request_object`.",
        oidf ["JAR-6.2"], same ["OIDCC-6.3.2-1"], planned "JAR";

    PARAMETERS_OF_OBJECT = "RFC9101-6.3-1", "6.3", Must, Accept,
        "The parameters of a request are those of its request object.",
        oidf ["JAR-6.3"], against ["OIDCC-6.3.3-1"], planned "JAR";

    CLIENT_IDS_AGREE = "RFC9101-6.3-2", "6.3", Must, Refuse,
        "The `client_id` outside a request object equals the one inside.",
        oidf ["JAR-6.3"], same ["OIDCC-6.1-2"], planned "JAR";

    REQUEST_VALIDATED = "RFC9101-6.3-3", "6.3", Must, Refuse,
        "The server checks a request from a request object like any other, and reports a failure to the client.",
        oidf ["JAR-6.3"], planned "JAR";

    ERROR_CODES = "RFC9101-7-1", "7", Must, Emit,
        "Request objects and request URIs have separate error codes, for invalid ones and for unsupported ones.",
        oidf ["JAR-7"], planned "JAR";

    TLS_VERIFIED = "RFC9101-8-1", "8", Must, Caller,
        "Connections use TLS, and a server's certificate is verified by its DNS name, never by its common name.",
        same ["FAPI2-SP-5.2.1-5"];

    SOURCE_VERIFIED = "RFC9101-10.2-1", "10.2", Must, Refuse,
        "The source of a request is always verified; encryption to a public key alone proves no identity.",
        oidf ["JAR-10.2"], planned "JAR";

    OWN_REQUEST_URI = "RFC9101-10.2-2", "10.2", Must, Refuse,
        "A `request_uri` that the server issues is bound to its authenticated client, short-lived and hard to guess.",
        oidf ["JAR-10.2"], same ["RFC9126-2.2-4"];

    FETCH_GUARDED = "RFC9101-10.4.1-1", "10.4.1", Should, Refuse,
        "The document at a `request_uri` should have the expected address and media type, arrive in time, and lead to no further fetch.",
        planned "JAR";

    SIGNED_REQUEST_OF_CLIENT = "RFC9101-10.5-1", "10.5", Must, Refuse,
        "The server refuses a client registered with `require_signed_request_object` without a signed request object.",
        same ["RFC9126-2.3-3"], planned "JAR";

    SIGNED_REQUEST_OF_SERVER = "RFC9101-10.5-2", "10.5", Must, Refuse,
        "A server whose metadata says `require_signed_request_object` refuses requests without a signed request object.",
        planned "JAR";

    NO_MISMATCH = "RFC9101-10.7-1", "10.7", Must, Refuse,
        "Parameters that differ inside and outside of the request object give an attacker no advantage.",
        planned "JAR";

    CONSENT_NAMES_CLIENT = "RFC9101-11.1-1", "11.1", Must, Caller,
        "The consent page names the client.",
        same ["FAPI2-SP-5.3.2.2-13"];

    THIRD_PARTY_VERIFIED = "RFC9101-11.1-2", "11.1", Must, Caller,
        "If a third party hosts the request object, its certificate matches the request URI.",
        planned "JAR";
}

//! FAPI 2.0 Message Signing (Final), the server's side.

super::document! {
    "FAPI 2.0 Message Signing", "https://openid.net/specs/fapi-message-signing-2_0-final.html#section-";

    SECURITY_PROFILE_APPLIES = "FAPI2-MS-5-1", "5", Must, Refuse,
        "Every rule of the FAPI 2.0 Security Profile holds beside those of message signing.",
        planned "message signing";

    REQUEST_OBJECT_REQUIRED = "FAPI2-MS-5.3.1-1", "5.3.1", Must, Refuse,
        "A pushed request without a request object, or with one that is unsigned or badly signed, is refused.",
        oidf ["FAPI2-MS-ID1-5.3.1-1"], against ["RFC6749-4.1.1-1"], planned "message signing";

    REQUEST_OBJECT_AUDIENCE = "FAPI2-MS-5.3.1-2", "5.3.1", Must, Refuse,
        "The `aud` of a request object is the issuer, as a string or as a member of an array.",
        same ["FAPI1-ADV-5.2.2-15"], planned "message signing";

    REQUEST_OBJECT_NOT_BEFORE = "FAPI2-MS-5.3.1-3", "5.3.1", Must, Refuse,
        "A request object has an `nbf` that lies at most 60 minutes back.",
        oidf ["FAPI2-MS-ID1-5.3.1-3"], same ["FAPI1-ADV-5.2.2-17"], planned "message signing";

    REQUEST_OBJECT_LIFETIME = "FAPI2-MS-5.3.1-4", "5.3.1", Must, Refuse,
        "A request object has an `exp` at most 60 minutes after its `nbf`.",
        oidf ["FAPI2-MS-ID1-5.3.1-4"], same ["FAPI1-ADV-5.2.2-13"], planned "message signing";

    REQUEST_OBJECT_TYP = "FAPI2-MS-5.3.1-5", "5.3.1", Must, Accept,
        "A request object whose `typ` is oauth-authz-req+jwt is accepted, and one without `typ` too.",
        planned "message signing";

    RESPONSE_MODES_OF_CLIENT = "FAPI2-MS-5.3.3-1", "5.3.3", May, Accept,
        "Client metadata may hold `response_modes`, which limits the client to them; absent means every supported mode.",
        planned "message signing";

    SIGNED_RESPONSE_REQUIRED = "FAPI2-MS-5.4.1-1", "5.4.1", Must, Refuse,
        "With response signing, a request for a `response_mode` that is not a JARM one is refused.",
        planned "message signing";

    NO_PLAIN_ISS = "FAPI2-MS-5.4.1-N1", "5.4.1", Should, Emit,
        "A JARM response carries `iss` inside its JWT only, not as a parameter beside `response`.",
        against ["RFC9207-2-1", "FAPI2-SP-5.3.2.2-7"], planned "message signing";

    INTROSPECTION_SIGNED = "FAPI2-MS-5.5.1-1", "5.5.1", Must, Emit,
        "An introspection response in JWT form is signed as RFC 9701 says.",
        planned "signed introspection";

    SIGNED_INTROSPECTION_REQUESTED = "FAPI2-MS-5.5.2-1", "5.5.2", Must, Caller,
        "A resource server asks for signed introspection responses by its Accept header.",
        same ["RFC9701-4-1"], planned "signed introspection";

    SIGNED_INTROSPECTION_VERIFIED = "FAPI2-MS-5.5.2-2", "5.5.2", Must, Caller,
        "A resource server verifies signature, `iss`, `aud` and `typ` of an introspection response.",
        planned "signed introspection";

    ID_TOKENS_SIGNED = "FAPI2-MS-5.6.1-N1", "5.6.1", Must, Emit,
        "ID tokens are always signed.",
        same ["OIDCC-2-6"];

    RESPONSE_NOT_ENCRYPTED = "FAPI2-MS-6.1-1", "6.1", ShouldNot, Emit,
        "Authorization responses are not encrypted: nothing in them is confidential.",
        against ["JARM-5.4-1"], planned "message signing";

    INTROSPECTION_ENTITLED = "FAPI2-MS-6.2-1", "6.2", Must, Refuse,
        "The introspection endpoint tells resource servers from other clients and whether the caller may know of the token.",
        same ["RFC7662-2.1-2"];
}

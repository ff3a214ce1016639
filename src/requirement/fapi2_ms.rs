//! FAPI 2.0 Message Signing (Final), the server's side.

super::document! {
    "FAPI 2.0 Message Signing", "https://openid.net/specs/fapi-message-signing-2_0-final.html#section-";

    SECURITY_PROFILE_APPLIES = "FAPI2-MS-5-1", "5", Must, Refuse,
        "Every rule of the FAPI 2.0 Security Profile applies in addition to those of message signing.",
        planned "message signing";

    REQUEST_OBJECT_REQUIRED = "FAPI2-MS-5.3.1-1", "5.3.1", Must, Refuse,
        "The server refuses a pushed request whose request object is missing, unsigned or wrongly signed.",
        oidf ["FAPI2-MS-ID1-5.3.1-1"], against ["RFC6749-4.1.1-1"], planned "message signing";

    REQUEST_OBJECT_AUDIENCE = "FAPI2-MS-5.3.1-2", "5.3.1", Must, Refuse,
        "The `aud` of a request object is the issuer, as a string or as a member of an array.",
        same ["FAPI1-ADV-5.2.2-15"], planned "message signing";

    REQUEST_OBJECT_NOT_BEFORE = "FAPI2-MS-5.3.1-3", "5.3.1", Must, Refuse,
        "The `nbf` of a request object is at most 60 minutes in the past.",
        oidf ["FAPI2-MS-ID1-5.3.1-3"], same ["FAPI1-ADV-5.2.2-17"], planned "message signing";

    REQUEST_OBJECT_LIFETIME = "FAPI2-MS-5.3.1-4", "5.3.1", Must, Refuse,
        "The `exp` of a request object is at most 60 minutes after its `nbf`.",
        oidf ["FAPI2-MS-ID1-5.3.1-4"], same ["FAPI1-ADV-5.2.2-13"], planned "message signing";

    REQUEST_OBJECT_TYP = "FAPI2-MS-5.3.1-5", "5.3.1", Must, Accept,
        "The server accepts a request object whose `typ` is oauth-authz-req+jwt, and one without `typ` as well.",
        planned "message signing";

    RESPONSE_MODES_OF_CLIENT = "FAPI2-MS-5.3.3-1", "5.3.3", May, Accept,
        "Client metadata may contain `response_modes`, which restricts the client to them; if absent, every supported mode is allowed.",
        planned "message signing";

    SIGNED_RESPONSE_REQUIRED = "FAPI2-MS-5.4.1-1", "5.4.1", Must, Refuse,
        "With response signing, the server refuses a request for a `response_mode` that is not a JARM mode.",
        planned "message signing";

    NO_PLAIN_ISS = "FAPI2-MS-5.4.1-N1", "5.4.1", Should, Emit,
        "A JARM response should contain `iss` only inside its JWT, not as a parameter next to `response`.",
        against ["RFC9207-2-1", "FAPI2-SP-5.3.2.2-7"], planned "message signing";

    INTROSPECTION_SIGNED = "FAPI2-MS-5.5.1-1", "5.5.1", Must, Emit,
        "An introspection response in JWT form is signed as RFC 9701 specifies.",
        planned "signed introspection";

    SIGNED_INTROSPECTION_REQUESTED = "FAPI2-MS-5.5.2-1", "5.5.2", Must, Caller,
        "A resource server requests signed introspection responses with its Accept header.",
        same ["RFC9701-4-1"], planned "signed introspection";

    SIGNED_INTROSPECTION_VERIFIED = "FAPI2-MS-5.5.2-2", "5.5.2", Must, Caller,
        "A resource server verifies the signature, `iss`, `aud` and `typ` of an introspection response.",
        planned "signed introspection";

    ID_TOKENS_SIGNED = "FAPI2-MS-5.6.1-N1", "5.6.1", Must, Emit,
        "ID tokens are always signed.",
        same ["OIDCC-2-6"];

    RESPONSE_NOT_ENCRYPTED = "FAPI2-MS-6.1-1", "6.1", ShouldNot, Emit,
        "Authorization responses should not be encrypted, since nothing in them is confidential.",
        against ["JARM-5.4-1"], planned "message signing";

    INTROSPECTION_ENTITLED = "FAPI2-MS-6.2-1", "6.2", Must, Refuse,
        "The introspection endpoint distinguishes resource servers from other clients and checks that the caller may know about the token.",
        same ["RFC7662-2.1-2"];
}

//! RFC 9207, OAuth 2.0 Authorization Server Issuer Identification.

super::document! {
    "RFC 9207", "https://www.rfc-editor.org/rfc/rfc9207#section-";

    RESPONSE_ISS = "RFC9207-2-1", "2", Must, Emit,
        "Every authorization response, including errors, contains `iss`.",
        same ["FAPI2-SP-5.3.2.2-7", "OCP-FAPI-21"], against ["FAPI2-MS-5.4.1-N1"];

    ISS_FORM = "RFC9207-2-2", "2", Must, Emit,
        "The `iss` parameter is an https URL without query and fragment.";

    ISS_AS_PUBLISHED = "RFC9207-2.3-1", "2.3", Must, Emit,
        "The `iss` parameter is identical to the issuer in the metadata.";

    ISS_ADVERTISED = "RFC9207-2.3-2", "2.3", Must, Emit,
        "Metadata advertises `authorization_response_iss_parameter_supported`.";

    ISS_AS_ID_TOKEN = "RFC9207-2.4-5", "2.4", Must, Emit,
        "An ID Token from the authorization endpoint has the same `iss` as the response parameter.",
        planned "hybrid and implicit";
}

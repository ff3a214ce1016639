//! RFC 8252, OAuth 2.0 for Native Apps.

super::document! {
    "RFC 8252", "https://www.rfc-editor.org/rfc/rfc8252#section-";

    NATIVE_PKCE = "RFC8252-6-1", "6", Must, Accept,
        "Public native clients use PKCE, and the server supports it.";

    NATIVE_REDIRECTS = "RFC8252-7-1", "7", Must, Accept,
        "Native apps may redirect to a private-use scheme, a claimed https address or the loopback interface.",
        against ["FAPI1-BASE-5.2.2-20", "FAPI1-BASE-7.5-1"];

    LOOPBACK_PORT = "RFC8252-7.3-1", "7.3", Must, Accept,
        "A loopback redirect URI with an IP literal may use any port; everything else in it matches exactly.",
        against ["FAPI1-BASE-7.5-1"];

    REDIRECT_COMPLETE = "RFC8252-8.4-1", "8.4", Must, Refuse,
        "Client type and complete redirect URIs are registered, and a request matches one exactly except for a loopback port.";

    SHIPPED_SECRET = "RFC8252-8.5-1", "8.5", Must, Caller,
        "A secret shipped in a distributed app does not make its client confidential.";

    NO_SILENT_APPROVAL = "RFC8252-8.6-1", "8.6", ShouldNot, Emit,
        "Without proof of the client's identity, the server should approve no request without the user's consent.",
        same ["RFC6749-10.2-1"];
}

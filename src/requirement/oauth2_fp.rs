//! OAuth 2.0 Form Post Response Mode.

super::document! {
    "OAuth 2.0 Form Post Response Mode", "https://openid.net/specs/oauth-v2-form-post-response-mode-1_0.html#rfc.section.";

    FORM_POSTED = "OAuth2-FP-2-1", "2", Must, Emit,
        "The response is an uncached page with a form that posts the escaped parameters to the redirect URI automatically.",
        oidf ["OAuth2-FP-2"], planned "form post";

    ERRORS_POSTED = "OAuth2-FP-2-2", "2", Must, Emit,
        "Errors are posted as well if that mode was requested.",
        oidf ["OAuth2-FP-2"], planned "form post";
}

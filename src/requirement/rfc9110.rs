//! RFC 9110, HTTP Semantics.

super::document! {
    "RFC 9110", "https://www.rfc-editor.org/rfc/rfc9110#section-";

    DATE = "RFC9110-6.6.1-1", "6.6.1", Must, Caller,
        "An origin server with a clock puts a Date into every 2xx, 3xx and 4xx response.";

    METHOD_NOT_ALLOWED = "RFC9110-9.1-1", "9.1", Should, Emit,
        "A method that is known but not allowed at a resource should get status 405.";

    SCHEME_ANY_CASE = "RFC9110-11.1-1", "11.1", Must, Accept,
        "The name of an authentication scheme is compared without regard to case.";
}

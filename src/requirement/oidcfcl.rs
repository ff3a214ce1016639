//! OpenID Connect Front-Channel Logout 1.0.

super::document! {
    "OpenID Connect Front-Channel Logout 1.0", "https://openid.net/specs/openid-connect-frontchannel-1_0.html#rfc.section.";

    ORIGIN_OF_REDIRECT = "OIDCFCL-2-1", "2", Must, Refuse,
        "Scheme, domain and port of a `frontchannel_logout_uri` are those of a registered redirect URI.",
        oidf ["OIDCFCL-2"], planned "logout";

    ABSOLUTE = "OIDCFCL-2-2", "2", Must, Refuse,
        "A `frontchannel_logout_uri` is an absolute URI.",
        oidf ["OIDCFCL-2"], planned "logout";

    QUERY_ACCEPTED = "OIDCFCL-2-3", "2", May, Accept,
        "A `frontchannel_logout_uri` may have a form-encoded query.",
        oidf ["OIDCFCL-2"], planned "logout";

    QUERY_KEPT = "OIDCFCL-2-4", "2", Must, Emit,
        "The query of a `frontchannel_logout_uri` is kept when parameters are added.",
        oidf ["OIDCFCL-2"], planned "logout";

    NO_FRAGMENT = "OIDCFCL-2-5", "2", MustNot, Refuse,
        "A `frontchannel_logout_uri` has no fragment.",
        oidf ["OIDCFCL-2"], planned "logout";

    IN_IFRAME = "OIDCFCL-2-6", "2", Must, Emit,
        "The server logs a client out by a page with an iframe whose source is the client's `frontchannel_logout_uri`.",
        oidf ["OIDCFCL-2"], planned "logout";

    SESSION_NAMED = "OIDCFCL-2-7", "2", May, Emit,
        "The server may add `iss` and `sid` to the `frontchannel_logout_uri`.",
        oidf ["OIDCFCL-2"], planned "logout";

    BOTH_OR_NEITHER = "OIDCFCL-2-8", "2", Must, Emit,
        "If the server adds `iss` or `sid`, it adds both.",
        oidf ["OIDCFCL-2"], planned "logout";

    HTTPS = "OIDCFCL-2-9", "2", Should, Refuse,
        "A `frontchannel_logout_uri` should be https.",
        oidf ["OIDCFCL-2"], planned "logout";

    HTTP_IF_CONFIDENTIAL = "OIDCFCL-2-10", "2", May, Accept,
        "A server that allows plain http may accept it in the `frontchannel_logout_uri` of a confidential client.",
        oidf ["OIDCFCL-2"], planned "logout";

    SESSION_REQUIRED = "OIDCFCL-2-11", "2", Must, Emit,
        "If the client registered `frontchannel_logout_session_required`, the server adds `iss` and `sid`.",
        oidf ["OIDCFCL-2"], planned "logout";

    SESSION_NOT_REQUIRED = "OIDCFCL-2-12", "2", Must, Accept,
        "A client that does not register `frontchannel_logout_session_required` does not require `iss` and `sid`.",
        oidf ["OIDCFCL-2"], planned "logout";

    CLIENTS_KNOWN = "OIDCFCL-3-1", "3", Must, Emit,
        "The server knows the clients at which a user is logged in.",
        oidf ["OIDCFCL-3"], planned "logout";

    CLIENTS_IN_PARALLEL = "OIDCFCL-3-2", "3", Must, Emit,
        "One page contains the iframes of all clients at which the user is logged in.",
        oidf ["OIDCFCL-3"], planned "logout";

    SUPPORT_PUBLISHED = "OIDCFCL-3-3", "3", May, Emit,
        "Metadata may state support by `frontchannel_logout_supported`; if they do not, it is not supported.",
        oidf ["OIDCFCL-3"], planned "logout";

    SESSIONS_PUBLISHED = "OIDCFCL-3-4", "3", Should, Emit,
        "Metadata should state by `frontchannel_logout_session_supported` whether the server can add `iss` and `sid`.",
        oidf ["OIDCFCL-3"], planned "logout";

    SESSION_IN_ID_TOKEN = "OIDCFCL-3-5", "3", Must, Emit,
        "The ID tokens of a server that can add `iss` and `sid` contain `sid`.",
        oidf ["OIDCFCL-3"], planned "logout";

    SESSIONS_DISTINCT = "OIDCFCL-3-6", "3", Must, Emit,
        "Different sessions at a server have different `sid` values.",
        oidf ["OIDCFCL-3"], planned "logout";

    SESSION_SYNTAX = "OIDCFCL-3-7", "3", Must, Emit,
        "A `sid` consists of printable ASCII characters, like a `client_id`.",
        oidf ["OIDCFCL-3"], planned "logout";

    BLOCKED_CONTENT = "OIDCFCL-4.1-1", "4.1", Should, Emit,
        "The page should detect that a browser blocks the iframes, and tell the user that clients could not be logged out.",
        planned "logout";

    SESSION_NOT_GUESSED = "OIDCFCL-5-1", "5", Must, Emit,
        "A `sid` has enough entropy that it can be neither guessed nor repeated.",
        planned "logout";
}

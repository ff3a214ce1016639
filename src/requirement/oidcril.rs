//! OpenID Connect RP-Initiated Logout 1.0.

super::document! {
    "OpenID Connect RP-Initiated Logout 1.0", "https://openid.net/specs/openid-connect-rpinitiated-1_0.html#rfc.section.";

    LOGOUT_SERVED = "OIDCRIL-2-1", "2", Must, Accept,
        "The logout endpoint accepts GET and POST with hints, client, return address, `state` and locales.",
        oidf ["OIDCRIL-2"], planned "logout";

    HINT_IS_OURS = "OIDCRIL-2-2", "2", Must, Refuse,
        "An `id_token_hint` was issued by this server; it may have expired if its session is current or recent.",
        oidf ["OIDCRIL-2"], planned "logout";

    CLIENTS_AGREE = "OIDCRIL-2-3", "2", Must, Refuse,
        "A `client_id` sent with an `id_token_hint` names the same client.",
        oidf ["OIDCRIL-2"], planned "logout";

    LOGOUT_CONFIRMED = "OIDCRIL-2-4", "2", Must, Refuse,
        "Without a hint that matches the session, the server asks the user before it logs anyone out.",
        oidf ["OIDCRIL-2"], planned "logout";

    STATE_ECHOED = "OIDCRIL-2-5", "2", Must, Emit,
        "The redirect after logout returns `state` unchanged.",
        oidf ["OIDCRIL-2"], planned "logout";

    ENDPOINT_PUBLISHED = "OIDCRIL-2.1-1", "2.1", Must, Emit,
        "Metadata contains an https `end_session_endpoint`.",
        oidf ["OIDCRIL-2.1"], planned "logout";

    RETURN_REGISTERED = "OIDCRIL-3-1", "3", MustNot, Refuse,
        "The server redirects the browser only to an address that is registered exactly, after a request known to be legitimate.",
        oidf ["OIDCRIL-3"], planned "logout";

    OTHERS_FIRST = "OIDCRIL-3-2", "3", Should, Emit,
        "The server should redirect the browser only after it notified the other clients of the session.",
        oidf ["OIDCRIL-3"], planned "logout";

    RETURN_HTTPS = "OIDCRIL-3.1-1", "3.1", Should, Refuse,
        "Registered return addresses should be https; plain http is for confidential clients if policy allows it.",
        oidf ["OIDCRIL-3.1"], planned "logout";

    NO_REDIRECT_ON_ERROR = "OIDCRIL-4-1", "4", MustNot, Refuse,
        "The server answers an invalid logout request with a page and never with a redirect; a session that has ended is not an error.",
        planned "logout";
}

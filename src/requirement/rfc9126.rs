//! RFC 9126, OAuth 2.0 Pushed Authorization Requests.

super::document! {
    "RFC 9126", "https://www.rfc-editor.org/rfc/rfc9126#section-";

    PUSH_BY_POST_FORM = "RFC9126-2-1", "2", Must, Refuse,
        "The PAR endpoint is an https URL and takes a POST with a form in UTF-8.",
        oidf ["PAR-2"];

    ENDPOINT_PUBLISHED = "RFC9126-2-2", "2", Should, Emit,
        "Metadata names `pushed_authorization_request_endpoint`.",
        oidf ["PAR-2"];

    TOKEN_ENDPOINT_AUTHENTICATION = "RFC9126-2-3", "2", Must, Refuse,
        "The client authentication rules of the token endpoint hold here too, the client's registered method included.",
        oidf ["PAR-2"], same ["OIDCC-3.1.3.1-1"];

    LENIENT_ASSERTION_AUDIENCE = "RFC9126-2-5", "2", Must, Accept,
        "A client assertion may name the issuer, the token endpoint or the PAR endpoint as its audience.",
        oidf ["PAR-2"], against ["FAPI2-SP-5.3.2.1-8", "RFC7523BIS-4-2", "RFC7523BIS-5-1", "OIDCC-9-4"];

    REQUEST_OBJECT_IN_PUSH = "RFC9126-2-6", "2", May, Accept,
        "A pushed request may be a request object.",
        oidf ["PAR-2"], planned "JAR";

    PUSH_AUTHENTICATED = "RFC9126-2.1-1", "2.1", Must, Refuse,
        "The client of a pushed request is authenticated as at the token endpoint.",
        oidf ["PAR-2.1"];

    NO_REQUEST_URI_IN_PUSH = "RFC9126-2.1-2", "2.1", Must, Refuse,
        "A pushed request that carries `request_uri` is refused.",
        oidf ["PAR-2.1-2", "PAR-2.1"];

    PUSH_VALIDATED = "RFC9126-2.1-3", "2.1", Must, Refuse,
        "A pushed request is validated as an authorization request would be.",
        oidf ["PAR-2.1-3", "PAR-2.1"], same ["OIDCC-3.1.2.2-1", "FAPI1-BASE-5.2.2.1-2"];

    LEFT_OUT_CHECKS_DONE = "RFC9126-2.1-4", "2.1", Must, Refuse,
        "What was not checked at the push is checked at the authorization endpoint.",
        oidf ["PAR-2.1"], same ["RFC9126-4-4"];

    REDIRECT_URI_PER_REQUEST = "RFC9126-2.1-5", "2.1", May, Accept,
        "Clients with credentials may be allowed redirect URIs that are not registered.",
        oidf ["PAR-2.1"], against ["FAPI1-BASE-5.2.2-8"], planned "redirect URIs per request";

    TOKEN_PARAMETERS_IGNORED = "RFC9126-2.1-6", "2.1", Must, Accept,
        "Parameters of the token endpoint serve only client authentication here and never become part of the request.",
        oidf ["PAR-2.1"];

    PUSH_CREATED = "RFC9126-2.2-1", "2.2", Must, Emit,
        "Success is status 201 with a JSON object of `request_uri` and a positive integer `expires_in`.",
        oidf ["PAR-2.2"];

    REQUEST_URI_RANDOM = "RFC9126-2.2-2", "2.2", Must, Emit,
        "A `request_uri` contains a cryptographically random part that cannot be predicted or guessed.",
        oidf ["PAR-2.2"];

    REQUEST_URI_URN = "RFC9126-2.2-3", "2.2", May, Emit,
        "A `request_uri` may be a URN under urn:ietf:params:oauth:request_uri.",
        oidf ["PAR-2.2"];

    REQUEST_URI_BOUND_TO_CLIENT = "RFC9126-2.2-4", "2.2", Must, Refuse,
        "A `request_uri` is usable only by the client that pushed it.",
        oidf ["PAR-2.2"], same ["RFC9101-10.2-2"];

    REQUEST_URI_LIFETIME = "RFC9126-2.2-5", "2.2", Should, Emit,
        "A `request_uri` lives shortly, typically 5 to 600 seconds.",
        oidf ["PAR-2.2"];

    ERROR_FORMAT = "RFC9126-2.3-1", "2.3", Must, Emit,
        "Errors are JSON as at the token endpoint, `invalid_request` by default, and never a redirect.",
        oidf ["PAR-2.3"];

    NO_INTERACTION_ERRORS = "RFC9126-2.3-2", "2.3", MustNot, Emit,
        "Errors of user interaction, like `consent_required`, are never returned here.",
        oidf ["PAR-2.3"];

    SIGNED_PUSH_ONLY = "RFC9126-2.3-3", "2.3", Must, Refuse,
        "Where a client must sign its requests, a push without a request object is `invalid_request`.",
        oidf ["PAR-2.3"], same ["RFC9101-10.5-1"], planned "JAR";

    POST_ONLY = "RFC9126-2.3-4", "2.3", Must, Refuse,
        "A method other than POST is answered with status 405.",
        oidf ["PAR-2.3"];

    PUSH_LIMITS = "RFC9126-2.3-5", "2.3", Must, Refuse,
        "An oversized push is answered with status 413, one above the client's rate limit with 429.",
        oidf ["PAR-2.3"], same ["FAPI-LIMITS-1", "FAPI-LIMITS-4"];

    REDIRECT_URI_RELAXED = "RFC9126-2.4-1", "2.4", May, Accept,
        "For clients with credentials, redirect URI matching may be relaxed when requests are pushed.",
        oidf ["PAR-2.4"], planned "redirect URIs per request";

    REQUEST_OBJECT_DECRYPTED = "RFC9126-3-1", "3", Must, Refuse,
        "An encrypted request object is decrypted first.",
        oidf ["PAR-3"], planned "JWE";

    REQUEST_OBJECT_SIGNATURE = "RFC9126-3-2", "3", Must, Refuse,
        "The signature of a pushed request object is validated.",
        oidf ["PAR-3"], planned "JAR";

    REQUEST_OBJECT_CLIENT = "RFC9126-3-3", "3", Must, Refuse,
        "The `client_id` claim of a request object is the authenticated client.",
        oidf ["PAR-3-3", "PAR-3"], planned "JAR";

    REQUEST_URI_ONCE = "RFC9126-4-2", "4", Should, Refuse,
        "A `request_uri` is for one use; a reload by the same user may be tolerated.",
        oidf ["PAR-4"], same ["FAPI2-SP-6.4-1", "RFC9126-7.3-1"];

    REQUEST_URI_LIVE = "RFC9126-4-3", "4", Must, Refuse,
        "An expired `request_uri` is refused.",
        oidf ["PAR-4"];

    PUSHED_REQUEST_VALIDATED = "RFC9126-4-4", "4", Must, Refuse,
        "A request from a push is validated like any other; checks are skipped only if request and policy are unchanged.",
        oidf ["PAR-4"], same ["RFC9126-2.1-4"];

    PUSH_MAY_BE_REQUIRED = "RFC9126-4-5", "4", May, Refuse,
        "Policy may require pushing, for all or per client; other requests are then `invalid_request`.",
        oidf ["PAR-4"], same ["FAPI2-SP-5.3.2.2-3", "RFC9126-6-1"];

    PUSH_REQUIRED_BY_SERVER = "RFC9126-5-1", "5", Must, Refuse,
        "A server whose metadata requires pushed requests refuses all others.",
        oidf ["PAR-5"], same ["FAPI2-SP-5.3.2.2-3"];

    REQUEST_URI_ALWAYS_USABLE = "RFC9126-5-2", "5", Must, Accept,
        "A pushed `request_uri` works whatever metadata says of other request URIs.",
        oidf ["PAR-5"];

    PUSH_REQUIRED_BY_CLIENT = "RFC9126-6-1", "6", Must, Refuse,
        "A client registered with `require_pushed_authorization_requests` is refused unless it pushes.",
        same ["RFC9126-4-5"];

    REQUEST_URI_ENTROPY = "RFC9126-7.1-1", "7.1", Must, Caller,
        "A `request_uri` has the entropy that JAR asks of it.",
        oidf ["PAR-7.1"];

    NEW_REDIRECT_URI_AUTHENTICATED = "RFC9126-7.2-1", "7.2", Must, Refuse,
        "New redirect URIs are accepted from authenticated clients only.",
        planned "redirect URIs per request";

    REQUEST_URI_NOT_REPLAYED = "RFC9126-7.3-1", "7.3", Should, Refuse,
        "Request URIs are made for one use, against replay.",
        oidf ["PAR-7.3"], same ["FAPI2-SP-6.4-1", "RFC9126-4-2"];

    POLICY_RECHECKED = "RFC9126-7.4-1", "7.4", Should, Refuse,
        "A pushed request is checked against the client's current policy when it is used.";
}

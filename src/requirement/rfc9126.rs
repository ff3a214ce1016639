//! RFC 9126, OAuth 2.0 Pushed Authorization Requests.

super::document! {
    "RFC 9126", "https://www.rfc-editor.org/rfc/rfc9126#section-";

    PUSH_BY_POST_FORM = "RFC9126-2-1", "2", Must, Refuse,
        "The PAR endpoint is an https URL and accepts a POST with a form in UTF-8.",
        oidf ["PAR-2"];

    ENDPOINT_PUBLISHED = "RFC9126-2-2", "2", Should, Emit,
        "Metadata should contain `pushed_authorization_request_endpoint`.",
        oidf ["PAR-2"];

    TOKEN_ENDPOINT_AUTHENTICATION = "RFC9126-2-3", "2", Must, Refuse,
        "The client authentication rules of the token endpoint apply here as well, including the client's registered method.",
        oidf ["PAR-2"], same ["OIDCC-3.1.3.1-1"];

    LENIENT_ASSERTION_AUDIENCE = "RFC9126-2-5", "2", Must, Accept,
        "A client assertion may name the issuer, the token endpoint or the PAR endpoint as its audience.",
        oidf ["PAR-2"], against ["FAPI2-SP-5.3.2.1-8", "RFC7523BIS-4-2", "RFC7523BIS-5-1", "OIDCC-9-4"];

    REQUEST_OBJECT_IN_PUSH = "RFC9126-2-6", "2", May, Accept,
        "A pushed request may be a request object.",
        oidf ["PAR-2"], planned "JAR";

    PUSH_AUTHENTICATED = "RFC9126-2.1-1", "2.1", Must, Refuse,
        "The server authenticates the client of a pushed request as at the token endpoint.",
        oidf ["PAR-2.1"], same ["OCP-PAR-08"];

    NO_REQUEST_URI_IN_PUSH = "RFC9126-2.1-2", "2.1", Must, Refuse,
        "The server refuses a pushed request that contains `request_uri`.",
        oidf ["PAR-2.1-2", "PAR-2.1"], same ["OCP-PAR-13"];

    PUSH_VALIDATED = "RFC9126-2.1-3", "2.1", Must, Refuse,
        "The server validates a pushed request as it would an authorization request.",
        oidf ["PAR-2.1-3", "PAR-2.1"], same ["OIDCC-3.1.2.2-1", "FAPI1-BASE-5.2.2.1-2"];

    LEFT_OUT_CHECKS_DONE = "RFC9126-2.1-4", "2.1", Must, Refuse,
        "The authorization endpoint checks everything that was not checked at the push.",
        oidf ["PAR-2.1"], same ["RFC9126-4-4"];

    REDIRECT_URI_PER_REQUEST = "RFC9126-2.1-5", "2.1", May, Accept,
        "The server may allow clients with credentials redirect URIs that are not registered.",
        oidf ["PAR-2.1"], against ["FAPI1-BASE-5.2.2-8"], planned "redirect URIs per request";

    TOKEN_PARAMETERS_IGNORED = "RFC9126-2.1-6", "2.1", Must, Accept,
        "Parameters of the token endpoint serve only client authentication here and never become part of the request.",
        oidf ["PAR-2.1"];

    PUSH_CREATED = "RFC9126-2.2-1", "2.2", Must, Emit,
        "A successful response has status 201 and is a JSON object with `request_uri` and a positive integer `expires_in`.",
        oidf ["PAR-2.2"], same ["OCP-PAR-12"];

    REQUEST_URI_RANDOM = "RFC9126-2.2-2", "2.2", Must, Emit,
        "A `request_uri` contains a cryptographically random part that cannot be predicted or guessed.",
        oidf ["PAR-2.2"];

    REQUEST_URI_URN = "RFC9126-2.2-3", "2.2", May, Emit,
        "A `request_uri` may be a URN under urn:ietf:params:oauth:request_uri.",
        oidf ["PAR-2.2"];

    REQUEST_URI_BOUND_TO_CLIENT = "RFC9126-2.2-4", "2.2", Must, Refuse,
        "A `request_uri` can be used only by the client that pushed it.",
        oidf ["PAR-2.2"], same ["RFC9101-10.2-2", "OCP-PAR-12"];

    REQUEST_URI_LIFETIME = "RFC9126-2.2-5", "2.2", Should, Emit,
        "A `request_uri` should have a short lifetime, typically 5 to 600 seconds.",
        oidf ["PAR-2.2"];

    ERROR_FORMAT = "RFC9126-2.3-1", "2.3", Must, Emit,
        "Errors are JSON as at the token endpoint, `invalid_request` by default, and never a redirect.",
        oidf ["PAR-2.3"];

    NO_INTERACTION_ERRORS = "RFC9126-2.3-2", "2.3", MustNot, Emit,
        "Errors of user interaction, such as `consent_required`, are never returned here.",
        oidf ["PAR-2.3"];

    SIGNED_PUSH_ONLY = "RFC9126-2.3-3", "2.3", Must, Refuse,
        "If a client must sign its requests, the server answers a push without a request object with `invalid_request`.",
        oidf ["PAR-2.3"], same ["RFC9101-10.5-1"], planned "JAR";

    POST_ONLY = "RFC9126-2.3-4", "2.3", May, Refuse,
        "The server can answer a method other than POST with status 405.",
        oidf ["PAR-2.3"];

    PUSH_LIMITS = "RFC9126-2.3-5", "2.3", May, Refuse,
        "The server can answer an oversized push with status 413, and one above the client's rate limit with 429.",
        oidf ["PAR-2.3"], same ["FAPI-LIMITS-1", "FAPI-LIMITS-4"];

    REDIRECT_URI_RELAXED = "RFC9126-2.4-1", "2.4", May, Accept,
        "For clients with credentials, redirect URI matching may be relaxed when requests are pushed.",
        oidf ["PAR-2.4"], planned "redirect URIs per request";

    REQUEST_OBJECT_DECRYPTED = "RFC9126-3-1", "3", Must, Refuse,
        "The server decrypts an encrypted request object first.",
        oidf ["PAR-3"], planned "JWE";

    REQUEST_OBJECT_SIGNATURE = "RFC9126-3-2", "3", Must, Refuse,
        "The server validates the signature of a pushed request object.",
        oidf ["PAR-3"], planned "JAR";

    REQUEST_OBJECT_CLIENT = "RFC9126-3-3", "3", Must, Refuse,
        "The `client_id` claim of a request object names the authenticated client.",
        oidf ["PAR-3-3", "PAR-3"], planned "JAR";

    REQUEST_URI_ONCE = "RFC9126-4-2", "4", Should, Refuse,
        "A `request_uri` should be used only once; a reload by the same user may be tolerated.",
        oidf ["PAR-4"], same ["FAPI2-SP-6.4-1", "RFC9126-7.3-1", "OCP-PAR-12"];

    REQUEST_URI_LIVE = "RFC9126-4-3", "4", Must, Refuse,
        "The server refuses an expired `request_uri`.",
        oidf ["PAR-4"];

    PUSHED_REQUEST_VALIDATED = "RFC9126-4-4", "4", Must, Refuse,
        "The server validates a request from a push like any other; it skips checks only if request and policy are unchanged.",
        oidf ["PAR-4"], same ["RFC9126-2.1-4"];

    PUSH_MAY_BE_REQUIRED = "RFC9126-4-5", "4", May, Refuse,
        "Policy may require pushing, for all clients or per client; the server then answers other requests with `invalid_request`.",
        oidf ["PAR-4"], same ["FAPI2-SP-5.3.2.2-3", "RFC9126-6-1"];

    PUSH_REQUIRED_BY_SERVER = "RFC9126-5-1", "5", Must, Refuse,
        "A server whose metadata requires pushed requests refuses all others.",
        oidf ["PAR-5"], same ["FAPI2-SP-5.3.2.2-3"];

    REQUEST_URI_ALWAYS_USABLE = "RFC9126-5-2", "5", Must, Accept,
        "A pushed `request_uri` works regardless of what metadata says about other request URIs.",
        oidf ["PAR-5"];

    PUSH_REQUIRED_BY_CLIENT = "RFC9126-6-1", "6", Must, Refuse,
        "The server refuses a client registered with `require_pushed_authorization_requests` unless it pushes.",
        same ["RFC9126-4-5", "OCP-CLI-24", "OCP-PAR-05"];

    REQUEST_URI_ENTROPY = "RFC9126-7.1-1", "7.1", Must, Caller,
        "A `request_uri` has the entropy that JAR requires of it.",
        oidf ["PAR-7.1"];

    NEW_REDIRECT_URI_AUTHENTICATED = "RFC9126-7.2-1", "7.2", Must, Refuse,
        "The server accepts new redirect URIs only from authenticated clients.",
        planned "redirect URIs per request";

    REQUEST_URI_NOT_REPLAYED = "RFC9126-7.3-1", "7.3", Should, Refuse,
        "Request URIs should be made for one use, to prevent replay.",
        oidf ["PAR-7.3"], same ["FAPI2-SP-6.4-1", "RFC9126-4-2"];

    POLICY_RECHECKED = "RFC9126-7.4-1", "7.4", Should, Refuse,
        "The server should check a pushed request against the client's current policy when it is used.";
}

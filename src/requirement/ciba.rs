//! OpenID Connect Client-Initiated Backchannel Authentication Flow - Core 1.0, the server's side.

super::document! {
    "OpenID CIBA Core 1.0", "https://openid.net/specs/openid-client-initiated-backchannel-authentication-core-1_0.html#rfc.section.";

    ENDPOINT_PUBLISHED = "CIBA-4-1", "4", Must, Emit,
        "Metadata contains `backchannel_authentication_endpoint` and at least one token delivery mode.",
        oidf ["CIBA-4"], planned "CIBA";

    GRANT_TYPE_PUBLISHED = "CIBA-4-2", "4", Must, Emit,
        "Metadata lists the CIBA grant type if poll or ping mode is supported.",
        oidf ["CIBA-4"], planned "CIBA";

    SIGNING_ALGORITHMS_PUBLISHED = "CIBA-4-3", "4", May, Emit,
        "Metadata may list the algorithms of signed authentication requests; without the list, signed requests are not supported.",
        oidf ["CIBA-4"], planned "CIBA";

    USER_CODE_PUBLISHED = "CIBA-4-4", "4", May, Emit,
        "Metadata may contain `backchannel_user_code_parameter_supported`; if absent, it is false.",
        oidf ["CIBA-4"], planned "CIBA";

    METHODS_OF_TOKEN_ENDPOINT = "CIBA-4-5", "4", Must, Accept,
        "At the backchannel endpoint, clients authenticate with the methods and algorithms of the token endpoint.",
        oidf ["CIBA-4"], planned "CIBA";

    PAIRWISE_NEEDS_JWKS_URI = "CIBA-4-11", "4", Must, Refuse,
        "A pairwise client with poll or ping mode registers a `jwks_uri`, which its sector document lists if there is one.",
        oidf ["CIBA-4"], planned "CIBA";

    PAIRWISE_SECTOR = "CIBA-4-12", "4", Must, Refuse,
        "The sector of a pairwise client is the host of its `jwks_uri`, or of its notification endpoint in push mode, once proven.",
        oidf ["CIBA-4"], planned "CIBA";

    REQUEST_BY_POST = "CIBA-7-1", "7", Must, Refuse,
        "An authentication request is a POST over TLS.",
        planned "CIBA";

    LENIENT_ASSERTION_AUDIENCE = "CIBA-7.1-3", "7.1", Must, Accept,
        "A client assertion may name the issuer, the token endpoint or the backchannel endpoint as its audience.",
        oidf ["CIBA-7.1"], against ["FAPI2-SP-5.3.2.1-8", "RFC7523BIS-4-2", "OIDCC-9-4", "FAPI-CIBA-4.1.1-N5"], planned "CIBA";

    ACR_RETURNED = "CIBA-7.1-8", "7.1", Should, Emit,
        "If `acr_values` was sent, the ID token should contain `acr`.",
        oidf ["CIBA-7.1"], same ["FAPI-CIBA-4.1.1-6"], planned "CIBA";

    REQUESTED_EXPIRY = "CIBA-7.1-12", "7.1", May, Accept,
        "`requested_expiry`, a positive integer, may influence the lifetime of the request.",
        oidf ["CIBA-7.1"], planned "CIBA";

    EXPIRY_AS_STRING = "CIBA-7.1.1-4", "7.1.1", Must, Accept,
        "In a signed request, the server accepts `requested_expiry` as a JSON number or as a string.",
        oidf ["CIBA-7.1.1"], planned "CIBA";

    USER_CODE_CHANGEABLE = "CIBA-7.1.2-2", "7.1.2", Should, Caller,
        "Users should be able to change their user code, which is not their password.",
        planned "CIBA";

    CLIENT_AUTHENTICATED = "CIBA-7.2-1", "7.2", Must, Refuse,
        "The client authenticates with its registered method.",
        oidf ["CIBA-7.2"], planned "CIBA";

    SIGNED_REQUEST_VERIFIED = "CIBA-7.2-2", "7.2", Must, Refuse,
        "A signed request is a valid JWT with a valid signature.",
        oidf ["CIBA-7.2"], planned "CIBA";

    ONE_HINT = "CIBA-7.2-3", "7.2", Must, Refuse,
        "A request contains exactly one hint; the server answers none or several with `invalid_request`.",
        oidf ["CIBA-7.2-3", "CIBA-7.2"], planned "CIBA";

    HINT_IDENTIFIES_USER = "CIBA-7.2-4", "7.2", Must, Refuse,
        "The server refuses a hint that is invalid or identifies no user, with `unknown_user_id` or `expired_login_hint_token`.",
        oidf ["CIBA-7.2"], planned "CIBA";

    REQUIRED_PARAMETERS = "CIBA-7.2-5", "7.2", Must, Refuse,
        "Required parameters are present and used correctly.",
        oidf ["CIBA-7.2"], planned "CIBA";

    UNKNOWN_IGNORED = "CIBA-7.2-6", "7.2", Should, Accept,
        "The server should ignore unknown parameters.",
        oidf ["CIBA-7.2"], planned "CIBA";

    FAILURE_ANSWERED = "CIBA-7.2-7", "7.2", Must, Emit,
        "The server answers every failure with one of the defined error responses.",
        oidf ["CIBA-7.2"], planned "CIBA";

    REQUEST_ACKNOWLEDGED = "CIBA-7.3-1", "7.3", Must, Emit,
        "A successful response has status 200 and is JSON with `auth_req_id` and `expires_in`.",
        oidf ["CIBA-7.3"], planned "CIBA";

    ID_ENTROPY = "CIBA-7.3-2", "7.3", Must, Caller,
        "An `auth_req_id` has at least 128 bits of entropy, and preferably 160.",
        oidf ["CIBA-7.3"], planned "CIBA";

    ID_CHARACTERS = "CIBA-7.3-3", "7.3", Must, Emit,
        "An `auth_req_id` consists of letters, digits, dots, hyphens and underscores.",
        oidf ["CIBA-7.3"], planned "CIBA";

    EXPIRES_IN = "CIBA-7.3-4", "7.3", Must, Emit,
        "`expires_in` is a positive integer, the lifetime in seconds since the request was received.",
        oidf ["CIBA-7.3"], planned "CIBA";

    INTERVAL = "CIBA-7.3-5", "7.3", May, Emit,
        "The response may contain `interval` in poll and ping mode; if absent, it is 5 seconds.",
        oidf ["CIBA-7.3"], planned "CIBA";

    DECISION_OBTAINED = "CIBA-8-1", "8", Must, Refuse,
        "The server releases nothing before the authenticated user has decided.",
        planned "CIBA";

    NOTIFICATION_AUTHENTICATED = "CIBA-9-1", "9", Must, Emit,
        "The server sends notifications only to https endpoints, with the `client_notification_token` as bearer token.",
        oidf ["CIBA-9"], planned "CIBA";

    REGISTERED_MODE = "CIBA-10-1", "10", Must, Refuse,
        "The server delivers the result in the registered mode and in no other.",
        planned "CIBA";

    LONG_POLLING = "CIBA-10.1-4", "10.1", May, Caller,
        "The server may hold a poll open, and then answers it within 30 seconds.",
        oidf ["CIBA-10.1"], planned "CIBA";

    PING_CLIENT_POLLS = "CIBA-10.1-6", "10.1", Must, Accept,
        "The server treats a ping client that polls like a poll client.",
        oidf ["CIBA-10.1"], planned "CIBA";

    ID_OF_CLIENT = "CIBA-10.1-8", "10.1", Must, Refuse,
        "The server answers an `auth_req_id` of another client with `invalid_grant`.",
        oidf ["CIBA-10.1"], same ["CIBA-11-5"], planned "CIBA";

    TOKEN_RESPONSE = "CIBA-10.1.1-1", "10.1.1", Must, Refuse,
        "The token response is that of OpenID Connect and uses up the `auth_req_id`; a second use is answered with `invalid_grant`.",
        oidf ["CIBA-10.1.1"], planned "CIBA";

    PING = "CIBA-10.2-1", "10.2", Must, Emit,
        "A ping is a POST of JSON that contains only `auth_req_id`, sent after success and after failure.",
        oidf ["CIBA-10.2"], planned "CIBA";

    PING_ANSWER = "CIBA-10.2-4", "10.2", Should, Accept,
        "The server should also accept status 200 as the answer to a notification, and ignores a body.",
        oidf ["CIBA-10.2"], planned "CIBA";

    PING_REDIRECT = "CIBA-10.2-5", "10.2", MustNot, Caller,
        "The server does not follow a redirect of the notification endpoint.",
        oidf ["CIBA-10.2"], same ["CIBA-10.3.1-4"], planned "CIBA";

    PUSH = "CIBA-10.3.1-1", "10.3.1", Must, Emit,
        "A push is a POST of the token response as JSON together with `auth_req_id`.",
        oidf ["CIBA-10.3.1"], against ["FAPI-CIBA-4.1.1-3"], planned "CIBA";

    PUSH_HASHES = "CIBA-10.3.1-2", "10.3.1", Must, Emit,
        "A pushed ID token contains the `auth_req_id`, the hash of the access token, and that of the refresh token if there is one.",
        oidf ["CIBA-10.3.1"], planned "CIBA";

    PUSH_REDIRECT = "CIBA-10.3.1-4", "10.3.1", MustNot, Caller,
        "The server does not follow a redirect of the endpoint to which it pushes.",
        oidf ["CIBA-10.3.1"], same ["CIBA-10.2-5"], planned "CIBA";

    PENDING = "CIBA-11-1", "11", Must, Refuse,
        "The server answers a poll with `authorization_pending` until the user has decided.",
        oidf ["CIBA-11"], planned "CIBA";

    SLOW_DOWN = "CIBA-11-2", "11", Must, Refuse,
        "The server answers a poll that comes too soon with `slow_down`, which lengthens the interval by at least 5 seconds.",
        oidf ["CIBA-11"], planned "CIBA";

    EXPIRED = "CIBA-11-3", "11", Must, Refuse,
        "The server answers an expired `auth_req_id` with `expired_token`.",
        oidf ["CIBA-11"], planned "CIBA";

    DENIED = "CIBA-11-4", "11", Must, Refuse,
        "If the user or the server has refused, the server answers a poll with `access_denied`.",
        oidf ["CIBA-11"], planned "CIBA";

    ID_KNOWN = "CIBA-11-5", "11", Must, Refuse,
        "The server answers an `auth_req_id` that is unknown or belongs to another client with `invalid_grant`.",
        oidf ["CIBA-11"], same ["CIBA-10.1-8"], planned "CIBA";

    PERSISTENT_POLLING = "CIBA-11-6", "11", May, Refuse,
        "The server may answer a client that keeps polling too fast with `invalid_request`, which ends its polling.",
        oidf ["CIBA-11"], planned "CIBA";

    NO_POLL_OF_PUSH_CLIENT = "CIBA-11-7", "11", Must, Refuse,
        "The server answers a push client that polls with `unauthorized_client`.",
        oidf ["CIBA-11"], planned "CIBA";

    PUSH_ERROR = "CIBA-12-1", "12", Must, Emit,
        "A pushed error is JSON with `auth_req_id` and `access_denied`, `expired_token` or `transaction_failed`.",
        planned "CIBA";

    ERROR_SHAPE = "CIBA-13-1", "13", Must, Emit,
        "An error is JSON with `error` and optionally a description and a URI, each within its character set.",
        oidf ["CIBA-13"], planned "CIBA";

    BAD_REQUEST_CODES = "CIBA-13-2", "13", Must, Emit,
        "Errors about scope, hints, user code, binding message and request have status 400.",
        oidf ["CIBA-13"], planned "CIBA";

    CLIENT_ERROR_STATUS = "CIBA-13-3", "13", Must, Emit,
        "The error `invalid_client` has status 401.",
        oidf ["CIBA-13"], planned "CIBA";

    DENIED_STATUS = "CIBA-13-4", "13", Must, Emit,
        "The error `access_denied` has status 403 if no user was involved yet.",
        oidf ["CIBA-13"], planned "CIBA";

    HINT_TOKEN_SIGNED = "CIBA-14-1", "14", Should, Refuse,
        "A `login_hint_token` should be signed by its issuer.",
        planned "CIBA";

    NOTIFICATION_ENDPOINT_OWNED = "CIBA-14-2", "14", Should, Caller,
        "The server should know that the notification endpoint is under the client's control.",
        planned "CIBA";

    ID_TOKEN_HINT_OURS = "CIBA-14-3", "14", Should, Refuse,
        "An `id_token_hint` should have been issued by this server for this client, with a valid signature; it may have expired recently.",
        planned "CIBA";
}

//! RFC 6749, The OAuth 2.0 Authorization Framework.

super::document! {
    "RFC 6749", "https://www.rfc-editor.org/rfc/rfc6749#section-";

    CLIENT_ID_IS_PUBLIC = "RFC6749-2.2-1", "2.2", MustNot, Refuse,
        "A `client_id` is unique at a server and public; knowing it alone never counts as client authentication.",
        same ["RFC6749-4.1.3-1"];

    PUBLIC_CLIENT_UNPROVEN = "RFC6749-2.3-1", "2.3", MustNot, Refuse,
        "Credentials that a public client presents, such as a secret shipped in an app, do not prove which client calls.",
        same ["OIDCC-3.1.3.1-1"];

    ONE_AUTHENTICATION_METHOD = "RFC6749-2.3-2", "2.3", MustNot, Refuse,
        "A request authenticates its client by one mechanism; the server refuses two of them at once.";

    BASIC_SERVED = "RFC6749-2.3.1-1", "2.3.1", Must, Accept,
        "The server accepts HTTP Basic at the token endpoint from a client that holds a `client_secret`.",
        oidf ["RFC6749-2.3.1"], same ["OCP-AUTH-02"], against ["FAPI2-SP-5.3.2.1-6", "FAPI1-BASE-5.2.2-4", "FAPI1-ADV-5.2.2-14"];

    BASIC_DECODING = "RFC6749-2.3.1-2", "2.3.1", Must, Refuse,
        "The server splits Basic credentials at the first colon and form-decodes each half as UTF-8 before it compares them.",
        oidf ["RFC6749-2.3.1"];

    SECRET_IN_BODY = "RFC6749-2.3.1-4", "2.3.1", May, Accept,
        "The server may accept `client_id` and `client_secret` as form parameters of the body.",
        oidf ["RFC6749-2.3.1"], same ["OCP-AUTH-01"], against ["FAPI2-SP-5.3.2.1-6", "FAPI1-BASE-5.2.2-4", "FAPI1-ADV-5.2.2-14"];

    NO_SECRET_IN_QUERY = "RFC6749-2.3.1-5", "2.3.1", MustNot, Refuse,
        "The server never accepts a `client_secret` in the query of the request URI.",
        oidf ["RFC6749-2.3.1"];

    PASSWORD_GUESSING_LIMITED = "RFC6749-2.3.1-6", "2.3.1", Must, Caller,
        "Endpoints that accept a client password are served over TLS and limit or lock out guessing.",
        oidf ["RFC6749-2.3.1"];

    METHOD_OF_CLIENT = "RFC6749-2.3.2-1", "2.3.2", Must, Refuse,
        "Each registered client is tied to its authentication scheme and credential; the server refuses any other.",
        same ["OIDCC-3.1.3.1-1", "OCP-AUTH-03"];

    USER_AUTHENTICATED = "RFC6749-3.1-1", "3.1", Must, Caller,
        "The resource owner is authenticated before the authorization endpoint grants anything.",
        oidf ["RFC6749-3.1"], same ["FAPI1-BASE-5.2.2.1-3"];

    ENDPOINT_WITHOUT_FRAGMENT = "RFC6749-3.1-2", "3.1", MustNot, Emit,
        "The URI of the authorization endpoint has no fragment, and a query in it is kept when parameters are added.",
        oidf ["RFC6749-3.1"];

    GET_SERVED = "RFC6749-3.1-3", "3.1", Must, Accept,
        "The authorization endpoint answers GET.",
        oidf ["RFC6749-3.1"];

    EMPTY_IS_ABSENT = "RFC6749-3.1-4", "3.1", Must, Accept,
        "The server treats an authorization request parameter with an empty value as absent.",
        oidf ["RFC6749-3.1"];

    UNKNOWN_IGNORED = "RFC6749-3.1-5", "3.1", Must, Accept,
        "The server ignores unknown authorization request parameters.",
        oidf ["RFC6749-3.1"], same ["OCP-PIPE-05"];

    NO_REPEATED_PARAMETER = "RFC6749-3.1-6", "3.1", MustNot, Refuse,
        "A parameter occurs once in an authorization request; the server answers a repeated one, except `resource`, with `invalid_request`.",
        oidf ["RFC6749-3.1"], same ["RFC6749-3.2-3"];

    RESPONSE_TYPE_PRESENT = "RFC6749-3.1.1-1", "3.1.1", Must, Refuse,
        "The server answers a missing `response_type` with `invalid_request` and an unknown one with `unsupported_response_type`, at a valid redirect URI.",
        oidf ["RFC6749-3.1.1"];

    RESPONSE_TYPE_UNORDERED = "RFC6749-3.1.1-2", "3.1.1", Must, Accept,
        "The words of a composite `response_type` form a set, so their order does not matter.",
        oidf ["RFC6749-3.1.1"], planned "hybrid and implicit";

    REDIRECT_ABSOLUTE = "RFC6749-3.1.2-1", "3.1.2", Must, Refuse,
        "A redirect URI is absolute, and a query in it is kept when response parameters are added.",
        oidf ["RFC6749-3.1.2"];

    REDIRECT_WITHOUT_FRAGMENT = "RFC6749-3.1.2-2", "3.1.2", MustNot, Refuse,
        "A redirect URI has no fragment.",
        oidf ["RFC6749-3.1.2"];

    REDIRECT_REGISTRATION = "RFC6749-3.1.2.2-1", "3.1.2.2", Must, Refuse,
        "A public client has registered redirect URIs.";

    REDIRECT_EXACT = "RFC6749-3.1.2.3-2", "3.1.2.3", Must, Refuse,
        "A `redirect_uri` equals a fully registered one character by character, without normalization.",
        same ["RFC9700-2.1-1", "OIDCC-14-1", "FAPI1-BASE-5.2.2-10", "OCP-URI-01"];

    REDIRECT_REGISTERED = "RFC6749-3.1.2.4-1", "3.1.2.4", MustNot, Refuse,
        "The server reports a missing, invalid or unregistered redirect URI to the user on a page and never redirects the browser there.",
        same ["FAPI2-SP-5.3.2.1-7", "RFC9700-2.1-2", "FAPI1-BASE-5.2.2-8", "OCP-URI-01"];

    TOKEN_REQUEST_IS_POST = "RFC6749-3.2-1", "3.2", May, Refuse,
        "A client posts its token request as a form; the server may refuse other methods and formats.";

    TOKEN_UNKNOWN_IGNORED = "RFC6749-3.2-2", "3.2", Must, Accept,
        "In a token request, the server treats an empty parameter as absent and ignores an unknown one.";

    NO_REPEATED_TOKEN_PARAMETER = "RFC6749-3.2-3", "3.2", MustNot, Refuse,
        "A parameter occurs once in a token request; the server answers a repeated one, except `resource`, with `invalid_request`.",
        same ["RFC6749-3.1-6"];

    SCOPE_RETURNED = "RFC6749-3.3-1", "3.3", Must, Emit,
        "The response names the `scope` whenever the granted scope differs from the requested one.",
        oidf ["RFC6749-3.3"], same ["FAPI1-BASE-5.2.2-15", "OCP-SCP-13"];

    SCOPE_DEFAULT = "RFC6749-3.3-2", "3.3", Must, Refuse,
        "A request without a `scope` receives the documented default, or `invalid_scope` if there is none.",
        oidf ["RFC6749-3.3"];

    SCOPE_SYNTAX = "RFC6749-3.3-3", "3.3", May, Refuse,
        "A `scope` is a list of case-sensitive printable words with single spaces between; the server may answer others with `invalid_scope`.",
        oidf ["RFC6749-3.3"], same ["OCP-SCP-08"];

    SCOPE_UNORDERED = "RFC6749-3.3-4", "3.3", Must, Accept,
        "The order of the words of a `scope` does not matter.",
        oidf ["RFC6749-3.3"];

    CODE_REQUEST = "RFC6749-4.1.1-1", "4.1.1", Must, Accept,
        "A code request needs only `response_type` and `client_id`; `redirect_uri`, `scope` and `state` are optional.",
        oidf ["RFC6749-4.1.1"],
        against ["OIDCC-3.1.2.1-3", "FAPI2-SP-5.3.2.2-6", "FAPI2-MS-5.3.1-1", "FAPI1-BASE-5.2.2-9", "FAPI1-BASE-5.2.2.3-1", "FAPI1-ADV-5.2.2-1"];

    CODE_EXPIRES = "RFC6749-4.1.2-1", "4.1.2", Must, Refuse,
        "An authorization code expires shortly after it is issued; the recommended maximum is ten minutes.",
        oidf ["RFC6749-4.1.2"];

    CODE_ONCE = "RFC6749-4.1.2-2", "4.1.2", Must, Refuse,
        "An authorization code is redeemed once; the server answers a second attempt with `invalid_grant`.",
        oidf ["RFC6749-4.1.2"], same ["RFC9700-4.2.4-1", "FAPI2-SP-5.3.2.2-9", "OIDCC-3.1.3.2-1", "FAPI1-BASE-5.2.2-13"];

    CODE_REPLAY_REVOKES = "RFC6749-4.1.2-3", "4.1.2", Should, Emit,
        "If a code is presented a second time, the server should revoke the tokens that were issued for it.",
        oidf ["RFC6749-4.1.2"];

    CODE_BOUND = "RFC6749-4.1.2-4", "4.1.2", Must, Refuse,
        "A code is bound to the client and the redirect URI for which it was issued.",
        oidf ["RFC6749-4.1.2"], same ["RFC6749-4.1.3-2", "RFC6749-4.1.3-3"];

    STATE_ECHOED = "RFC6749-4.1.2-5", "4.1.2", Must, Emit,
        "The response returns the `state` of the request byte for byte.",
        oidf ["RFC6749-4.1.2"], same ["OCP-GRT-23"];

    NO_REDIRECT_ON_DOUBT = "RFC6749-4.1.2.1-1", "4.1.2.1", MustNot, Refuse,
        "If the client is unknown or the redirect URI is invalid, the server does not redirect but informs the user directly.",
        oidf ["RFC6749-4.1.2.1"];

    ERROR_REDIRECTED = "RFC6749-4.1.2.1-2", "4.1.2.1", Must, Emit,
        "The server sends every other authorization error to the redirect URI, with one of the defined or registered error codes.",
        oidf ["RFC6749-4.1.2.1"], same ["OCP-FAPI-20", "OCP-ERR-03"];

    STATE_ECHOED_ON_ERROR = "RFC6749-4.1.2.1-3", "4.1.2.1", Must, Emit,
        "The error response returns the `state` of the request unchanged.",
        oidf ["RFC6749-4.1.2.1"];

    ERROR_CHARACTERS = "RFC6749-4.1.2.1-4", "4.1.2.1", MustNot, Emit,
        "`error`, `error_description` and `error_uri` contain only printable ASCII, without quotes and backslashes.",
        oidf ["RFC6749-4.1.2.1"];

    CONFIDENTIAL_AUTHENTICATES = "RFC6749-4.1.3-1", "4.1.3", Must, Refuse,
        "A client with credentials authenticates to redeem a code, and the server verifies any authentication that is sent.",
        same ["RFC6749-2.2-1"];

    CODE_BOUND_TO_CLIENT = "RFC6749-4.1.3-2", "4.1.3", Must, Refuse,
        "A code is redeemed by the client to which it was issued; the server answers another client with `invalid_grant`.",
        same ["OIDCC-3.1.3.2-1", "RFC6749-4.1.2-4", "FAPI2-AM-5.3-1", "FAPI1-BASE-5.2.2.1-5"];

    REDIRECT_URI_IDENTICAL = "RFC6749-4.1.3-3", "4.1.3", Must, Refuse,
        "The token request repeats a `redirect_uri` of the authorization request identically; otherwise the answer is `invalid_grant`.",
        same ["OIDCC-3.1.3.2-1", "RFC6749-4.1.2-4"], against ["OIDCC-3.1.3.2-2"];

    TOKEN_RESPONSE = "RFC6749-4.1.4-1", "4.1.4", Must, Emit,
        "The server answers a valid code request with an access token and optionally a refresh token, and any other with a token error.",
        oidf ["RFC6749-4.1.4"], same ["FAPI1-BASE-5.2.2-14"];

    NO_IMPLICIT_REFRESH = "RFC6749-4.2.2-1", "4.2.2", MustNot, Emit,
        "The implicit grant never yields a refresh token.",
        planned "hybrid and implicit";

    IMPLICIT_ERRORS = "RFC6749-4.2.2.1-1", "4.2.2.1", Must, Emit,
        "Implicit errors are in the fragment of the redirect URI, with the codes and characters of the code grant.",
        oidf ["RFC6749-4.2.2.1"], planned "hybrid and implicit";

    PASSWORD_GRANT = "RFC6749-4.3.2-1", "4.3.2", Must, Refuse,
        "A server that offers the password grant authenticates confidential clients, checks the password and limits guessing.",
        against ["RFC9700-2.4-1"];

    CLIENT_CREDENTIALS_CONFIDENTIAL = "RFC6749-4.4-1", "4.4", Must, Refuse,
        "The client_credentials grant is for authenticated confidential clients; others receive `unauthorized_client` or `invalid_client`.",
        same ["OCP-GRT-07"];

    NO_CLIENT_CREDENTIALS_REFRESH = "RFC6749-4.4.3-1", "4.4.3", ShouldNot, Emit,
        "A client_credentials response should not contain a refresh token.",
        oidf ["RFC6749-4.4.3"], same ["OCP-RT-09"];

    GRANT_TYPE_SERVED = "RFC6749-4.5-1", "4.5", Must, Refuse,
        "An extension grant is named by an absolute URI; the server answers an unsupported `grant_type` with `unsupported_grant_type`.",
        same ["OCP-GRT-01"];

    TOKEN_RESPONSE_SHAPE = "RFC6749-5.1-1", "5.1", Must, Emit,
        "A successful response has status 200 and is JSON with `access_token` and `token_type`; `expires_in` is a number of seconds.",
        oidf ["RFC6749-5.1"], same ["OCP-PIPE-27"];

    NO_STORE = "RFC6749-5.1-2", "5.1", Must, Emit,
        "A response that contains tokens or credentials is sent with Cache-Control no-store and Pragma no-cache.",
        oidf ["RFC6749-5.1"], same ["OCP-PIPE-27"];

    LIFETIME_TOLD = "RFC6749-5.1-3", "5.1", Should, Emit,
        "A response with an access token has `expires_in`; otherwise the server states the lifetime in another way.",
        oidf ["RFC6749-5.1"];

    TOKEN_ERROR_SHAPE = "RFC6749-5.2-1", "5.2", Must, Emit,
        "A token error has status 400, or 401 for `invalid_client`, and is JSON with `error` and optionally a description.",
        oidf ["RFC6749-5.2"], same ["OIDCC-3.1.3.4-1"];

    BASIC_CHALLENGED = "RFC6749-5.2-2", "5.2", Must, Emit,
        "If credentials in an Authorization header fail, the response has status 401 and a WWW-Authenticate challenge of the same scheme.",
        oidf ["RFC6749-5.2"];

    CLIENT_AUTHENTICATES = "RFC6749-5.2-3", "5.2", May, Refuse,
        "The server answers a client that fails to authenticate with `invalid_client`; without an Authorization header, the status may be 401 or 400.",
        oidf ["RFC6749-5.2"];

    INVALID_REQUEST = "RFC6749-5.2-4", "5.2", Must, Refuse,
        "The server answers a token request that is malformed, lacks or repeats a parameter, or has several credentials with `invalid_request`.",
        oidf ["RFC6749-5.2"], against ["RFC7521-4.2.1-1"];

    INVALID_GRANT = "RFC6749-5.2-5", "5.2", Must, Refuse,
        "The server answers a code or refresh token that is unknown, expired, revoked or another client's with `invalid_grant`.",
        oidf ["RFC6749-5.2"];

    UNAUTHORIZED_CLIENT = "RFC6749-5.2-6", "5.2", Must, Refuse,
        "The server answers a grant that the client may not use with `unauthorized_client`, and a scope that is unknown or too wide with `invalid_scope`.",
        oidf ["RFC6749-5.2"];

    REFRESH_SCOPE = "RFC6749-6-1", "6", MustNot, Refuse,
        "A refresh cannot request more scope than was granted; without `scope`, the original scope applies.",
        oidf ["RFC6749-6"], same ["OCP-RT-06", "OCP-RT-07"];

    REFRESH_BOUND_TO_CLIENT = "RFC6749-6-2", "6", Must, Refuse,
        "A refresh token is valid and used by the client to which it was issued, which authenticates if it has credentials.",
        oidf ["RFC6749-6"], same ["OIDCC-12.1-1", "RFC6749-10.4-1"];

    REFRESH_SCOPE_KEPT = "RFC6749-6-3", "6", Must, Emit,
        "A new refresh token has exactly the scope of the one that it replaces, even if the access token received less.",
        oidf ["RFC6749-6"];

    TOKEN_VALIDATED = "RFC6749-7-1", "7", Must, Refuse,
        "A resource server checks that the access token is valid and not expired, and that its scope covers the resource.",
        same ["RFC6750-3.1-2"];

    NO_NATIVE_CREDENTIALS = "RFC6749-10.1-1", "10.1", MustNot, Caller,
        "Native and user-agent-based clients receive no shared credentials for authentication, only credentials per instance.";

    NO_SILENT_REPEAT = "RFC6749-10.2-1", "10.2", ShouldNot, Emit,
        "The server should not approve a repeated request silently for a client that can neither authenticate nor be identified otherwise.",
        same ["RFC8252-8.6-1"];

    TOKENS_PROTECTED = "RFC6749-10.3-1", "10.3", Must, Caller,
        "Access tokens stay confidential in transit and storage and can be neither forged, modified nor guessed.";

    REFRESH_BINDING_CHECKED = "RFC6749-10.4-1", "10.4", Must, Refuse,
        "The server stores the binding between refresh token and client, and checks it whenever the client can be authenticated.",
        same ["RFC6749-6-2"];

    TOKENS_UNGUESSABLE = "RFC6749-10.10-1", "10.10", Must, Caller,
        "The probability of guessing a token, code or secret that is not meant for people is at most 2 to the power of -128.",
        oidf ["RFC6749-10.10"], same ["FAPI2-SP-5.4.1-4", "FAPI1-BASE-5.2.2-16"];

    TOKENS_HARDLY_GUESSABLE = "RFC6749-10.10-2", "10.10", Should, Caller,
        "The probability of guessing such a value should be at most 2 to the power of -160.";

    CONSENT_AGAINST_CSRF = "RFC6749-10.12-1", "10.12", Must, Refuse,
        "A malicious page cannot obtain approval without the user: the authorization and consent pages resist request forgery.",
        same ["FAPI-INTERACTION-1"];

    NO_FRAMING = "RFC6749-10.13-1", "10.13", Should, Caller,
        "Other sites should not be able to frame authorization pages.",
        same ["RFC9700-4.16-1"];

    VALUES_SANITISED = "RFC6749-10.14-1", "10.14", Must, Emit,
        "The server encodes or refuses received values, above all `state` and `redirect_uri`, before they reach a header or a page.";

    STATE_SYNTAX = "RFC6749-A.5-1", "A.5", May, Refuse,
        "A client's `state` is one or more printable ASCII characters; the server may answer anything else with `invalid_request`.";

    CODE_SYNTAX = "RFC6749-A.11-1", "A.11", Must, Emit,
        "A `code` is one or more printable ASCII characters.";

    ACCESS_TOKEN_SYNTAX = "RFC6749-A.12-1", "A.12", Must, Emit,
        "An `access_token` is one or more printable ASCII characters, and of the b64token alphabet when it is a bearer token.",
        oidf ["RFC6749-A.12"];

    REFRESH_TOKEN_SYNTAX = "RFC6749-A.17-1", "A.17", Must, Emit,
        "A `refresh_token` is one or more printable ASCII characters.",
        oidf ["RFC6749-A.17"];

    FORM_IS_UTF8 = "RFC6749-B-1", "B", Must, Refuse,
        "Form-encoded payloads are read and written as UTF-8.";
}

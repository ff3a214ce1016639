//! RFC 8693, OAuth 2.0 Token Exchange.

super::document! {
    "RFC 8693", "https://www.rfc-editor.org/rfc/rfc8693#section-";

    EXCHANGE_SERVED = "RFC8693-2.1-1", "2.1", Must, Accept,
        "The token endpoint accepts the grant type urn:ietf:params:oauth:grant-type:token-exchange.",
        planned "token exchange";

    CALLER_WITHOUT_CREDENTIALS = "RFC8693-2.1-2", "2.1", May, Accept,
        "The server may accept an exchange from a client that does not authenticate.",
        planned "token exchange";

    RESOURCE_ABSOLUTE = "RFC8693-2.1-3", "2.1", Must, Refuse,
        "A `resource` is an absolute URI.",
        planned "token exchange";

    RESOURCE_NO_FRAGMENT = "RFC8693-2.1-4", "2.1", MustNot, Refuse,
        "A `resource` has no fragment.",
        planned "token exchange";

    RESOURCE_REPEATED = "RFC8693-2.1-5", "2.1", May, Accept,
        "A request may contain several `resource` parameters.",
        planned "token exchange";

    AUDIENCE_NAMED = "RFC8693-2.1-6", "2.1", May, Accept,
        "A request may name a target service by `audience`, beside `resource` or instead of it.",
        planned "token exchange";

    AUDIENCE_REPEATED = "RFC8693-2.1-7", "2.1", May, Accept,
        "A request may contain several `audience` parameters.",
        planned "token exchange";

    AUDIENCE_UNAMBIGUOUS = "RFC8693-2.1-8", "2.1", Must, Caller,
        "A value of `audience` names one service at a server.",
        planned "token exchange";

    SCOPE_REQUESTED = "RFC8693-2.1-9", "2.1", May, Accept,
        "A request may name the `scope` of the token that it asks for.",
        planned "token exchange";

    TYPE_REQUESTED = "RFC8693-2.1-10", "2.1", May, Accept,
        "A request may name the type of the token that it asks for by `requested_token_type`.",
        planned "token exchange";

    SUBJECT_TOKEN = "RFC8693-2.1-11", "2.1", Must, Refuse,
        "A request contains a `subject_token`.",
        planned "token exchange";

    SUBJECT_TOKEN_TYPE = "RFC8693-2.1-12", "2.1", Must, Refuse,
        "A request contains a `subject_token_type`.",
        planned "token exchange";

    ACTOR_TOKEN = "RFC8693-2.1-13", "2.1", May, Accept,
        "A request may contain an `actor_token`.",
        planned "token exchange";

    ACTOR_TOKEN_TYPE = "RFC8693-2.1-14", "2.1", Must, Refuse,
        "A request with an `actor_token` contains an `actor_token_type`.",
        planned "token exchange";

    NO_ACTOR_TOKEN_TYPE = "RFC8693-2.1-15", "2.1", MustNot, Refuse,
        "A request without an `actor_token` contains no `actor_token_type`.",
        planned "token exchange";

    SUBJECT_TOKEN_VALIDATED = "RFC8693-2.1-16", "2.1", Must, Refuse,
        "The server validates the subject token as its type demands.",
        planned "token exchange";

    ACTOR_TOKEN_VALIDATED = "RFC8693-2.1-17", "2.1", Must, Refuse,
        "The server validates the actor token as its type demands.",
        planned "token exchange";

    INPUTS_STAY_VALID = "RFC8693-2.1-18", "2.1", MustNot, Emit,
        "An exchange does not change how long the subject token and the actor token are valid, unless they are for one use.",
        planned "token exchange";

    EVERY_TARGET = "RFC8693-2.1.1-1", "2.1.1", Must, Emit,
        "The issued token has the requested scope at every requested target.",
        planned "token exchange";

    RESPONSE = "RFC8693-2.2.1-1", "2.2.1", Must, Emit,
        "A successful response has status 200 and is JSON.",
        planned "token exchange";

    ISSUED_TOKEN = "RFC8693-2.2.1-2", "2.2.1", Must, Emit,
        "The issued token is the member `access_token`, of whatever type it is.",
        planned "token exchange";

    ISSUED_TOKEN_TYPE = "RFC8693-2.2.1-3", "2.2.1", Must, Emit,
        "The response contains `issued_token_type`.",
        planned "token exchange";

    TOKEN_TYPE = "RFC8693-2.2.1-4", "2.2.1", Must, Emit,
        "The response contains `token_type`.",
        planned "token exchange";

    NOT_APPLICABLE = "RFC8693-2.2.1-5", "2.2.1", Must, Emit,
        "The `token_type` of a token that cannot be used as an access token is `N_A`.",
        planned "token exchange";

    EXPIRES_IN = "RFC8693-2.2.1-6", "2.2.1", Should, Emit,
        "The response should contain `expires_in`.",
        planned "token exchange";

    SCOPE_DIFFERS = "RFC8693-2.2.1-7", "2.2.1", Must, Emit,
        "The response contains `scope` if the issued scope is not the requested one.",
        planned "token exchange";

    REFRESH_TOKEN = "RFC8693-2.2.1-8", "2.2.1", May, Emit,
        "The response may contain a `refresh_token`.",
        planned "token exchange";

    REFRESH_TOKEN_DOCUMENTED = "RFC8693-2.2.1-9", "2.2.1", Should, Caller,
        "A deployment should document when an exchange issues a refresh token.",
        planned "token exchange";

    REQUEST_REFUSED = "RFC8693-2.2.2-1", "2.2.2", Must, Refuse,
        "The server answers a request that is invalid, or whose subject or actor token it does not accept, with `invalid_request`.",
        planned "token exchange";

    TARGET_REFUSED = "RFC8693-2.2.2-2", "2.2.2", Should, Refuse,
        "The server should answer a target for which it issues no token with `invalid_target`.",
        planned "token exchange";

    ERROR_DESCRIBED = "RFC8693-2.2.2-3", "2.2.2", May, Emit,
        "The server may give the reason of an error in `error_description`.",
        planned "token exchange";

    TYPE_IS_URI = "RFC8693-3-1", "3", Must, Refuse,
        "A token type is a URI.",
        planned "token exchange";

    TYPES_OF_OWN_TOKENS = "RFC8693-3-2", "3", Must, Refuse,
        "A token whose type is access_token or refresh_token was issued as such by the server that receives it.",
        planned "token exchange";

    TYPE_ID_TOKEN = "RFC8693-3-3", "3", Must, Accept,
        "The type id_token denotes an ID token.",
        planned "token exchange";

    TYPE_JWT = "RFC8693-3-4", "3", Must, Accept,
        "The type jwt denotes a JWT of any issuer and purpose.",
        planned "token exchange";

    TYPES_OF_SAML = "RFC8693-3-5", "3", Must, Accept,
        "The types saml1 and saml2 denote base64url-encoded assertions of SAML 1.1 and 2.0.",
        planned "token exchange";

    OTHER_TYPES = "RFC8693-3-6", "3", May, Accept,
        "Other URIs may denote other types of token.",
        planned "token exchange";

    ACTOR = "RFC8693-4.1-1", "4.1", Must, Emit,
        "The claim `act` is a JSON object whose members identify the current actor.",
        planned "token exchange";

    ACTOR_ONLY_IDENTIFIED = "RFC8693-4.1-2", "4.1", MustNot, Emit,
        "The claim `act` contains no claims about validity, such as `exp`, `nbf` and `aud`.",
        planned "token exchange";

    PRIOR_ACTORS = "RFC8693-4.1-3", "4.1", Must, Emit,
        "A prior actor is an `act` inside the `act` of the actor that came after it.",
        planned "token exchange";

    CURRENT_ACTOR_COUNTS = "RFC8693-4.1-4", "4.1", Must, Refuse,
        "A resource server bases its decision only on the top-level claims and the current actor, never on prior actors.",
        planned "token exchange";

    ACTOR_INTROSPECTED = "RFC8693-4.1-5", "4.1", Must, Emit,
        "The member `act` of an introspection response means the same as the claim.",
        planned "token exchange";

    SCOPE_CLAIM = "RFC8693-4.2-1", "4.2", Must, Emit,
        "The claim `scope` is a JSON string that lists the scope values of the token with spaces between.",
        same ["RFC9068-2.2.3-1"];

    CLIENT_ID_CLAIM = "RFC8693-4.3-1", "4.3", Must, Emit,
        "The claim `client_id` is the identifier of the client that requested the token.",
        same ["RFC9068-2.2-1"];

    MAY_ACT = "RFC8693-4.4-1", "4.4", Must, Emit,
        "The claim `may_act` is a JSON object whose members identify a party that may act for the subject.",
        planned "token exchange";

    MAY_ACT_ONLY_IDENTIFIES = "RFC8693-4.4-2", "4.4", MustNot, Emit,
        "The claim `may_act` contains no claims about validity, such as `exp`, `nbf` and `aud`.",
        planned "token exchange";

    MAY_ACT_CHECKED = "RFC8693-4.4-3", "4.4", May, Refuse,
        "The server may decide by the `may_act` of the subject token whether the client or actor may act for the subject.",
        planned "token exchange";

    MAY_ACT_INTROSPECTED = "RFC8693-4.4-4", "4.4", Must, Emit,
        "The member `may_act` of an introspection response means the same as the claim.",
        planned "token exchange";

    TLS = "RFC8693-6-1", "6", Must, Caller,
        "Tokens are transmitted only over encrypted channels such as TLS.",
        planned "token exchange";

    ENCRYPTED_FOR_RECIPIENT = "RFC8693-6-2", "6", Must, Emit,
        "A token whose contents the client is not to learn is encrypted to its recipient.",
        planned "JWE";

    MINIMAL_CONTENTS = "RFC8693-6-3", "6", Should, Caller,
        "An issued token should contain no more data than is needed.",
        planned "token exchange";
}

//! APIs.

super::document! {
    "OIDC-conformant pipeline", "https://docs.rs/crate/fapi/latest/source/docs/pipeline.md#";

    IDENTIFIER = "OCP-API-01", "API-01", Must, Refuse,
        "The identifier of an API is unique, never changes, and is the `aud` of its tokens.";

    TRAILING_SLASH = "OCP-API-02", "API-02", Must, Refuse,
        "A trailing slash makes another identifier.",
        same ["OCP-PIPE-01"];

    NEVER_CALLED = "OCP-API-03", "API-03", Must, Emit,
        "The server never calls the URL that identifies an API.";

    NAME = "OCP-API-04", "API-04", Must, Refuse,
        "The name of an API contains no angle brackets and affects nothing.";

    LIFETIME = "OCP-API-05", "API-05", Must, Refuse,
        "Access tokens of an API live 86400 seconds by default and 2592000 at most.";

    LIFETIME_FOR_WEB = "OCP-API-06", "API-06", Must, Refuse,
        "Access tokens from the authorization endpoint live 86400 seconds by default, and no longer than the API's others.";

    ALG = "OCP-API-07", "API-07", Must, Refuse,
        "An API signs with HS256, RS256 or PS256, RS256 by default, and keeps its algorithm.";

    SIGNING_SECRET = "OCP-API-08", "API-08", Must, Emit,
        "HS256 access tokens are signed with the API's own secret, not with the client's.";

    DIALECTS = "OCP-API-09", "API-09", Must, Accept,
        "The dialect of an API's tokens is `access_token`, `access_token_authz`, `rfc9068_profile` or `rfc9068_profile_authz`, the first by default.";

    RFC9068 = "OCP-API-10", "API-10", Must, Emit,
        "Tokens of the `rfc9068` dialects follow RFC 9068, with `typ` `at+jwt`, `client_id` and `jti`.";

    DIALECT_CHANGES = "OCP-API-11", "API-11", Must, Accept,
        "The dialect of an API can change at any time.";

    ROLES = "OCP-API-12", "API-12", Must, Emit,
        "If an API enforces its policies, `scope` is the intersection of what was requested and what the user is permitted, in every dialect.";

    NO_ROLES = "OCP-API-13", "API-13", Must, Emit,
        "If an API does not enforce its policies, every requested permission that it defines is granted.";

    PERMISSIONS = "OCP-API-14", "API-14", Must, Emit,
        "Tokens of the `authz` dialects list in `permissions` all that the user is permitted at the API, requested or not.";

    PERMISSIONS_NEED_ROLES = "OCP-API-15", "API-15", Must, Refuse,
        "Only an API that enforces its policies adds permissions, and adding them turns its dialect into the `authz` one.";

    OFFLINE = "OCP-API-16", "API-16", Must, Emit,
        "The server grants `offline_access` only for an API that allows it; otherwise it leaves out the scope and the refresh token.";

    SKIP_CONSENT = "OCP-API-17", "API-17", Must, Emit,
        "An API may let verifiable first-party clients skip consent.", planned "pipeline";

    HOOK_LAST = "OCP-API-18", "API-18", Must, Emit,
        "Scopes that a hook sets replace those that the user's permissions left.";

    OWN_RULES = "OCP-API-19", "API-19", Must, Refuse,
        "An API validates the token and answers a scope that does not suffice with `insufficient_scope`.",
        same ["RFC6750-3.1-3"];

    LOGICAL = "OCP-API-21", "API-21", Must, Accept,
        "Several services may share one API and tell their requests apart by scope.";

    ROLES_ADVISED = "OCP-API-22", "API-22", Should, Emit,
        "An API should enforce its policies if clients without a secret exist; one that does not is a warning.", planned "pipeline";

    LIFETIME_BOUNDS = "OCP-API-23", "API-23", Must, Emit,
        "After a client grant is deleted, `token_lifetime` bounds the use of the tokens that exist.";
}

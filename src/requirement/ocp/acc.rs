//! Access policies and client grants.

super::document! {
    "OIDC-conformant pipeline", "https://docs.rs/crate/fapi/latest/source/docs/pipeline.md#";

    POLICIES = "OCP-ACC-01", "ACC-01", Must, Accept,
        "An API has one access policy for users and one for clients, each of `allow_all`, `require_client_grant` or `deny_all`.";

    NO_OPEN_CLIENTS = "OCP-ACC-02", "ACC-02", Must, Refuse,
        "The policy `allow_all` is for users only.";

    DEFAULTS = "OCP-ACC-03", "ACC-03", Must, Emit,
        "By default, the policy for users is `allow_all` and the policy for clients `require_client_grant`.";

    DENIED = "OCP-ACC-04", "ACC-04", Must, Refuse,
        "Under `deny_all`, no client receives a token for that subject type.";

    GRANT_NEEDED = "OCP-ACC-05", "ACC-05", Must, Refuse,
        "Under `require_client_grant`, only a client with a grant for the API and the subject type receives a token.",
        same ["OCP-ACC-16"];

    OPEN = "OCP-ACC-06", "ACC-06", Must, Accept,
        "Under `allow_all`, any client receives any scope of the API, without a grant.";

    EXPLICIT_SCOPE = "OCP-ACC-07", "ACC-07", Must, Refuse,
        "Under `require_client_grant`, a token request names its scopes.";

    REFRESH_EXCEPTED = "OCP-ACC-08", "ACC-08", Must, Accept,
        "A refresh without `scope` means all scopes that were granted originally, and its result has the same.";

    GRANT_MEMBERS = "OCP-ACC-09", "ACC-09", Must, Refuse,
        "A client grant has a client, an audience, scopes or all scopes, types of authorization details, a subject type, and its use with organizations.";

    ONE_PER_SUBJECT = "OCP-ACC-10", "ACC-10", Must, Refuse,
        "A client has at most one grant per API and subject type, `user` or `client`.";

    CLIENT_SCOPES = "OCP-ACC-11", "ACC-11", Must, Refuse,
        "As a client, a client receives scopes of its grant; the server answers others with `invalid_scope`.";

    CEILING = "OCP-ACC-12", "ACC-12", Must, Emit,
        "For a user, the grant is a ceiling: the token has what was requested, within the grant, consented to, and permitted to the user.";

    DETAILS_FOR_USERS = "OCP-ACC-13", "ACC-13", Must, Refuse,
        "Only a grant for users may have `authorization_details_types`.";

    ALL_SCOPES = "OCP-ACC-14", "ACC-14", Must, Emit,
        "A grant with `allow_all_scopes` covers the scopes that the API has now and will have.";

    NEVER_OUTSIDE = "OCP-ACC-15", "ACC-15", Must, Emit,
        "With a grant for `read:posts` and `write:posts`, the API's `read:friends` and `delete:posts` are never issued.";

    DELETED = "OCP-ACC-16", "ACC-16", Must, Refuse,
        "After a client grant is deleted, no new token is issued by it, and existing tokens stay valid until they expire.",
        same ["OCP-ACC-05"];

    ORGANIZATIONS = "OCP-ACC-17", "ACC-17", Must, Refuse,
        "The `organization_usage` and `allow_any_organization` of a client grant govern client_credentials with organizations.",
        same ["OCP-ORG-04"];

    HOOKS = "OCP-ACC-18", "ACC-18", Must, Emit,
        "A hook may change the final scopes.";

    EMPTY = "OCP-ACC-20", "ACC-20", Must, Refuse,
        "Under `require_client_grant`, a client whose grant has no scopes has no permission.";
}

//! RFC 9728, OAuth 2.0 Protected Resource Metadata.

super::document! {
    "RFC 9728", "https://www.rfc-editor.org/rfc/rfc9728#section-";

    IDENTIFIER_HTTPS = "RFC9728-1.2-1", "1.2", Must, Refuse,
        "A resource identifier is an https URL without a fragment.",
        planned "protected resource metadata";

    IDENTIFIER_NO_QUERY = "RFC9728-1.2-2", "1.2", ShouldNot, Refuse,
        "A resource identifier should have no query.",
        planned "protected resource metadata";

    RESOURCE = "RFC9728-2-1", "2", Must, Emit,
        "The metadata contain the resource identifier as `resource`.",
        planned "protected resource metadata";

    SERVERS = "RFC9728-2-2", "2", May, Emit,
        "The metadata may list issuers whose tokens the resource accepts in `authorization_servers`.",
        planned "protected resource metadata";

    JWKS_URI_HTTPS = "RFC9728-2-3", "2", Must, Emit,
        "The `jwks_uri` of a resource is an https URL.",
        planned "protected resource metadata";

    KEY_USES = "RFC9728-2-4", "2", Must, Emit,
        "If a resource publishes keys for signing and for encryption, each key has its `use`.",
        planned "protected resource metadata";

    SCOPES = "RFC9728-2-5", "2", Should, Emit,
        "The metadata should list scope values that give access to the resource in `scopes_supported`.",
        planned "protected resource metadata";

    BEARER_METHODS = "RFC9728-2-6", "2", May, Emit,
        "The metadata may list the ways to send a bearer token, of header, body and query, in `bearer_methods_supported`.",
        planned "protected resource metadata";

    RESPONSE_ALGORITHMS = "RFC9728-2-7", "2", May, Emit,
        "The metadata may list the algorithms that sign the responses of the resource in `resource_signing_alg_values_supported`.",
        planned "protected resource metadata";

    RESPONSES_NOT_NONE = "RFC9728-2-8", "2", MustNot, Emit,
        "The algorithms that sign the responses of the resource do not contain `none`.",
        planned "protected resource metadata";

    NAME = "RFC9728-2-9", "2", Should, Emit,
        "The metadata should contain a name of the resource for people, as `resource_name`.",
        planned "protected resource metadata";

    PAGES_FOR_PEOPLE = "RFC9728-2-10", "2", May, Emit,
        "The metadata may contain the URLs of pages with documentation, policy and terms of service.",
        planned "protected resource metadata";

    CERTIFICATE_BOUND = "RFC9728-2-11", "2", May, Emit,
        "The metadata may state support for tokens bound to certificates; if they do not, it is not supported.",
        planned "protected resource metadata";

    DETAILS_TYPES = "RFC9728-2-12", "2", May, Emit,
        "The metadata may list the types of authorization details in `authorization_details_types_supported`.",
        planned "protected resource metadata";

    PROOF_ALGORITHMS = "RFC9728-2-13", "2", May, Emit,
        "The metadata may list the algorithms of DPoP proofs in `dpop_signing_alg_values_supported`.",
        planned "protected resource metadata";

    DPOP_REQUIRED = "RFC9728-2-14", "2", May, Emit,
        "The metadata may state that only tokens bound to DPoP keys are accepted; if they do not, others are accepted too.",
        planned "protected resource metadata";

    OTHER_MEMBERS = "RFC9728-2-15", "2", May, Emit,
        "The metadata may contain further members.",
        planned "protected resource metadata";

    LANGUAGES = "RFC9728-2.1-1", "2.1", May, Emit,
        "A member for people may occur in several languages, with the tag of each after a hash sign.",
        planned "protected resource metadata";

    LANGUAGE_TAGS = "RFC9728-2.1-2", "2.1", Should, Emit,
        "A language tag should have the case in which it is registered.",
        planned "protected resource metadata";

    LANGUAGE_DEFAULT = "RFC9728-2.1-3", "2.1", Should, Emit,
        "A member that occurs with language tags should also occur without one.",
        planned "protected resource metadata";

    SIGNED_METADATA = "RFC9728-2.2-1", "2.2", May, Emit,
        "The metadata may contain `signed_metadata`, a JWT whose claims are metadata of the resource.",
        planned "protected resource metadata";

    SIGNED_METADATA_SIGNED = "RFC9728-2.2-2", "2.2", Must, Emit,
        "Signed metadata have a signature or a MAC.",
        planned "protected resource metadata";

    SIGNED_METADATA_ISSUER = "RFC9728-2.2-3", "2.2", Must, Emit,
        "Signed metadata contain `iss`, the party that attests them.",
        planned "protected resource metadata";

    SIGNED_METADATA_NOT_NESTED = "RFC9728-2.2-4", "2.2", ShouldNot, Emit,
        "Signed metadata should contain no `signed_metadata`.",
        planned "protected resource metadata";

    WELL_KNOWN = "RFC9728-3-1", "3", Must, Emit,
        "The URL of the metadata has the well-known path between the host and the path of the resource identifier.",
        planned "protected resource metadata";

    SUFFIX_REGISTERED = "RFC9728-3-2", "3", Must, Emit,
        "The well-known path ends in a registered suffix, by default in oauth-protected-resource.",
        planned "protected resource metadata";

    SEVERAL_LOCATIONS = "RFC9728-3-3", "3", May, Emit,
        "A resource may publish its metadata at several well-known locations.",
        planned "protected resource metadata";

    SERVED = "RFC9728-3.1-1", "3.1", Must, Accept,
        "The metadata are served to GET requests.",
        planned "protected resource metadata";

    SLASH_REMOVED = "RFC9728-3.1-2", "3.1", Must, Emit,
        "A slash that follows the host at the end of the resource identifier is removed before the well-known path is inserted.",
        planned "protected resource metadata";

    DOCUMENT_IS_JSON = "RFC9728-3.2-1", "3.2", Must, Emit,
        "The response has status 200 and is a JSON object of type application/json.",
        planned "protected resource metadata";

    NO_EMPTY_MEMBERS = "RFC9728-3.2-2", "3.2", Must, Emit,
        "A member without values is left out of the response.",
        planned "protected resource metadata";

    ERROR_STATUS = "RFC9728-3.2-3", "3.2", Must, Emit,
        "An error response has the HTTP status that applies.",
        planned "protected resource metadata";

    SERVER_LISTS_RESOURCES = "RFC9728-4-1", "4", May, Emit,
        "The metadata of an authorization server may list identifiers of its resources in `protected_resources`.",
        planned "protected resource metadata";

    LISTS_AGREE = "RFC9728-4-2", "4", Should, Caller,
        "Servers listed by a resource and resources listed by a server should be checked against each other where lists are used.",
        planned "protected resource metadata";

    CHALLENGE = "RFC9728-5-1", "5", May, Emit,
        "A challenge of the resource may contain the URL of its metadata as `resource_metadata`.",
        planned "protected resource metadata";

    CHALLENGE_OF_ANY_SCHEME = "RFC9728-5.1-1", "5.1", May, Emit,
        "Challenges of other schemes than Bearer, such as DPoP, may contain `resource_metadata`.",
        planned "protected resource metadata";

    CHALLENGE_COMBINED = "RFC9728-5.1-2", "5.1", May, Emit,
        "A challenge may contain `resource_metadata` together with parameters of other documents.",
        planned "protected resource metadata";

    METADATA_CHANGED = "RFC9728-5.2-1", "5.2", May, Emit,
        "The resource may answer with such a challenge at any time, because its metadata may have changed.",
        planned "protected resource metadata";

    OTHER_SCHEMES = "RFC9728-5.4-1", "5.4", May, Emit,
        "The resource may send challenges of further authentication schemes.",
        planned "protected resource metadata";

    STRINGS_COMPARED = "RFC9728-6-1", "6", Must, Refuse,
        "Strings of the metadata are compared code point by code point.",
        planned "protected resource metadata";

    NOT_NORMALIZED = "RFC9728-6-2", "6", MustNot, Refuse,
        "Strings of the metadata are not normalized before they are compared.",
        planned "protected resource metadata";

    TLS = "RFC9728-7.1-1", "7.1", Must, Caller,
        "The metadata are served over TLS as BCP 195 advises.",
        planned "protected resource metadata";

    TOKENS_FOR_ONE_AUDIENCE = "RFC9728-7.4-1", "7.4", Should, Emit,
        "The authorization server should support access tokens that are restricted to an audience.",
        same ["RFC9068-3-2"];

    CACHED = "RFC9728-7.10-1", "7.10", Should, Emit,
        "The response should state by Cache-Control how long it may be cached.",
        planned "protected resource metadata";
}

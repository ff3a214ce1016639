//! Redirect URIs and placeholders.

super::document! {
    "OIDC-conformant pipeline", "https://docs.rs/crate/fapi/latest/source/docs/pipeline.md#";

    MATCH = "OCP-URI-01", "URI-01", Must, Refuse,
        "A `redirect_uri` matches one that the client registered; otherwise the user sees a page, and nothing is redirected.",
        same ["RFC6749-3.1.2.3-2", "RFC6749-3.1.2.4-1"];

    ORDER = "OCP-URI-02", "URI-02", Must, Emit,
        "Exact entries and entries with placeholders are all tried, and their order does not matter.", planned "pipeline";

    WILDCARD_SCHEME = "OCP-URI-03", "URI-03", Must, Refuse,
        "A wildcard stands only in an http or https URL.", planned "pipeline";

    WILDCARD_SUBDOMAIN = "OCP-URI-04", "URI-04", Must, Refuse,
        "A wildcard stands in a subdomain of the host.", planned "pipeline";

    WILDCARD_FURTHEST = "OCP-URI-05", "URI-05", Must, Refuse,
        "A wildcard stands in the label that is furthest from the root.", planned "pipeline";

    WILDCARD_ONCE = "OCP-URI-06", "URI-06", Must, Refuse,
        "A URL has at most one wildcard.", planned "pipeline";

    WILDCARD_AFFIXES = "OCP-URI-07", "URI-07", Must, Accept,
        "A wildcard may have characters of a host name before and after it in its label.", planned "pipeline";

    WILDCARD_ONE_LABEL = "OCP-URI-08", "URI-08", Must, Refuse,
        "A wildcard stands for one label only.", planned "pipeline";

    WILDCARD_FIELDS = "OCP-URI-09", "URI-09", Must, Accept,
        "Callbacks, logout URLs, web origins and CORS origins may have wildcards.", planned "pipeline";

    WILDCARD_HOST_ONLY = "OCP-URI-10", "URI-10", Must, Refuse,
        "An asterisk in a path or query is not a wildcard.", planned "pipeline";

    ORGANIZATION_CONTEXT = "OCP-URI-11", "URI-11", Must, Refuse,
        "An entry with `{organization_name}` counts only if the client uses organizations and the request is made for one.", planned "pipeline";

    ORGANIZATION_SCHEME = "OCP-URI-12", "URI-12", Must, Refuse,
        "The placeholder for organizations stands only in an http or https URL.", planned "pipeline";

    ORGANIZATION_SUBDOMAIN = "OCP-URI-13", "URI-13", Must, Refuse,
        "The placeholder for organizations stands in a subdomain.", planned "pipeline";

    ORGANIZATION_FURTHEST = "OCP-URI-14", "URI-14", Must, Refuse,
        "The placeholder for organizations is the label that is furthest from the root.", planned "pipeline";

    ORGANIZATION_ONCE = "OCP-URI-15", "URI-15", Must, Refuse,
        "A URL has at most one placeholder for organizations.", planned "pipeline";

    ORGANIZATION_AFFIXES = "OCP-URI-16", "URI-16", Must, Refuse,
        "The placeholder for organizations is a whole label.", planned "pipeline";

    ORGANIZATION_WILDCARD = "OCP-URI-17", "URI-17", Must, Refuse,
        "A URL does not combine the placeholder for organizations with a wildcard.", planned "pipeline";

    ORGANIZATION_FIELDS = "OCP-URI-18", "URI-18", Must, Refuse,
        "Only callbacks and CORS origins may have the placeholder for organizations.", planned "pipeline";

    ORGANIZATION_OWN = "OCP-URI-19", "URI-19", Must, Refuse,
        "The placeholder stands for the name of the request's own organization, and not for any other.", planned "pipeline";

    WILDCARD_BESIDE = "OCP-URI-20", "URI-20", Should, Emit,
        "A client should not have a wildcard beside the placeholder for organizations, because it admits names that do not exist; this is a warning.", planned "pipeline";

    DOMAIN_METADATA = "OCP-URI-21", "URI-21", Must, Refuse,
        "A placeholder for metadata is replaced by the metadata of the domain at which the request arrived; without it, the entry does not count.", planned "pipeline";

    DOMAIN_KEY = "OCP-URI-22", "URI-22", Must, Refuse,
        "The key of a placeholder for metadata begins with `public_` or `PUBLIC_`.", planned "pipeline";

    DOMAIN_SCHEME = "OCP-URI-23", "URI-23", Must, Refuse,
        "A placeholder for metadata stands only in an http or https URL.", planned "pipeline";

    DOMAIN_HOST = "OCP-URI-24", "URI-24", Must, Refuse,
        "A placeholder for metadata stands only in the host.", planned "pipeline";

    DOMAIN_NO_NESTING = "OCP-URI-25", "URI-25", Must, Refuse,
        "The key of a placeholder for metadata is not nested.", planned "pipeline";

    DOMAIN_WILDCARD = "OCP-URI-26", "URI-26", Must, Refuse,
        "A URL does not combine a placeholder for metadata with a wildcard.", planned "pipeline";

    DOMAIN_STRING = "OCP-URI-27", "URI-27", Must, Refuse,
        "The metadata that replaces a placeholder exists and is a string.", planned "pipeline";

    DOMAIN_FIELDS = "OCP-URI-28", "URI-28", Must, Accept,
        "Callbacks, logout URLs, web origins and CORS origins may have placeholders for metadata.", planned "pipeline";

    DOMAIN_ORGANIZATION = "OCP-URI-29", "URI-29", Must, Accept,
        "A URL may have a placeholder for metadata and one for organizations, and both are replaced.", planned "pipeline";

    DOMAIN_WHOLE_HOST = "OCP-URI-30", "URI-30", Must, Accept,
        "A placeholder for metadata may be the whole host.", planned "pipeline";

    CANONICAL_FAILS = "OCP-URI-31", "URI-31", Must, Refuse,
        "If all URLs of a client have placeholders for metadata, requests at the canonical domain fail.", planned "pipeline";

    DOMAIN_THIRD_PARTY = "OCP-URI-32", "URI-32", Must, Refuse,
        "A third-party client has no placeholders for metadata.", planned "pipeline";

    LOCALHOST = "OCP-URI-33", "URI-33", Should, Emit,
        "A client may have localhost among its callbacks, and should not have it in production; this is a warning.", planned "pipeline";

    LEVEL_WILDCARDS = "OCP-URI-34", "URI-34", Must, Refuse,
        "At the FAPI 1 levels, a client has no wildcards.", planned "pipeline";

    SUBSTITUTE = "OCP-URI-35", "URI-35", Must, Refuse,
        "A value that replaces a placeholder is a host or a label, and cannot change the structure of the URL.", planned "pipeline";

    NEVER_CALLED = "OCP-URI-36", "URI-36", Must, Emit,
        "The server never calls a client's redirect URI; it only redirects the browser.";
}

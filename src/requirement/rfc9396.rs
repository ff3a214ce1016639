//! RFC 9396, OAuth 2.0 Rich Authorization Requests.

super::document! {
    "RFC 9396", "https://www.rfc-editor.org/rfc/rfc9396#section-";

    TYPES_UNAMBIGUOUS = "RFC9396-2.1-1", "2.1", Should, Caller,
        "Types have unambiguous ASCII names, and collision-resistant ones where several deployments share them.",
        planned "RAR";

    COMMON_FIELDS = "RFC9396-2.2-1", "2.2", May, Accept,
        "The common fields are arrays of strings and one identifier; together they mean every combination of their values.",
        planned "RAR";

    COMBINED_WITH_SCOPE = "RFC9396-3.1-1", "3.1", Must, Accept,
        "`scope` and `authorization_details` of one request are processed together.",
        planned "RAR";

    CONSENT_TO_BOTH = "RFC9396-3.1-2", "3.1", Must, Caller,
        "Users are asked for both together.",
        planned "RAR";

    ONE_OF_BOTH = "RFC9396-3.1-3", "3.1", Should, Caller,
        "An API uses either `scope` or `authorization_details`.",
        planned "RAR";

    RESOURCE_WITHOUT_INFLUENCE = "RFC9396-3.2-1", "3.2", MustNot, Accept,
        "The parameter `resource` does not influence how `authorization_details` are processed.",
        planned "RAR";

    TYPE_KNOWN = "RFC9396-5-1", "5", Must, Refuse,
        "A type that is not known is invalid_authorization_details.",
        oidf ["RFC9396-5"], planned "RAR";

    FIELDS_KNOWN = "RFC9396-5-2", "5", Must, Refuse,
        "A field that the type does not know is invalid_authorization_details.",
        oidf ["RFC9396-5"], planned "RAR";

    FIELDS_TYPED = "RFC9396-5-3", "5", Must, Refuse,
        "A field of the wrong JSON type is invalid_authorization_details.",
        oidf ["RFC9396-5"], planned "RAR";

    FIELD_VALUES = "RFC9396-5-4", "5", Must, Refuse,
        "A field with a bad value is invalid_authorization_details.",
        oidf ["RFC9396-5"], planned "RAR";

    FIELDS_COMPLETE = "RFC9396-5-5", "5", Must, Refuse,
        "A missing field that the type requires is invalid_authorization_details.",
        oidf ["RFC9396-5"], planned "RAR";

    WITHIN_GRANT = "RFC9396-6-1", "6", Must, Refuse,
        "Details in a token request keep within the grant or the client's policy, else invalid_authorization_details.",
        planned "RAR";

    COMPARED_BY_TYPE = "RFC9396-6.1-1", "6.1", ShouldNot, Accept,
        "Whether details ask for more or less is decided by the rules of their type, not by comparing objects.",
        planned "RAR";

    REDUCTION_KEEPS_GRANT = "RFC9396-6.1-2", "6.1", MustNot, Emit,
        "A refresh for less leaves what the user authorized as it was.",
        planned "RAR";

    DETAILS_RETURNED = "RFC9396-7-1", "7", Must, Emit,
        "The token response has the `authorization_details` that were granted to this access token.",
        oidf ["RFC9396-7"], planned "RAR";

    VALUES_OMITTED = "RFC9396-7-2", "7", May, Emit,
        "Values may be left out of the details returned.",
        oidf ["RFC9396-7"], planned "RAR";

    DETAILS_MAY_DIFFER = "RFC9396-7.1-1", "7.1", May, Emit,
        "What is granted may be less than what was asked for, or be enriched as the type says.",
        planned "RAR";

    TOKEN_ERROR = "RFC9396-8-1", "8", Must, Emit,
        "Bad details in a token request are told as invalid_authorization_details.",
        planned "RAR";

    TOLD_TO_RESOURCE = "RFC9396-9-1", "9", Must, Emit,
        "The granted details reach the resource server, in the token or by introspection.",
        planned "RAR";

    DETAILS_CLAIM = "RFC9396-9.1-1", "9.1", Should, Emit,
        "A JWT access token has the claim `authorization_details`, narrowed to its audience.",
        planned "RAR";

    DETAILS_IN_INTROSPECTION = "RFC9396-9.2-1", "9.2", Must, Emit,
        "Introspection returns `authorization_details` as a member, perhaps narrowed or extended for the caller.",
        planned "RAR";

    TYPES_PUBLISHED = "RFC9396-10-1", "10", Should, Emit,
        "Metadata lists `authorization_details_types_supported`.",
        planned "RAR";

    STRINGS_COMPARED = "RFC9396-12-2", "12", Must, Refuse,
        "Strings are compared code point by code point, without normalisation.",
        planned "RAR";

    DATA_SANITISED = "RFC9396-12-3", "12", Must, Emit,
        "Details are made harmless before they reach a page or another interpreter.",
        planned "RAR";

    PERSONAL_DATA_HIDDEN = "RFC9396-13-1", "13", Must, Caller,
        "Personal data in details do not leak on their way: they are pushed or encrypted.",
        planned "RAR";

    NEED_TO_KNOW = "RFC9396-13-2", "13", Should, Emit,
        "Clients and resource servers learn only the details they need.",
        planned "RAR";
}

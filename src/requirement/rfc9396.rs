//! RFC 9396, OAuth 2.0 Rich Authorization Requests.

super::document! {
    "RFC 9396", "https://www.rfc-editor.org/rfc/rfc9396#section-";

    TYPES_UNAMBIGUOUS = "RFC9396-2.1-1", "2.1", Should, Caller,
        "Types should have unambiguous ASCII names, and collision-resistant ones if several deployments share them.",
        planned "RAR";

    COMMON_FIELDS = "RFC9396-2.2-1", "2.2", May, Accept,
        "The common fields may be used: arrays of strings and one identifier, which together mean every combination of their values.",
        planned "RAR";

    COMBINED_WITH_SCOPE = "RFC9396-3.1-1", "3.1", Must, Accept,
        "The server processes the `scope` and `authorization_details` of one request together.",
        planned "RAR";

    CONSENT_TO_BOTH = "RFC9396-3.1-2", "3.1", Must, Caller,
        "Users are asked to consent to both together.",
        planned "RAR";

    ONE_OF_BOTH = "RFC9396-3.1-3", "3.1", Should, Caller,
        "An API should use either `scope` or `authorization_details`.",
        planned "RAR";

    RESOURCE_WITHOUT_INFLUENCE = "RFC9396-3.2-1", "3.2", MustNot, Accept,
        "The parameter `resource` does not influence how `authorization_details` are processed.",
        planned "RAR";

    TYPE_KNOWN = "RFC9396-5-1", "5", Must, Refuse,
        "The server answers an unknown type with `invalid_authorization_details`.",
        oidf ["RFC9396-5"], planned "RAR";

    FIELDS_KNOWN = "RFC9396-5-2", "5", Must, Refuse,
        "The server answers a field that the type does not know with `invalid_authorization_details`.",
        oidf ["RFC9396-5"], planned "RAR";

    FIELDS_TYPED = "RFC9396-5-3", "5", Must, Refuse,
        "The server answers a field of the wrong JSON type with `invalid_authorization_details`.",
        oidf ["RFC9396-5"], planned "RAR";

    FIELD_VALUES = "RFC9396-5-4", "5", Must, Refuse,
        "The server answers a field with an invalid value with `invalid_authorization_details`.",
        oidf ["RFC9396-5"], planned "RAR";

    FIELDS_COMPLETE = "RFC9396-5-5", "5", Must, Refuse,
        "The server answers a missing field that the type requires with `invalid_authorization_details`.",
        oidf ["RFC9396-5"], planned "RAR";

    WITHIN_GRANT = "RFC9396-6-1", "6", Must, Refuse,
        "Details in a token request stay within the grant or the client's policy; otherwise the answer is `invalid_authorization_details`.",
        planned "RAR";

    COMPARED_BY_TYPE = "RFC9396-6.1-1", "6.1", ShouldNot, Accept,
        "The rules of their type, not a comparison of objects, should decide whether details ask for more or less.",
        planned "RAR";

    REDUCTION_KEEPS_GRANT = "RFC9396-6.1-2", "6.1", MustNot, Emit,
        "A refresh for less does not change what the user authorized.",
        planned "RAR";

    DETAILS_RETURNED = "RFC9396-7-1", "7", Must, Emit,
        "The token response contains the `authorization_details` that were granted to this access token.",
        oidf ["RFC9396-7"], planned "RAR";

    VALUES_OMITTED = "RFC9396-7-2", "7", May, Emit,
        "The server may leave values out of the details that it returns.",
        oidf ["RFC9396-7"], planned "RAR";

    DETAILS_MAY_DIFFER = "RFC9396-7.1-1", "7.1", May, Emit,
        "The granted details may be less than the requested ones, or be enriched as the type specifies.",
        planned "RAR";

    TOKEN_ERROR = "RFC9396-8-1", "8", Must, Emit,
        "The server answers invalid details in a token request with `invalid_authorization_details`.",
        planned "RAR";

    TOLD_TO_RESOURCE = "RFC9396-9-1", "9", Must, Emit,
        "The granted details reach the resource server, in the token or by introspection.",
        planned "RAR";

    DETAILS_CLAIM = "RFC9396-9.1-1", "9.1", Should, Emit,
        "A JWT access token should contain the claim `authorization_details`, narrowed to its audience.",
        planned "RAR";

    DETAILS_IN_INTROSPECTION = "RFC9396-9.2-1", "9.2", Must, Emit,
        "Introspection returns `authorization_details` as a member, possibly narrowed or extended for the caller.",
        planned "RAR";

    TYPES_PUBLISHED = "RFC9396-10-1", "10", Should, Emit,
        "Metadata should contain `authorization_details_types_supported`.",
        planned "RAR";

    STRINGS_COMPARED = "RFC9396-12-2", "12", Must, Refuse,
        "Strings are compared code point by code point, without normalization.",
        planned "RAR";

    DATA_SANITISED = "RFC9396-12-3", "12", Must, Emit,
        "The server sanitizes details before they reach a page or another interpreter.",
        planned "RAR";

    PERSONAL_DATA_HIDDEN = "RFC9396-13-1", "13", Must, Caller,
        "Personal data in details does not leak in transit: details are pushed or encrypted.",
        planned "RAR";

    NEED_TO_KNOW = "RFC9396-13-2", "13", Should, Emit,
        "Clients and resource servers should learn only the details that they need.",
        planned "RAR";
}

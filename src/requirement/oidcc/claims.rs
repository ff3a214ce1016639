//! OpenID Connect Core 1.0: claims (§5).

super::document! {
    "OpenID Connect Core 1.0", "https://openid.net/specs/openid-connect-core-1_0.html#rfc.section.";

    CLAIM_TYPES = "OIDCC-5.1-1", "5.1", Must, Caller,
        "Standard claims have their JSON types: booleans for the verified flags, a number for `updated_at`, an object for `address`.",
        oidf ["OIDCC-5.1"];

    PHONE_NUMBER = "OIDCC-5.1-2", "5.1", Must, Caller,
        "A verified phone number is in E.164 format.",
        oidf ["OIDCC-5.1"];

    CLAIM_LANGUAGES = "OIDCC-5.2-1", "5.2", Should, Accept,
        "A claim that is requested in a language has the tag of the language after a hash sign.",
        oidf ["OIDCC-5.2"];

    CLAIM_LANGUAGES_ANY_CASE = "OIDCC-5.2-2", "5.2", Should, Accept,
        "The case of a language tag should not matter.",
        oidf ["OIDCC-5.2"], planned "claims in languages";

    CLAIM_LANGUAGES_HARMLESS = "OIDCC-5.2-3", "5.2", Should, Accept,
        "Unsupported values of `claims_locales` should not cause an error.",
        oidf ["OIDCC-5.2"], same ["OIDCC-3.1.2.1-11"];

    USERINFO_SERVED = "OIDCC-5.3-1", "5.3", Must, Accept,
        "UserInfo accepts GET and POST over TLS with a bearer token, and should allow CORS.";

    USERINFO_SUBJECT = "OIDCC-5.3.2-1", "5.3.2", Must, Emit,
        "UserInfo always contains `sub`, the same as in the ID token for that client.",
        oidf ["OIDCC-5.3.2"];

    USERINFO_TYPE = "OIDCC-5.3.2-2", "5.3.2", Must, Emit,
        "Plain UserInfo is application/json.",
        oidf ["OIDCC-5.3.2"];

    USERINFO_SIGNED = "OIDCC-5.3.2-3", "5.3.2", Must, Emit,
        "Signed UserInfo contains `iss`, has the client in `aud`, and is signed before it is encrypted.",
        oidf ["OIDCC-5.3.2"], planned "signed userinfo";

    USERINFO_NO_EMPTY = "OIDCC-5.3.2-4", "5.3.2", Should, Emit,
        "A claim without a value should be left out of UserInfo, never null.",
        oidf ["OIDCC-5.3.2"];

    USERINFO_JWT_TYPE = "OIDCC-5.3.2-6", "5.3.2", Must, Emit,
        "Signed or encrypted UserInfo is application/jwt.",
        oidf ["OIDCC-5.3.2"], planned "signed userinfo";

    USERINFO_NO_EMPTY_TEXT = "OIDCC-5.3.2-7", "5.3.2", ShouldNot, Caller,
        "A claim without a value should not be an empty string in UserInfo.",
        oidf ["OIDCC-5.3.2"];

    USERINFO_ERRORS = "OIDCC-5.3.3-1", "5.3.3", Must, Refuse,
        "UserInfo errors are those of bearer tokens, with their challenge.";

    SCOPE_CLAIMS = "OIDCC-5.4-1", "5.4", Must, Emit,
        "The scopes profile, email, address and phone each request their set of claims.",
        oidf ["OIDCC-5.4"], same ["OCP-SCP-05", "OCP-SCP-06", "OCP-SCP-24"];

    SCOPE_CLAIMS_PLACE = "OIDCC-5.4-2", "5.4", Must, Emit,
        "Claims requested by scope are returned from UserInfo if there is an access token.",
        oidf ["OIDCC-5.4"];

    SCOPE_CLAIMS_WITHOUT_TOKEN = "OIDCC-5.4-3", "5.4", Must, Emit,
        "Claims requested by scope are returned in the ID token if there is no access token.",
        oidf ["OIDCC-5.4"], planned "hybrid and implicit";

    CLAIMS_PARAMETER = "OIDCC-5.5-1", "5.5", Must, Accept,
        "`claims` is a JSON object with `userinfo` or `id_token`; the server ignores other members.",
        oidf ["OIDCC-5.5"];

    ESSENTIAL_MISSING = "OIDCC-5.5.1-1", "5.5.1", MustNot, Accept,
        "An essential claim that cannot be returned is not an error unless its own rules say so.",
        oidf ["OIDCC-5.5.1"];

    CLAIM_VALUE = "OIDCC-5.5.1-2", "5.5.1", Must, Refuse,
        "A claim requested with a value is returned only if equal, and another `sub` makes the authentication fail.",
        oidf ["OIDCC-5.5.1"], same ["OIDCC-3.1.2.2-2"];

    ESSENTIAL_ACR = "OIDCC-5.5.1.1-1", "5.5.1.1", Must, Refuse,
        "An essential `acr` with values is met or the authentication fails; a voluntary one is answered with the current class.",
        oidf ["OIDCC-5.5.1.1"];

    NORMAL_CLAIMS = "OIDCC-5.6-1", "5.6", Must, Emit,
        "The server supports normal claims; aggregated and distributed ones are optional.";

    CLAIM_SOURCES = "OIDCC-5.6.2-1", "5.6.2", May, Emit,
        "Aggregated and distributed claims may be returned with `_claim_names` and `_claim_sources`.",
        oidf ["OIDCC-5.6.2"], planned "aggregated and distributed claims";
}

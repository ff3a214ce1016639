//! The library's own rules, for cases that no specification covers.

super::document! {
    "This library", "https://docs.rs/fapi/latest/fapi/#";

    SAME_BROWSER = "FAPI-INTERACTION-1", "interaction", Must, Refuse,
        "An interaction is answered only by the browser that began it.",
        same ["RFC6749-10.12-1", "FAPI2-AM-5.4-1"];

    INTERACTION_OPEN = "FAPI-INTERACTION-2", "interaction", Must, Refuse,
        "Only an open interaction can be answered, and only once.";

    DECISION_FITS = "FAPI-INTERACTION-3", "interaction", Must, Accept,
        "A decision that does not answer the current question is answered with the question that is open.";

    REQUEST_SIZE = "FAPI-LIMITS-1", "limits", Must, Refuse,
        "The server refuses bodies, headers and values above the configured limits.",
        same ["RFC9126-2.3-5"];

    PARAMETER_COUNT = "FAPI-LIMITS-2", "limits", Must, Refuse,
        "The server refuses a request with more parameters than the limit.";

    NUMBER_RANGE = "FAPI-LIMITS-3", "limits", Must, Refuse,
        "The server refuses times and numbers outside of the representable range.";

    ADMISSION = "FAPI-LIMITS-4", "limits", Must, Refuse,
        "The server answers a request above the host's rate limit with status 429.",
        same ["RFC9126-2.3-5"];

    CLIENT_FITS_POLICY = "FAPI-CLIENTS-1", "clients", Must, Refuse,
        "The server does not serve a client whose registration contradicts its policy.";

    CLIENT_ID_SYNTAX = "FAPI-CLIENTS-2", "clients", Must, Refuse,
        "A `client_id` is 1 to 255 printable ASCII characters.";

    PROFILE_IDS_DISTINCT = "FAPI-POLICY-1", "policy", Must, Caller,
        "Every profile that clients may name has its own id.";

    RSA_LIMITS = "FAPI-KEYS-1", "keys", Must, Refuse,
        "An RSA key has at most 8192 bits, an odd modulus, and an odd exponent of at least 3 and at most 32 bits.";

    OWN_TOKEN = "FAPI-TOKENS-1", "tokens", Must, Refuse,
        "An access token of this server contains what this server writes, as it writes it: `kid`, `scope`, `cnf`, and the grant to which it belongs.";

    NOT_OF_THE_FUTURE = "FAPI-TIMES-1", "times", Must, Refuse,
        "The server refuses a client assertion whose `iat` is further in the future than the tolerance allows.";

    STORE_ANSWERS = "FAPI-HOST-1", "host", Must, Caller,
        "The host's store keeps its contract: it applies every write atomically, and its answer is the actual outcome.";

    REFETCH_LIMIT = "FAPI-HOST-2", "host", Must, Caller,
        "The host refuses to refetch one URL by force more often than once a minute.";
}

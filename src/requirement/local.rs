//! This library's own rules, where no specification has one.

super::document! {
    "This library", "https://docs.rs/fapi/latest/fapi/#";

    SAME_BROWSER = "FAPI-INTERACTION-1", "interaction", Must, Refuse,
        "An interaction is answered only by the browser that began it.",
        same ["RFC6749-10.12-1", "FAPI2-AM-5.4-1"];

    INTERACTION_OPEN = "FAPI-INTERACTION-2", "interaction", Must, Refuse,
        "Only an open interaction can be answered, and only once.";

    DECISION_FITS = "FAPI-INTERACTION-3", "interaction", Must, Accept,
        "A verdict that does not answer what is asked now is answered with the question that is open.";

    REQUEST_SIZE = "FAPI-LIMITS-1", "limits", Must, Refuse,
        "Bodies, headers and values above the configured limits are refused.",
        same ["RFC9126-2.3-5"];

    PARAMETER_COUNT = "FAPI-LIMITS-2", "limits", Must, Refuse,
        "A request with more parameters than the limit is refused.";

    NUMBER_RANGE = "FAPI-LIMITS-3", "limits", Must, Refuse,
        "Times and numbers outside of the representable range are refused.";

    ADMISSION = "FAPI-LIMITS-4", "limits", Must, Refuse,
        "A request over the host's rate limit is answered with status 429.",
        same ["RFC9126-2.3-5"];

    CLIENT_FITS_POLICY = "FAPI-CLIENTS-1", "clients", Must, Refuse,
        "A client whose registration contradicts the server's policy is not served.";

    CLIENT_ID_SYNTAX = "FAPI-CLIENTS-2", "clients", Must, Refuse,
        "A `client_id` is 1 to 255 printable ASCII characters.";

    RSA_LIMITS = "FAPI-KEYS-1", "keys", Must, Refuse,
        "An RSA key has at most 8192 bits, an odd modulus, and an odd exponent of at least 3 and at most 32 bits.";

    OWN_TOKEN = "FAPI-TOKENS-1", "tokens", Must, Refuse,
        "An access token of this server has what this server writes, as it writes it: `kid`, `scope`, `cnf`, and the grant it belongs to.";

    NOT_OF_THE_FUTURE = "FAPI-TIMES-1", "times", Must, Refuse,
        "A client assertion whose `iat` lies further ahead than the tolerance is refused.";

    STORE_ANSWERS = "FAPI-HOST-1", "host", Must, Caller,
        "The host's store keeps its contract: every write it is given is atomic, and its answer is the outcome.";

    REFETCH_LIMIT = "FAPI-HOST-2", "host", Must, Caller,
        "The host refuses to refetch one URL by force more often than once a minute.";
}

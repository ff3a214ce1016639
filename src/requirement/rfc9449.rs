//! RFC 9449, OAuth 2.0 Demonstrating Proof of Possession (DPoP).

super::document! {
    "RFC 9449", "https://www.rfc-editor.org/rfc/rfc9449#section-";

    PROOF_EXTENSIBLE = "RFC9449-4.2-10", "4.2", May, Accept,
        "A proof may carry header parameters and claims that are not known here.",
        oidf ["DPOP-4.2"];

    ONE_PROOF = "RFC9449-4.3-1", "4.3", Must, Refuse,
        "A request has at most one DPoP header field.",
        oidf ["DPOP-4.3"];

    PROOF_WELL_FORMED = "RFC9449-4.3-2", "4.3", Must, Refuse,
        "The DPoP header is a single, well-formed JWT.",
        oidf ["DPOP-4.3"];

    PROOF_COMPLETE = "RFC9449-4.3-3", "4.3", Must, Refuse,
        "A proof holds every required claim: `jti`, `htm`, `htu`, `iat`, and `ath` with an access token.",
        oidf ["DPOP-4.3"];

    PROOF_TYP = "RFC9449-4.3-4", "4.3", Must, Refuse,
        "The `typ` of a proof is `dpop+jwt`.",
        oidf ["DPOP-4.3"], same ["RFC9449-11.5-1"];

    PROOF_ALG = "RFC9449-4.3-5", "4.3", Must, Refuse,
        "A proof is signed with an asymmetric algorithm that is supported and allowed by policy.",
        oidf ["DPOP-4.3"], same ["RFC9449-11.6-1"];

    PROOF_SIGNATURE = "RFC9449-4.3-6", "4.3", Must, Refuse,
        "The signature of a proof verifies with the key in its header.",
        oidf ["DPOP-4.3-6", "DPOP-4.3"];

    PROOF_KEY_PUBLIC = "RFC9449-4.3-7", "4.3", Must, Refuse,
        "The key in the header of a proof holds no private part.",
        oidf ["DPOP-4.3"];

    PROOF_HTM = "RFC9449-4.3-8", "4.3", Must, Refuse,
        "The `htm` of a proof is the method of its request.",
        oidf ["DPOP-4.3"];

    PROOF_HTU = "RFC9449-4.3-9", "4.3", Must, Refuse,
        "The `htu` of a proof is the URI of its request, query and fragment ignored.",
        oidf ["DPOP-4.3"];

    PROOF_NONCE = "RFC9449-4.3-10", "4.3", Must, Refuse,
        "Where the server gave the client a nonce, the proof carries it.",
        oidf ["DPOP-4.3"], same ["RFC9449-8-1"];

    PROOF_FRESH = "RFC9449-4.3-11", "4.3", Must, Refuse,
        "A proof was created within the acceptable window, by its `iat` or by its nonce.",
        oidf ["DPOP-4.3"], same ["RFC9449-11.1-1"];

    PROOF_ATH = "RFC9449-4.3-12", "4.3", Must, Refuse,
        "With an access token, `ath` is its hash and the token is bound to the key of the proof.",
        oidf ["DPOP-4.3-12", "DPOP-4.3"];

    HTU_NORMALIZED = "RFC9449-4.3-13", "4.3", Should, Accept,
        "Both URIs are normalized by syntax and scheme before `htu` is compared.",
        oidf ["DPOP-4.3"];

    INVALID_PROOF_ERROR = "RFC9449-5-2", "5", Must, Emit,
        "An invalid proof at the token endpoint is answered with `invalid_dpop_proof`.",
        oidf ["DPOP-5", "RFC9449-5"];

    TOKEN_TYPE_DPOP = "RFC9449-5-3", "5", Must, Emit,
        "The `token_type` of a bound access token is `DPoP`.",
        oidf ["DPOP-5", "RFC9449-5"];

    PUBLIC_REFRESH_BOUND = "RFC9449-5-4", "5", Must, Refuse,
        "A public client's refresh token is bound to its DPoP key, and that key is proved at every refresh.",
        oidf ["DPOP-5", "RFC9449-5"];

    CONFIDENTIAL_REFRESH_UNBOUND = "RFC9449-5-5", "5", MustNot, Accept,
        "A confidential client's refresh token is not bound to its DPoP key, so that the key can change.",
        oidf ["DPOP-5", "RFC9449-5"];

    UNBOUND_TOKEN_ALLOWED = "RFC9449-5-6", "5", May, Emit,
        "A server may issue an unbound bearer token in spite of a proof.",
        oidf ["DPOP-5", "RFC9449-5"], against ["FAPI2-SP-5.3.2.1-4", "FAPI1-ADV-5.2.2-5"];

    ALGORITHMS_PUBLISHED = "RFC9449-5.1-1", "5.1", Should, Emit,
        "Metadata names `dpop_signing_alg_values_supported`.",
        oidf ["DPOP-5.1"];

    CLIENT_ALWAYS_PROVES = "RFC9449-5.2-1", "5.2", Must, Refuse,
        "A client registered with `dpop_bound_access_tokens` is refused tokens without a proof.";

    TOKEN_BOUND_TO_KEY = "RFC9449-6-1", "6", Must, Refuse,
        "A resource server knows whether a token is bound, and refuses a proof by any other key.";

    JKT_IN_TOKEN = "RFC9449-6.1-1", "6.1", Must, Emit,
        "A JWT access token carries the SHA-256 thumbprint of its key in `cnf.jkt`.";

    JKT_IN_INTROSPECTION = "RFC9449-6.2-1", "6.2", Must, Emit,
        "Introspection of a bound token returns `cnf.jkt`, and `DPoP` as its token type if any.";

    INTROSPECTION_NEEDS_NO_PROOF = "RFC9449-6.2-2", "6.2", MustNot, Accept,
        "The introspection endpoint demands no proof for the token in question.";

    RESOURCE_PROOF = "RFC9449-7.1-1", "7.1", Must, Refuse,
        "A token sent with the DPoP scheme grants access only with a proof that passes every check.",
        oidf ["DPOP-7.1"];

    DPOP_CHALLENGE = "RFC9449-7.1-2", "7.1", Must, Emit,
        "A request without valid credentials is answered with status 401 and a DPoP challenge.",
        oidf ["DPOP-7.1"];

    CHALLENGE_ERROR = "RFC9449-7.1-3", "7.1", Should, Emit,
        "The challenge names the error if a token was presented.",
        oidf ["DPOP-7.1"];

    CHALLENGE_ALGS = "RFC9449-7.1-4", "7.1", Should, Emit,
        "The challenge lists the acceptable algorithms in `algs`.",
        oidf ["DPOP-7.1"];

    NO_PROXY_SCHEME = "RFC9449-7.1-5", "7.1", MustNot, Emit,
        "The DPoP scheme is not used for proxy authentication.",
        oidf ["DPOP-7.1"];

    NO_BEARER_DOWNGRADE = "RFC9449-7.2-1", "7.2", Must, Refuse,
        "A DPoP-bound token presented as Bearer is refused.",
        oidf ["DPOP-7.2"];

    BARE_CHALLENGE = "RFC9449-7.2-2", "7.2", ShouldNot, Emit,
        "A request without authentication information is challenged without error details.",
        oidf ["DPOP-7.2"], same ["RFC6750-3.1-4"];

    ERROR_IN_USED_SCHEME = "RFC9449-7.2-3", "7.2", Should, Emit,
        "Error details stand in the challenge of the scheme that was used.",
        oidf ["DPOP-7.2"];

    NONCE_DEMANDED = "RFC9449-8-1", "8", May, Refuse,
        "A proof without nonce may be refused with `use_dpop_nonce` and a DPoP-Nonce header.",
        same ["FAPI2-SP-5.3.2.1-10", "RFC9449-4.3-10", "RFC9449-9-1", "RFC9449-11.3-1"];

    NONCE_UNPREDICTABLE = "RFC9449-8-2", "8", Must, Emit,
        "Nonces cannot be predicted.";

    ONE_NONCE_HEADER = "RFC9449-8-3", "8", MustNot, Emit,
        "A response has at most one DPoP-Nonce header.";

    NONCE_RECENT = "RFC9449-8-4", "8", Must, Refuse,
        "A nonce that the server did not recently give is refused.";

    NONCE_EXPOSED = "RFC9449-8-5", "8", Should, Caller,
        "For browser clients, DPoP-Nonce is listed in Access-Control-Expose-Headers.";

    NONCE_SYNTAX = "RFC9449-8.1-1", "8.1", Must, Emit,
        "A nonce is one or more printable ASCII characters without space, quote or backslash.",
        oidf ["DPOP-8.1"];

    NONCE_UNCACHEABLE = "RFC9449-8.2-2", "8.2", Should, Emit,
        "A response with a DPoP-Nonce header is not cacheable.";

    RESOURCE_NONCE = "RFC9449-9-1", "9", Must, Refuse,
        "A resource server demands its own nonce with status 401 and error `use_dpop_nonce`.",
        same ["RFC9449-8-1"];

    CODE_BOUND_TO_KEY = "RFC9449-10-1", "10", Must, Refuse,
        "A code requested with `dpop_jkt` is redeemed only with a proof by that key.",
        oidf ["DPOP-10"], same ["RFC9449-10.1-2"];

    PUSH_PROOF_BINDS = "RFC9449-10.1-2", "10.1", Must, Refuse,
        "A DPoP proof on a pushed request is checked and binds the code like `dpop_jkt`.",
        oidf ["DPOP-10.1"], same ["RFC9449-10-1"];

    BOTH_BINDINGS_OFFERED = "RFC9449-10.1-3", "10.1", Must, Accept,
        "A pushed request may bind its code by `dpop_jkt` and by a DPoP header.",
        oidf ["DPOP-10.1"], same ["FAPI2-SP-5.3.2.1-12"];

    BINDINGS_AGREE = "RFC9449-10.1-4", "10.1", Must, Refuse,
        "A pushed request whose `dpop_jkt` differs from the key of its proof is refused.",
        oidf ["DPOP-10.1"];

    PROOF_SHORT_LIVED = "RFC9449-11.1-1", "11.1", Must, Refuse,
        "Proofs are accepted only for a limited time after their creation.",
        oidf ["DPOP-11.1"], same ["RFC9449-4.3-11"];

    PROOF_ONCE = "RFC9449-11.1-2", "11.1", May, Refuse,
        "A proof whose `jti` was seen before at the same URI may be refused.",
        oidf ["DPOP-11.1"], same ["FAPI2-SP-6.2-1"];

    JTI_SIZE = "RFC9449-11.1-3", "11.1", Should, Refuse,
        "Where `jti` values are remembered, overlong ones are refused or only their hash is kept.",
        oidf ["DPOP-11.1"];

    PROOF_NEAR_FUTURE = "RFC9449-11.1-4", "11.1", May, Accept,
        "A proof whose `iat` lies in the near future may be accepted.",
        oidf ["DPOP-11.1"];

    NO_LONG_LIVED_TOKENS = "RFC9449-11.2-1", "11.2", ShouldNot, Emit,
        "Without nonces, DPoP-bound access tokens are not long-lived.";

    NONCE_NO_DOWNGRADE = "RFC9449-11.3-1", "11.3", MustNot, Refuse,
        "Once a nonce was given to a client, no proof without nonce is accepted from it.",
        same ["RFC9449-8-1"];

    PROOF_TYP_DISTINCT = "RFC9449-11.5-1", "11.5", Must, Refuse,
        "The `typ` is verified, so that a JWT made for another purpose never passes as a proof.",
        same ["RFC9449-4.3-4"];

    PROOF_ALG_SECURE = "RFC9449-11.6-1", "11.6", Must, Refuse,
        "Only secure asymmetric algorithms sign proofs, never `none`.",
        same ["RFC9449-4.3-5"];
}

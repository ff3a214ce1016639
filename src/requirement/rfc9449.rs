//! RFC 9449, OAuth 2.0 Demonstrating Proof of Possession (DPoP).

super::document! {
    "RFC 9449", "https://www.rfc-editor.org/rfc/rfc9449#section-";

    PROOF_EXTENSIBLE = "RFC9449-4.2-10", "4.2", May, Accept,
        "A proof may contain header parameters and claims that the server does not know.",
        oidf ["DPOP-4.2"];

    ONE_PROOF = "RFC9449-4.3-1", "4.3", Must, Refuse,
        "A request has at most one DPoP header field.",
        oidf ["DPOP-4.3"];

    PROOF_WELL_FORMED = "RFC9449-4.3-2", "4.3", Must, Refuse,
        "The DPoP header is a single, well-formed JWT.",
        oidf ["DPOP-4.3"];

    PROOF_COMPLETE = "RFC9449-4.3-3", "4.3", Must, Refuse,
        "A proof contains every required claim: `jti`, `htm`, `htu`, `iat`, and `ath` with an access token.",
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
        "The key in the header of a proof contains no private part.",
        oidf ["DPOP-4.3"];

    PROOF_HTM = "RFC9449-4.3-8", "4.3", Must, Refuse,
        "The `htm` of a proof is the method of its request.",
        oidf ["DPOP-4.3"];

    PROOF_HTU = "RFC9449-4.3-9", "4.3", Must, Refuse,
        "The `htu` of a proof is the URI of its request, without query and fragment.",
        oidf ["DPOP-4.3"];

    PROOF_NONCE = "RFC9449-4.3-10", "4.3", Must, Refuse,
        "If the server gave the client a nonce, the proof contains it.",
        oidf ["DPOP-4.3"], same ["RFC9449-8-1"];

    PROOF_FRESH = "RFC9449-4.3-11", "4.3", Must, Refuse,
        "A proof was created within the acceptable time window, by its `iat` or by its nonce.",
        oidf ["DPOP-4.3"], same ["RFC9449-11.1-1"];

    PROOF_ATH = "RFC9449-4.3-12", "4.3", Must, Refuse,
        "With an access token, `ath` is its hash, and the token is bound to the key of the proof.",
        oidf ["DPOP-4.3-12", "DPOP-4.3"];

    HTU_NORMALIZED = "RFC9449-4.3-13", "4.3", Should, Accept,
        "The server should normalize both URIs by syntax and scheme before it compares `htu`.",
        oidf ["DPOP-4.3"];

    INVALID_PROOF_ERROR = "RFC9449-5-2", "5", Must, Emit,
        "The token endpoint answers an invalid proof with `invalid_dpop_proof`.",
        oidf ["DPOP-5", "RFC9449-5"];

    TOKEN_TYPE_DPOP = "RFC9449-5-3", "5", Must, Emit,
        "The `token_type` of a bound access token is `DPoP`.",
        oidf ["DPOP-5", "RFC9449-5"];

    PUBLIC_REFRESH_BOUND = "RFC9449-5-4", "5", Must, Refuse,
        "A public client's refresh token is bound to its DPoP key, and that key is proven at every refresh.",
        oidf ["DPOP-5", "RFC9449-5"];

    CONFIDENTIAL_REFRESH_UNBOUND = "RFC9449-5-5", "5", MustNot, Accept,
        "A confidential client's refresh token is not bound to its DPoP key, so that the key can change.",
        oidf ["DPOP-5", "RFC9449-5"];

    UNBOUND_TOKEN_ALLOWED = "RFC9449-5-6", "5", May, Emit,
        "A server may issue an unbound bearer token despite a proof.",
        oidf ["DPOP-5", "RFC9449-5"], against ["FAPI2-SP-5.3.2.1-4", "FAPI1-ADV-5.2.2-5"];

    ALGORITHMS_PUBLISHED = "RFC9449-5.1-1", "5.1", Should, Emit,
        "Metadata should contain `dpop_signing_alg_values_supported`.",
        oidf ["DPOP-5.1"];

    CLIENT_ALWAYS_PROVES = "RFC9449-5.2-1", "5.2", Must, Refuse,
        "The server refuses tokens without a proof to a client registered with `dpop_bound_access_tokens`.";

    TOKEN_BOUND_TO_KEY = "RFC9449-6-1", "6", Must, Refuse,
        "A resource server knows whether a token is bound, and refuses a proof by any other key.";

    JKT_IN_TOKEN = "RFC9449-6.1-1", "6.1", Must, Emit,
        "A JWT access token contains the SHA-256 thumbprint of its key in `cnf.jkt`.";

    JKT_IN_INTROSPECTION = "RFC9449-6.2-1", "6.2", Must, Emit,
        "Introspection of a bound token returns `cnf.jkt`, and `DPoP` as its token type if any.";

    INTROSPECTION_NEEDS_NO_PROOF = "RFC9449-6.2-2", "6.2", MustNot, Accept,
        "The introspection endpoint does not require a proof for the token in question.";

    RESOURCE_PROOF = "RFC9449-7.1-1", "7.1", Must, Refuse,
        "A token sent with the DPoP scheme grants access only with a proof that passes every check.",
        oidf ["DPOP-7.1"];

    DPOP_CHALLENGE = "RFC9449-7.1-2", "7.1", May, Emit,
        "The resource server may answer a request without valid credentials with status 401 and a DPoP challenge.",
        oidf ["DPOP-7.1"];

    CHALLENGE_ERROR = "RFC9449-7.1-3", "7.1", Should, Emit,
        "The challenge should name the error if a token was presented.",
        oidf ["DPOP-7.1"];

    CHALLENGE_ALGS = "RFC9449-7.1-4", "7.1", Should, Emit,
        "The challenge should list the acceptable algorithms in `algs`.",
        oidf ["DPOP-7.1"];

    NO_PROXY_SCHEME = "RFC9449-7.1-5", "7.1", MustNot, Emit,
        "The DPoP scheme is not used for proxy authentication.",
        oidf ["DPOP-7.1"];

    NO_BEARER_DOWNGRADE = "RFC9449-7.2-1", "7.2", Must, Refuse,
        "The resource server refuses a DPoP-bound token that is presented as Bearer.",
        oidf ["DPOP-7.2"];

    BARE_CHALLENGE = "RFC9449-7.2-2", "7.2", ShouldNot, Emit,
        "The challenge to a request without authentication information should contain no error details.",
        oidf ["DPOP-7.2"], same ["RFC6750-3.1-4"];

    ERROR_IN_USED_SCHEME = "RFC9449-7.2-3", "7.2", Should, Emit,
        "Error details should be in the challenge of the scheme that was used.",
        oidf ["DPOP-7.2"];

    NONCE_DEMANDED = "RFC9449-8-1", "8", May, Refuse,
        "The server may refuse a proof without nonce with `use_dpop_nonce` and a DPoP-Nonce header.",
        same ["FAPI2-SP-5.3.2.1-10", "RFC9449-4.3-10", "RFC9449-9-1", "RFC9449-11.3-1"];

    NONCE_UNPREDICTABLE = "RFC9449-8-2", "8", Must, Emit,
        "Nonces cannot be predicted.";

    ONE_NONCE_HEADER = "RFC9449-8-3", "8", MustNot, Emit,
        "A response has at most one DPoP-Nonce header.";

    NONCE_RECENT = "RFC9449-8-4", "8", Must, Refuse,
        "The server refuses a nonce that it did not issue recently.";

    NONCE_EXPOSED = "RFC9449-8-5", "8", Should, Caller,
        "For browser clients, DPoP-Nonce should be listed in Access-Control-Expose-Headers.";

    NONCE_SYNTAX = "RFC9449-8.1-1", "8.1", Must, Emit,
        "A nonce is one or more printable ASCII characters without space, quote or backslash.",
        oidf ["DPOP-8.1"];

    NONCE_UNCACHEABLE = "RFC9449-8.2-2", "8.2", Should, Emit,
        "A response with a DPoP-Nonce header should not be cacheable.";

    RESOURCE_NONCE = "RFC9449-9-1", "9", Must, Refuse,
        "A resource server requests its own nonce with status 401 and error `use_dpop_nonce`.",
        same ["RFC9449-8-1"];

    CODE_BOUND_TO_KEY = "RFC9449-10-1", "10", Must, Refuse,
        "A code requested with `dpop_jkt` is redeemed only with a proof by that key.",
        oidf ["DPOP-10"], same ["RFC9449-10.1-2"];

    PUSH_PROOF_BINDS = "RFC9449-10.1-2", "10.1", Must, Refuse,
        "The server checks a DPoP proof on a pushed request and binds the code to its key, as with `dpop_jkt`.",
        oidf ["DPOP-10.1"], same ["RFC9449-10-1"];

    BOTH_BINDINGS_OFFERED = "RFC9449-10.1-3", "10.1", Must, Accept,
        "A pushed request may bind its code by `dpop_jkt` and by a DPoP header.",
        oidf ["DPOP-10.1"], same ["FAPI2-SP-5.3.2.1-12"];

    BINDINGS_AGREE = "RFC9449-10.1-4", "10.1", Must, Refuse,
        "The server refuses a pushed request whose `dpop_jkt` differs from the key of its proof.",
        oidf ["DPOP-10.1"];

    PROOF_SHORT_LIVED = "RFC9449-11.1-1", "11.1", Must, Refuse,
        "The server accepts proofs only for a limited time after their creation.",
        oidf ["DPOP-11.1"], same ["RFC9449-4.3-11"];

    PROOF_ONCE = "RFC9449-11.1-2", "11.1", May, Refuse,
        "The server may refuse a proof whose `jti` was seen before at the same URI.",
        oidf ["DPOP-11.1"], same ["FAPI2-SP-6.2-1"];

    JTI_SIZE = "RFC9449-11.1-3", "11.1", Should, Refuse,
        "If `jti` values are remembered, the server should refuse overlong ones or keep only their hash.",
        oidf ["DPOP-11.1"];

    PROOF_NEAR_FUTURE = "RFC9449-11.1-4", "11.1", May, Accept,
        "The server may accept a proof whose `iat` is in the near future.",
        oidf ["DPOP-11.1"];

    NO_LONG_LIVED_TOKENS = "RFC9449-11.2-1", "11.2", ShouldNot, Emit,
        "Without nonces, DPoP-bound access tokens should not be long-lived.";

    NONCE_NO_DOWNGRADE = "RFC9449-11.3-1", "11.3", MustNot, Refuse,
        "Once the server has given a nonce to a client, it accepts no proof without nonce from that client.",
        same ["RFC9449-8-1"];

    PROOF_TYP_DISTINCT = "RFC9449-11.5-1", "11.5", Must, Refuse,
        "The server verifies the `typ`, so that it never accepts a JWT made for another purpose as a proof.",
        same ["RFC9449-4.3-4"];

    PROOF_ALG_SECURE = "RFC9449-11.6-1", "11.6", Must, Refuse,
        "Only secure asymmetric algorithms sign proofs, never `none`.",
        same ["RFC9449-4.3-5"];
}

//! Whole flows, driven by independent client crates.

use super::{Scenario, client_credentials, front_channel, openid, run};
use crate::relying_party::{huskarl, oauth2, openidconnect};
use crate::session::REVOCATION_DELAY;
use crate::variant::{Protocol, Variant};
use fapi::requirement::{fapi2_sp, oidcc, rfc6749, rfc7009, rfc7636, rfc7662, rfc9126, rfc9207};

pub(super) static SCENARIOS: &[Scenario] = &[
    Scenario::positive("relying-party-huskarl", "The client crate huskarl gets tokens, uses, refreshes and revokes them.", run!(huskarl::code_flow))
        .when(front_channel)
        .rarely(2 * REVOCATION_DELAY)
        .requires(&[
            &fapi2_sp::METADATA_PUBLISHED,
            &fapi2_sp::PUSH_OFFERED,
            &rfc9126::PUSH_CREATED,
            &fapi2_sp::CODE_BINDING_OFFERED,
            &rfc7636::S256_SUPPORTED,
            &rfc9207::RESPONSE_ISS,
            &rfc9207::ISS_AS_PUBLISHED,
            &rfc6749::STATE_ECHOED,
            &rfc6749::TOKEN_RESPONSE,
            &oidcc::TOKEN_RESPONSE,
            &oidcc::NONCE_COPIED,
            &oidcc::USERINFO_SUBJECT,
            &fapi2_sp::TOKEN_IN_HEADER,
            &rfc7009::REFRESH_TOKENS_REVOCABLE,
            &rfc6749::INVALID_GRANT,
        ])
        .asserts(&[
            "as either client, huskarl discovers the server and pushes: client assertion for the issuer or certificate, S256, dpop_jkt and a proof with DPoP",
            "it accepts the authorization response with its state and the iss of the metadata",
            "it redeems the code with a proof or certificate, and verifies the signature, iss, aud, exp and nonce of the ID token",
            "userinfo has the ID token's sub; the resource answers 2xx to a token with ath or certificate",
            "if it got a refresh token: refresh and new tokens work; after revocation it gets invalid_grant",
        ]),
    Scenario::positive(
        "relying-party-openidconnect",
        "The client crate openidconnect logs a user in with a request that the suite's client pushes.",
        run!(openidconnect::code_flow),
    )
    .when(openid)
    .requires(&[
        &fapi2_sp::METADATA_PUBLISHED,
        &fapi2_sp::PUSH_OFFERED,
        &rfc9126::PUSH_CREATED,
        &rfc7636::S256_SUPPORTED,
        &rfc9207::RESPONSE_ISS,
        &rfc6749::STATE_ECHOED,
        &oidcc::TOKEN_RESPONSE,
        &oidcc::ID_TOKEN_CLAIMS,
        &oidcc::NONCE_COPIED,
        &oidcc::AT_HASH,
        &oidcc::USERINFO_SUBJECT,
        &oidcc::REFRESHED_ID_TOKEN,
    ])
    .asserts(&[
        "as either client, openidconnect discovers the server and its keys; the suite's client pushes its parameters unchanged",
        "it redeems the code with its PKCE verifier; the proof and the client assertion are added to its request",
        "it verifies the signature, iss, aud, exp, nonce and, if there is one, at_hash of the ID token",
        "userinfo has the ID token's sub",
        "if it got a refresh token: the refresh works, and an ID token that comes with it is valid and has the same sub",
    ]),
    Scenario::positive(
        "relying-party-oauth2",
        "The client crate oauth2 gets, refreshes, introspects and revokes tokens; the suite's client pushes its request.",
        run!(oauth2::code_flow),
    )
    .when(plain)
    .rarely(6 * REVOCATION_DELAY)
    .requires(&[
        &fapi2_sp::PUSH_OFFERED,
        &rfc9126::PUSH_CREATED,
        &rfc7636::S256_SUPPORTED,
        &rfc9207::RESPONSE_ISS,
        &rfc6749::STATE_ECHOED,
        &rfc6749::TOKEN_RESPONSE,
        &fapi2_sp::TOKEN_IN_HEADER,
        &rfc7662::ACTIVE_ANSWER,
        &rfc7009::REFRESH_TOKENS_REVOCABLE,
        &rfc6749::INVALID_GRANT,
    ])
    .asserts(&[
        "as either client: the suite's client pushes oauth2's parameters unchanged",
        "it redeems the code with its PKCE verifier; the proof and the client assertion are added to its request",
        "the resource answers 2xx, before and after a refresh",
        "introspection, if clients may use it, returns active: true, and active: false after a revocation over https",
        "a revoked refresh token gets invalid_grant",
    ]),
    Scenario::positive(
        "relying-party-huskarl-client-credentials",
        "The client crate huskarl gets a token for itself and uses it.",
        run!(huskarl::client_credentials),
    )
    .when(client_credentials)
    .requires(&[&fapi2_sp::METADATA_PUBLISHED, &rfc6749::TOKEN_RESPONSE_SHAPE, &fapi2_sp::TOKEN_IN_HEADER])
    .asserts(&[
        "as either client, huskarl discovers the server and gets a token: client assertion for the issuer or certificate, proof with DPoP",
        "the resource answers 2xx to the token with ath or certificate",
    ]),
    Scenario::positive(
        "relying-party-oauth2-client-credentials",
        "The client crate oauth2 gets a token for itself, uses, introspects and revokes it.",
        run!(oauth2::client_credentials),
    )
    .when(client_credentials)
    .rarely(2 * REVOCATION_DELAY)
    .requires(&[&rfc6749::TOKEN_RESPONSE_SHAPE, &fapi2_sp::TOKEN_IN_HEADER, &rfc7662::ACTIVE_ANSWER])
    .asserts(&[
        "as either client, oauth2 gets a token; the proof and the client assertion are added to its request",
        "the resource answers 2xx",
        "introspection, if clients may use it, returns active: true, and active: false after a revocation over https",
    ]),
];

fn plain(variant: &Variant) -> bool {
    variant.front_channel() && variant.protocol() == Some(Protocol::OAuth)
}

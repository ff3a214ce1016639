//! Deviations that scenarios see in passing.

use super::{EVERYTHING_ELSE, Scenario};
use crate::finding::skip;
use fapi::requirement::{fapi2_sp, oauth2_rt, oidcc, rfc6749, rfc9126, rfc9207};

pub(super) static SCENARIOS: &[Scenario] =
    &[Scenario::positive(EVERYTHING_ELSE, "Replies that no other scenario is about are correct as well.", |_| {
        Box::pin(async { skip("it tells what other scenarios see, and none ran") })
    })
    .requires(&[
        &rfc6749::TOKEN_ERROR_SHAPE,
        &rfc9126::ERROR_FORMAT,
        &rfc9126::PUSH_CREATED,
        &rfc6749::TOKEN_RESPONSE_SHAPE,
        &rfc6749::NO_STORE,
        &rfc6749::ERROR_REDIRECTED,
        &rfc6749::STATE_ECHOED,
        &rfc6749::NO_REPEATED_PARAMETER,
        &rfc6749::REDIRECT_ABSOLUTE,
        &rfc9207::ISS_AS_PUBLISHED,
        &fapi2_sp::RESPONSE_ISS,
        &fapi2_sp::CREDENTIAL_ENTROPY,
        &oauth2_rt::DEFAULT_RESPONSE_MODE,
        &oidcc::ID_TOKEN_SIGNED,
        &oidcc::ID_TOKEN_CLAIMS,
    ])
    .asserts(&[
        "a deviation that other scenarios see, and are not about, is told here, once for the server",
        "a deviation that a scenario about its clause tells is not told again",
    ])];

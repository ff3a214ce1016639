//! Refresh tokens: who gets `offline_access`, and who gets a refresh token because of it.

use super::Audience;
use crate::api::OfflineAccess;
use crate::error_code::ErrorCode::InvalidGrant;
use crate::policy::Policy;
use crate::refusal::{Also, Refusal};
use crate::requirement::{ocp, oidcc};
use crate::scope::Scope;
use crate::table::Is::{Any, No, Yes};
use crate::table::{Case, Table};

/// The fate of `offline_access` in a request. Exhaustive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Offline {
    /// It stays in the scope.
    Kept,
    /// It is left out of the scope.
    Dropped,
}

/// The scope `offline_access`.
pub const OFFLINE: Table<4, Offline> = Table {
    name: "offline access",
    inputs: ["API forbids", "API allows", "openid asked", "prompt=consent"],
    cases: &[
        Case { when: [Yes, Any, Any, Any], then: Offline::Dropped, basis: &ocp::api::OFFLINE },
        Case { when: [Any, No, Yes, No], then: Offline::Dropped, basis: &oidcc::OFFLINE_ACCESS },
        Case { when: [Any, Any, Any, Any], then: Offline::Kept, basis: &ocp::pipe::OFFLINE_GRANTED },
    ],
};

/// A refresh token. Exhaustive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefreshToken {
    /// The client gets one.
    Issued,
    /// It gets none.
    Withheld,
}

/// The refresh token of a code, for a client that has the grant type.
pub const REFRESH_TOKEN: Table<4, RefreshToken> = Table {
    name: "refresh token",
    inputs: ["conformant", "offline_access asked", "device sent", "offline_access granted"],
    cases: &[
        Case { when: [Yes, Any, Any, Yes], then: RefreshToken::Issued, basis: &ocp::pipe::OFFLINE_GRANTED },
        Case { when: [No, Yes, Yes, Any], then: RefreshToken::Issued, basis: &ocp::pipe::LEGACY_REFRESH },
        Case { when: [Any, Any, Any, Any], then: RefreshToken::Withheld, basis: &ocp::pipe::DEVICE_LEGACY },
    ],
};

/// Ends the use of refresh tokens that come from `offline_access` in this scope if the audience does not allow it any more.
pub(crate) fn still_offline(policy: &Policy, audience: Audience<'_>, scope: &Scope) -> Result<(), Refusal> {
    let kept = || offline(audience, scope.contains("openid"), true).then == Offline::Kept;
    let still = !scope.contains("offline_access") || kept();
    let words = "The API allows no offline access any more, so that its refresh tokens are of no use.";
    policy.refresh_token.require(&still, InvalidGrant, words).also(&ocp::api::OFFLINE)
}

/// The fate of `offline_access` for this audience. Userinfo alone says nothing about it.
pub(super) fn offline(audience: Audience<'_>, openid: bool, consent_prompted: bool) -> &'static Case<4, Offline> {
    let allowed = audience.api().map_or(OfflineAccess::WithConsent, |api| api.allow_offline_access);
    let (forbids, allows) = (allowed == OfflineAccess::Never, allowed == OfflineAccess::Allowed);
    OFFLINE.decide([forbids, allows, openid, consent_prompted])
}

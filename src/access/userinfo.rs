//! Userinfo as an audience of its own.

use crate::api::Api;
use crate::requirement::ocp;
use crate::table::Is::{Any, Yes};
use crate::table::{Case, Table};

/// The recipients of a token for an API. Exhaustive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recipients {
    /// The API, and userinfo.
    UserinfoToo,
    /// The API alone.
    ApiOnly,
}

/// The recipients that a token for an API names in `aud`.
pub const USERINFO: Table<3, Recipients> = Table {
    name: "userinfo as audience",
    inputs: ["listed", "signed with a public key", "openid granted"],
    cases: &[
        Case { when: [Yes, Yes, Yes], then: Recipients::UserinfoToo, basis: &ocp::pipe::USERINFO_TOO },
        Case { when: [Any, Any, Any], then: Recipients::ApiOnly, basis: &ocp::pipe::USERINFO_BY_SIGNATURE },
    ],
};

/// Returns true if a token for the API names userinfo beside it.
pub(crate) fn is_for_userinfo(api: &Api, listed: bool, openid: bool) -> bool {
    USERINFO.decide([listed, is_signed_with_a_public_key(api), openid]).then == Recipients::UserinfoToo
}

/// Returns true if nobody but this server can make tokens for the API. References are made by this server alone, too.
pub(crate) fn is_signed_with_a_public_key(api: &Api) -> bool {
    !api.signing_alg.is_some_and(|algorithm| algorithm.is_symmetric()) || !api.dialect.is_signed()
}

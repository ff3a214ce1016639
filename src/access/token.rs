//! The access token that an audience gets: its recipients, its dialect, its lifetime and its algorithm.

use super::{Audience, is_for_userinfo};
use crate::api::{Api, Dialect};
use crate::detail::words;
use crate::error_code::ErrorCode::{InvalidTarget, UnauthorizedClient};
use crate::jose::Algorithm;
use crate::policy::Policy;
use crate::refusal::Refusal;
use crate::requirement::local;
use crate::settings::{Settings, UserinfoAudience};
use crate::time::Timestamp;

impl Audience<'_> {
    /// The recipients of a token: the audience, and userinfo where tokens say that they are for it too.
    pub(crate) fn recipients(self, settings: &Settings, openid: bool) -> Vec<String> {
        let listed = settings.switches.userinfo_audience == UserinfoAudience::Listed;
        let too = self.api().is_some_and(|api| is_for_userinfo(api, listed, openid));
        let userinfo = too.then(|| settings.endpoints.userinfo.clone());
        std::iter::once(self.identifier().to_owned()).chain(userinfo).collect()
    }

    /// The dialect of its tokens. Those for userinfo alone are references.
    pub(crate) fn dialect(self) -> Dialect {
        self.api().map_or(Dialect::Opaque, |api| api.dialect)
    }

    /// Seconds that its tokens are valid.
    pub(crate) fn token_lifetime(self, settings: &Settings) -> u32 {
        let of_server = settings.lifetimes.access_token;
        self.api().map_or(of_server, |api| api.token_lifetime.seconds(of_server))
    }
}

/// The algorithm of the signed tokens of an API, if the policy admits it.
pub(crate) fn signing_algorithm(settings: &Settings, policy: &Policy, api: &Api, now: Timestamp) -> Result<Algorithm, Refusal> {
    let usable = |algorithm: &Algorithm| algorithm.is_symmetric() || settings.keys.signing_key(*algorithm, now).is_some();
    let algorithm = settings.signing_algorithm_under(policy, api, now).filter(usable);
    let algorithm = local::CLIENT_FITS_POLICY.demand(
        algorithm,
        UnauthorizedClient,
        "This server has no key to sign access tokens with that the policy of the client allows.",
    )?;
    policy.issued_algorithm.require(
        &algorithm,
        InvalidTarget,
        words!("Access tokens for this API are signed with {}; allowed: {}.", algorithm, policy.issued_algorithm.expected()),
    )?;
    Ok(algorithm)
}

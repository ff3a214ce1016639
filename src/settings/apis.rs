//! The check of one API among the settings.

use super::Settings;
use super::mistake::{Mistake, Weight};
use crate::api::{AccessPolicy, Api, TokenLifetime};
use crate::jose::Algorithm;
use crate::policy::{OwnRules, Policy};
use crate::requirement::{Requirement, fapi2_sp, ocp, rfc8707};

/// Names that OpenID Connect gives to scope tokens and claims, and that no API can give to its own scope tokens.
pub const RESERVED_SCOPES: &[&str] = &[
    "address",
    "created_at",
    "email",
    "email_verified",
    "family_name",
    "given_name",
    "identities",
    "name",
    "nickname",
    "offline_access",
    "openid",
    "phone",
    "picture",
    "profile",
];

/// The longest lifetime, in seconds, that needs no warning under a policy that binds tokens to their senders.
const LONG_LIFETIME: u32 = 3600;

/// Every mistake in the APIs, and every unwise choice.
pub(super) fn api_mistakes(settings: &Settings) -> impl Iterator<Item = Mistake> {
    settings.apis.iter().enumerate().flat_map(|(index, api)| of_api(settings, index, api))
}

fn of_api(settings: &Settings, index: usize, api: &Api) -> Vec<Mistake> {
    let mut found = Found { index, api, mistakes: vec![] };
    found.wrong("identifier", !api.identifier.is_empty(), "it is empty".into(), &rfc8707::RESOURCE_ABSOLUTE);
    let same = settings.apis.iter().filter(|other| other.identifier == api.identifier).count();
    found.wrong("identifier", same == 1, format!("{same} APIs have this identifier"), &ocp::api::IDENTIFIER);
    let userinfo = api.identifier == settings.endpoints.userinfo;
    found.wrong("identifier", !userinfo, "it is that of userinfo".into(), &ocp::pipe::USERINFO_OPAQUE);
    found.wrong("name", !api.name.contains(['<', '>']), "its name has < or >".into(), &ocp::api::NAME);
    for reserved in api.scopes.scope().iter().filter(|token| RESERVED_SCOPES.contains(token)) {
        found.wrong("scopes", false, format!("the scope {reserved:?} is reserved"), &ocp::scp::RESERVED);
    }
    found.lifetimes(settings);
    let permissions = !api.dialect.has_permissions() || api.enforce_policies;
    let text = format!("the dialect {} lists permissions, which needs enforce_policies", api.dialect.name());
    found.wrong("dialect", permissions, text, &ocp::api::PERMISSIONS_NEED_ROLES);
    match settings.policy_with(&api.profiles, &OwnRules::default()) {
        Ok(policy) => found.within(settings, &policy),
        Err(error) => found.wrong("profiles", false, format!("the API {:?}: {error}", api.identifier), error.basis()),
    }
    found.mistakes
}

struct Found<'a> {
    index: usize,
    api: &'a Api,
    mistakes: Vec<Mistake>,
}

impl Found<'_> {
    fn wrong(&mut self, member: &str, holds: bool, text: String, basis: &'static Requirement) {
        self.add(member, holds, text, basis, Weight::Wrong);
    }

    fn unwise(&mut self, member: &str, holds: bool, text: String, basis: &'static Requirement) {
        self.add(member, holds, text, basis, Weight::Unwise);
    }

    fn add(&mut self, member: &str, holds: bool, text: String, basis: &'static Requirement, weight: Weight) {
        if !holds {
            let place = format!("apis[{}].{member}", self.index);
            self.mistakes.push(Mistake { place, text, basis, weight });
        }
    }

    fn lifetimes(&mut self, settings: &Settings) {
        let longest = Api::MAX_TOKEN_LIFETIME;
        let lifetime = self.api.token_lifetime.seconds(settings.lifetimes.access_token);
        let registered = !matches!(self.api.token_lifetime, TokenLifetime::OfServer);
        let allowed = !registered || (1..=longest).contains(&lifetime);
        let text = format!("token_lifetime is {lifetime} seconds; allowed are 1 to {longest}");
        self.wrong("token_lifetime", allowed, text, &ocp::api::LIFETIME);
        if let Some(web) = self.api.token_lifetime_for_web {
            let text = format!("token_lifetime_for_web is {web} seconds; allowed are 1 to {lifetime}, the token_lifetime");
            self.wrong("token_lifetime_for_web", (1..=lifetime).contains(&web), text, &ocp::api::LIFETIME_FOR_WEB);
        }
    }

    fn within(&mut self, settings: &Settings, policy: &Policy) {
        let open = self.api.access.client == AccessPolicy::AllowAll;
        let granted = policy.client_grant.admits(&!open);
        let text = "access.client is allow_all; allowed are require_client_grant and deny_all".into();
        self.wrong("access.client", granted, text, &ocp::acc::NO_OPEN_CLIENTS);
        let lifetime = self.api.token_lifetime.seconds(settings.lifetimes.access_token);
        let strict = policy.sender_constraint.value().is_some();
        let text = format!("token_lifetime is {lifetime} seconds, although the policy is strict; {LONG_LIFETIME} would do");
        self.unwise("token_lifetime", !strict || lifetime <= LONG_LIFETIME, text, &ocp::api::LIFETIME_BOUNDS);
        let Some(algorithm) = self.api.signing_alg else { return };
        let served = algorithm == Algorithm::HS256 || settings.keys.all_algorithms().any(|known| known == algorithm);
        let text = format!("signing_alg is {algorithm}, and this server has no key for it");
        self.wrong("signing_alg", served, text, &ocp::api::ALG);
        let admitted = policy.issued_algorithm.admits(&algorithm);
        let text = format!("signing_alg is {algorithm}, which the policy does not allow");
        self.wrong("signing_alg", admitted, text, &fapi2_sp::SIGNING_ALGORITHMS);
        if algorithm.is_symmetric() {
            let shares =
                |other: &&Api| other.identifier != self.api.identifier && other.signing_secret == self.api.signing_secret;
            let alone = self.api.signing_secret.is_none() || !settings.apis.iter().any(|other| shares(&other));
            self.wrong(
                "signing_secret",
                alone,
                "its signing_secret is that of another API, too".into(),
                &ocp::api::SIGNING_SECRET,
            );
            let octets = self.api.signing_secret.as_ref().map_or(0, |secret| secret.as_bytes().len());
            self.wrong(
                "signing_secret",
                octets >= 32,
                "signing_alg is HS256, and signing_secret has fewer than 32 octets".into(),
                &ocp::api::SIGNING_SECRET,
            );
        }
    }
}

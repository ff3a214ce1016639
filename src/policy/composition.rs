//! The policies in force for one client, API and organization, composed once and remembered.

use super::Policy;
use super::bound::{AlgorithmSet, Presence, SenderConstraints};
use super::level::Level;
use super::profiles::{CompositionError, ProfileId, Profiles};
use crate::jose::{Algorithm, Algorithms};
use crate::requirement::{oidcc, rfc8705, rfc9126, rfc9449};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

/// The maximum number of compositions that are remembered. There is one for each set of profiles that clients, APIs and
/// organizations name; a server with more sets computes the others each time.
const MOST_REMEMBERED: usize = 1024;

/// The rules that follow from a client's own metadata ([RFC 7591 §2](https://www.rfc-editor.org/rfc/rfc7591#section-2)); by default
/// there are none.
///
/// ```
/// use fapi::ClientMetadata;
/// use fapi::policy::{AuthenticationMethod, OwnRules};
///
/// let mut metadata = ClientMetadata::new("app", AuthenticationMethod::PrivateKeyJwt);
/// assert_eq!(metadata.own_rules(), OwnRules::default());
/// metadata.dpop_bound_access_tokens = true;
/// assert!(metadata.own_rules().dpop_bound);
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct OwnRules {
    /// Its access tokens are bound to a DPoP key (`dpop_bound_access_tokens`).
    pub dpop_bound: bool,
    /// Its access tokens are bound to its certificate (`tls_client_certificate_bound_access_tokens`).
    pub certificate_bound: bool,
    /// Its authorization requests are pushed (`require_pushed_authorization_requests`).
    pub pushed_requests: bool,
    /// Its assertions are signed with this algorithm (`token_endpoint_auth_signing_alg`).
    pub assertion_algorithm: Option<Algorithm>,
    /// The level that its operator demands of it (`compliance_level`).
    pub level: Option<Level>,
}

impl OwnRules {
    /// These rules, each with the clause that gives the metadata its meaning.
    pub fn policy(&self) -> Policy {
        let mut policy = self.level.map(Level::policy).unwrap_or_default();
        if self.dpop_bound {
            let senders = std::mem::take(&mut policy.sender_constraint);
            policy.sender_constraint = senders.because(SenderConstraints::DPOP, &rfc9449::CLIENT_ALWAYS_PROVES);
        }
        if self.certificate_bound {
            let senders = std::mem::take(&mut policy.sender_constraint);
            policy.sender_constraint = senders.because(SenderConstraints::MTLS, &rfc8705::TOKENS_ALWAYS_BOUND);
        }
        if self.pushed_requests {
            let pushed = std::mem::take(&mut policy.pushed_request);
            policy.pushed_request = pushed.because(Presence::Required, &rfc9126::PUSH_REQUIRED_BY_CLIENT);
        }
        if let Some(algorithm) = self.assertion_algorithm {
            let registered = AlgorithmSet(Algorithms::of(&[algorithm]));
            let algorithms = std::mem::take(&mut policy.assertion_algorithm);
            policy.assertion_algorithm = algorithms.because(registered, &oidcc::ASSERTION_ALGORITHM);
        }
        policy
    }
}

/// The policies of one server: its own, and its combinations with the profiles that are named and with the rules of clients.
///
/// Each composition is computed once and remembered. It is a pure function of its arguments, so an exchange decides the same
/// whether or not its composition is remembered.
///
/// ```
/// use fapi::policy::{FAPI2_SECURITY, OAUTH, OwnRules, Policies, Profiles};
///
/// let policies = Policies::new(OAUTH.policy(), Profiles::default());
/// let stricter = policies.compose(&[FAPI2_SECURITY.id()], &OwnRules::default()).expect("they fit together");
/// assert!(stricter.code_lifetime.admits(&60) && !stricter.code_lifetime.admits(&61));
/// assert!(policies.compose(&["unheard of".into()], &OwnRules::default()).is_err());
/// ```
#[derive(Debug)]
pub struct Policies {
    server: Arc<Policy>,
    profiles: Profiles,
    remembered: RwLock<Remembered>,
    #[cfg(test)]
    computed: std::sync::atomic::AtomicUsize,
}

#[derive(Debug, Default)]
struct Remembered {
    count: usize,
    compositions: BTreeMap<OwnRules, BTreeMap<Vec<ProfileId>, Arc<Policy>>>,
}

impl Policies {
    /// The policies of a server with this policy, where these profiles may be named.
    pub fn new(server: Policy, profiles: Profiles) -> Self {
        Self {
            server: Arc::new(server),
            profiles,
            remembered: RwLock::default(),
            #[cfg(test)]
            computed: Default::default(),
        }
    }

    /// The server's policy tightened by a client's own rules and by the profiles that client, API and organization name. Their
    /// order and repetitions have no effect.
    pub fn compose(&self, parts: &[ProfileId], own: &OwnRules) -> Result<Arc<Policy>, CompositionError> {
        if parts.is_empty() && *own == OwnRules::default() {
            return Ok(self.server.clone());
        }
        let parts = distinct(parts);
        if let Some(known) = self.recall(&parts, own) {
            return Ok(known);
        }
        let composed = self.compute(&parts, own)?;
        Ok(self.remember(parts, own, composed))
    }

    fn recall(&self, parts: &[ProfileId], own: &OwnRules) -> Option<Arc<Policy>> {
        let remembered = self.remembered.read().unwrap_or_else(PoisonError::into_inner);
        remembered.compositions.get(own)?.get(parts).cloned()
    }

    fn compute(&self, parts: &[ProfileId], own: &OwnRules) -> Result<Policy, CompositionError> {
        #[cfg(test)]
        self.computed.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        self.profiles.add(self.server.tighten(&own.policy())?, parts)
    }

    /// Keeps a composition, unless there are too many of them already.
    fn remember(&self, parts: Cow<'_, [ProfileId]>, own: &OwnRules, composed: Policy) -> Arc<Policy> {
        let composed = Arc::new(composed);
        let mut remembered = self.remembered.write().unwrap_or_else(PoisonError::into_inner);
        let Remembered { count, compositions } = &mut *remembered;
        if *count < MOST_REMEMBERED
            && compositions.entry(*own).or_default().insert(parts.into_owned(), composed.clone()).is_none()
        {
            *count += 1;
        }
        composed
    }
}

/// The ids in order, each once.
fn distinct(ids: &[ProfileId]) -> Cow<'_, [ProfileId]> {
    if ids.is_sorted_by(|one, next| one < next) {
        return Cow::Borrowed(ids);
    }
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    ids.dedup();
    Cow::Owned(ids)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{FAPI2_SECURITY, OAUTH, OPENID};
    use std::sync::atomic::Ordering;

    fn computed(policies: &Policies) -> usize {
        policies.computed.load(Ordering::Relaxed)
    }

    #[test]
    fn the_same_parts_are_composed_once_in_whatever_order_they_are_named() {
        let policies = Policies::new(OAUTH.policy(), Profiles::default());
        let own = OwnRules { dpop_bound: true, ..OwnRules::default() };
        let first = policies.compose(&[FAPI2_SECURITY.id(), OPENID.id()], &own).unwrap();
        for parts in [
            &[FAPI2_SECURITY.id(), OPENID.id()][..],
            &[OPENID.id(), FAPI2_SECURITY.id()],
            &[OPENID.id(), FAPI2_SECURITY.id(), OPENID.id()],
            &[String::from("openid").into(), String::from("fapi2_security").into()],
        ] {
            assert!(Arc::ptr_eq(&first, &policies.compose(parts, &own).unwrap()));
        }
        assert_eq!(computed(&policies), 1);
        policies.compose(&[FAPI2_SECURITY.id(), OPENID.id()], &OwnRules::default()).unwrap();
        policies.compose(&[FAPI2_SECURITY.id()], &own).unwrap();
        assert_eq!(computed(&policies), 3, "other parts and other rules are another policy");
    }

    #[test]
    fn without_parts_and_rules_nothing_is_composed() {
        let policies = Policies::new(OAUTH.policy(), Profiles::default());
        assert_eq!(*policies.compose(&[], &OwnRules::default()).unwrap(), OAUTH.policy());
        assert_eq!(computed(&policies), 0);
    }

    #[test]
    fn what_does_not_fit_is_refused_each_time_and_not_remembered() {
        let policies = Policies::new(FAPI2_SECURITY.policy(), Profiles::none());
        let both = OwnRules { dpop_bound: true, certificate_bound: true, ..OwnRules::default() };
        for _ in 0..2 {
            let clash = policies.compose(&[], &both).unwrap_err();
            assert!(matches!(clash, CompositionError::Clash(clash) if clash.new == &rfc9449::CLIENT_ALWAYS_PROVES));
            let unknown = policies.compose(&[OAUTH.id()], &OwnRules::default());
            assert_eq!(unknown, Err(CompositionError::UnknownProfile(OAUTH.id())));
        }
        assert_eq!(policies.remembered.read().unwrap().count, 0);
    }

    #[test]
    fn memory_is_bounded_and_more_compositions_than_fit_are_computed_again() {
        let ids: Vec<ProfileId> = (0..=MOST_REMEMBERED).map(|number| number.to_string().into()).collect();
        let profiles = ids.iter().fold(Profiles::none(), |profiles, id| profiles.with_policy(id.clone(), OPENID.policy()));
        let policies = Policies::new(OAUTH.policy(), profiles);
        let compose = |id: &ProfileId| policies.compose(std::slice::from_ref(id), &OwnRules::default()).unwrap();
        for id in ids.iter().chain(&ids[..MOST_REMEMBERED]) {
            compose(id);
        }
        assert_eq!((computed(&policies), policies.remembered.read().unwrap().count), (MOST_REMEMBERED + 1, MOST_REMEMBERED));
        assert_eq!(compose(&ids[MOST_REMEMBERED]), compose(&ids[0]));
        assert_eq!(computed(&policies), MOST_REMEMBERED + 2);
    }
}

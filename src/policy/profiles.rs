//! The profiles that a server knows, by their ids.

use super::check::{Found, mistakes_of};
use super::profile::PRESETS;
use super::rule::Clash;
use super::{Policy, Profile};
use crate::error_code::ErrorCode;
use crate::refusal::Refusal;
use crate::requirement::{Requirement, local};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fmt;

/// The id of a profile in configurations and client metadata: any text, compared octet by octet.
///
/// ```
/// use fapi::policy::{OAUTH, ProfileId};
///
/// assert_eq!(OAUTH.id(), ProfileId::from("oauth"));
/// assert_eq!(serde_json::to_string(&OAUTH.id()).expect("text"), r#""oauth""#);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ProfileId(Cow<'static, str>);

impl ProfileId {
    /// The id with this text.
    pub const fn new(text: &'static str) -> Self {
        Self(Cow::Borrowed(text))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for ProfileId {
    fn from(text: String) -> Self {
        Self(Cow::Owned(text))
    }
}

impl From<&str> for ProfileId {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl fmt::Display for ProfileId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The profiles that a server knows, in the order in which they were added: the ones that clients may name. By default these are
/// the [`PRESETS`].
///
/// ```
/// use fapi::policy::{OAUTH, Profile, ProfileId, Profiles};
///
/// static BANK: Profile = Profile::new("bank", "Rules for applications");
///
/// let profiles = Profiles::default().with(&BANK);
/// assert!(profiles.get(&ProfileId::from("bank")).is_some());
/// let all = profiles.join(&[OAUTH.id(), BANK.id()]).expect("both are known and fit together");
/// assert_eq!(all, OAUTH.policy());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profiles(Vec<(ProfileId, Policy)>);

impl Default for Profiles {
    fn default() -> Self {
        PRESETS.iter().fold(Self::none(), |profiles, preset| profiles.with(preset))
    }
}

impl Profiles {
    /// No profile: clients can name none.
    pub const fn none() -> Self {
        Self(vec![])
    }

    /// Adds a profile.
    #[must_use]
    pub fn with(self, profile: &Profile) -> Self {
        self.with_policy(profile.id(), profile.policy())
    }

    /// Adds a profile whose rules are not a constant; they may have been [read](super::PolicyData).
    #[must_use]
    pub fn with_policy(mut self, id: ProfileId, policy: Policy) -> Self {
        self.0.push((id, policy));
        self
    }

    /// The rules of the profile of this id.
    pub fn get(&self, id: &ProfileId) -> Option<&Policy> {
        self.0.iter().find(|(known, _)| known == id).map(|(_, policy)| policy)
    }

    /// The ids of all profiles.
    pub fn ids(&self) -> impl Iterator<Item = &ProfileId> {
        self.0.iter().map(|(id, _)| id)
    }

    /// All profiles with their rules.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &(ProfileId, Policy)> {
        self.0.iter()
    }

    /// The rules of these profiles together; without any, no rule at all.
    pub fn join(&self, ids: &[ProfileId]) -> Result<Policy, CompositionError> {
        self.add(Policy::default(), ids)
    }

    /// A policy tightened by these profiles.
    pub(crate) fn add(&self, policy: Policy, ids: &[ProfileId]) -> Result<Policy, CompositionError> {
        ids.iter().try_fold(policy, |policy, id| {
            let profile = self.get(id).ok_or_else(|| CompositionError::UnknownProfile(id.clone()))?;
            Ok(policy.tighten(profile)?)
        })
    }

    /// The mistakes in these profiles: an id that occurs twice, rules that are wrong.
    pub(crate) fn mistakes(&self) -> Vec<Found> {
        let mut mistakes = vec![];
        for (at, (id, policy)) in self.0.iter().enumerate() {
            if self.ids().take(at).any(|earlier| earlier == id) {
                mistakes.push((format!("two profiles have the id {:?}", id.as_str()), &local::PROFILE_IDS_DISTINCT));
            }
            mistakes.extend(mistakes_of(&format!("profile {:?}", id.as_str()), policy));
        }
        mistakes
    }
}

/// The reason why policies cannot be combined.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum CompositionError {
    /// No profile has this id.
    UnknownProfile(ProfileId),
    /// Two rules contradict each other.
    Clash(Clash),
}

impl CompositionError {
    /// The requirement that cannot be met together with the others.
    pub(crate) fn basis(&self) -> &'static Requirement {
        match self {
            Self::UnknownProfile(_) => &local::CLIENT_FITS_POLICY,
            Self::Clash(clash) => clash.new,
        }
    }

    /// A refusal of the client that named these profiles or whose metadata clash with them.
    pub(crate) fn refuse(&self, code: ErrorCode) -> Refusal {
        let rule = &local::CLIENT_FITS_POLICY;
        match self {
            Self::UnknownProfile(_) => rule.refuse(code, "The client names a profile that this server does not have."),
            Self::Clash(clash) => rule
                .refuse(code, "The metadata and profiles of the client contradict each other or the policy of this server.")
                .also([clash.new])
                .also(clash.against.iter().copied()),
        }
    }
}

impl From<Clash> for CompositionError {
    fn from(clash: Clash) -> Self {
        Self::Clash(clash)
    }
}

impl fmt::Display for CompositionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownProfile(id) => write!(f, "no profile has the id {:?}", id.as_str()),
            Self::Clash(clash) => clash.fmt(f),
        }
    }
}

impl std::error::Error for CompositionError {}

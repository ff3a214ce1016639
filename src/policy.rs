//! Policy as data: a rule is a set of conjuncts, each with the requirement it comes from.
//!
//! A [`Profile`] (OAuth, OpenID, FAPI 2.0) contains only the rules that its document adds; a client's metadata adds rules, too.
//! [`Policy::tighten`] combines them: it is set union, hence commutative, associative and idempotent, and each part accepts
//! everything that the tightened policy accepts.
//!
//! ```
//! use fapi::policy::{FAPI2_SECURITY, OAUTH};
//!
//! let policy = OAUTH.policy().tighten(&FAPI2_SECURITY.policy()).expect("these two fit together");
//! assert_eq!(policy.code_lifetime.value().map(|most| most.0), Some(60));
//! ```
//!
//! # A profile of your own
//!
//! An ecosystem that demands more than a standard writes a profile and cites its own rules. Both are statics; there is a method
//! per rule, and each conjunct names the requirement that a refusal will cite, in the event and in `error_description`:
//!
//! ```
//! use fapi::policy::{AtMost, ChallengeRule, Conjunct, OAUTH, Profile, Profiles};
//! use fapi::requirement::{Duty, Level, Requirement};
//!
//! static SHORT_CODES: Requirement = Requirement::new(
//!     "BANK-4.2-1",
//!     "Rules for applications",
//!     "4.2",
//!     "https://bank.example/rules#4.2",
//!     Level::Must,
//!     Duty::Refuse,
//!     "A code expires after 30 seconds.",
//! );
//! static PKCE: Requirement = Requirement::new(
//!     "BANK-4.3-1",
//!     "Rules for applications",
//!     "4.3",
//!     "https://bank.example/rules#4.3",
//!     Level::Must,
//!     Duty::Refuse,
//!     "Every authorization request has an S256 challenge.",
//! );
//!
//! static BANK: Profile = Profile::new("bank", "Rules for applications")
//!     .code_lifetime(&[Conjunct::new(AtMost(30), &SHORT_CODES)])
//!     .code_challenge(&[Conjunct::new(ChallengeRule::S256, &PKCE)]);
//!
//! // For all clients of a server:
//! let policy = OAUTH.policy().tighten(&BANK.policy()).expect("they fit together");
//! assert_eq!(policy.code_lifetime.value(), Some(AtMost(30)));
//!
//! // For those clients that name it: `settings.profiles = profiles`, and "bank" in their metadata's `profiles`.
//! let profiles = Profiles::default().with(&BANK);
//! assert_eq!(profiles.get(&BANK.id()), Some(&BANK.policy()));
//! ```
//!
//! A `const` cannot refer to a static from the middle of an expression: there, write `const { &[Conjunct::new(…)] }`.

use crate::jose::Algorithms;

mod bound;
mod check;
mod composition;
mod data;
mod level;
mod profile;
mod profiles;
mod rule;

pub use bound::{
    AlgorithmSet, AssertionAudience, AtMost, AudienceRule, AuthenticationMethod, AuthenticationMethods, ChallengeInput,
    ChallengeRule, ForbiddenGrants, Presence, RedirectRule, ResponseType, ResponseTypes, Rotation, RotationInput, RotationRule,
    SenderConstraints, UnknownResponseType,
};
pub(crate) use check::mistakes_of;
pub use composition::{OwnRules, Policies};
pub use data::{PolicyData, PolicyDataError, PolicyDataMistake};
pub use level::{LEVELS, Level, LevelRow};
pub use profile::{FAPI2_SECURITY, OAUTH, OPENID, PIPELINE, PRESETS, RFC7523BIS};
pub use profiles::{CompositionError, ProfileId, Profiles};
pub use rule::{Bound, Clash, Conjunct, Rule};

impl Policy {
    /// Returns true if every rule is open.
    pub(crate) fn is_open(&self) -> bool {
        *self == Self::default()
    }

    /// The algorithms that DPoP proofs may be signed with.
    pub(crate) fn proof_algorithms(&self) -> Algorithms {
        self.proof_algorithm.within(AlgorithmSet(Algorithms::ALL_ASYMMETRIC)).0
    }
}

use crate::requirement::Requirement;
use data::{ConjunctData, Reader};
use serde::ser::{Serialize, SerializeMap, Serializer};

/// Makes [`Policy`] and [`Profile`] of the one list of rules: a field's name, its bounds, and what tables for people call it.
macro_rules! policy {
    ($( $(#[$doc:meta])* $name:ident : $bound:ty, $meaning:literal; )*) => {
        /// The rules in force. A rule without conjuncts is open; the default is a policy of open rules.
        ///
        /// As data it is a map from rules to their conjuncts, without the open ones; [`PolicyData`] reads it back:
        ///
        /// ```
        /// use fapi::policy::RFC7523BIS;
        ///
        /// let data = serde_json::to_string(&RFC7523BIS.policy()).expect("a policy can be written");
        /// assert_eq!(data, r#"{"assertion_audience":[{"bound":"sole_issuer","basis":"RFC7523BIS-4-2"}]}"#);
        /// ```
        #[derive(Debug, Clone, Default, PartialEq, Eq)]
        #[non_exhaustive]
        pub struct Policy {
            $( $(#[$doc])* pub $name: Rule<$bound>, )*
        }

        /// The rules that one document adds, under the id that clients and configurations name it by.
        ///
        /// ```
        /// use fapi::policy::{Conjunct, Presence, Profile};
        /// use fapi::requirement::rfc9126;
        ///
        /// static PUSHED: Profile = Profile::new("pushed", "Pushed requests alone")
        ///     .pushed_request(&[Conjunct::new(Presence::Required, &rfc9126::PUSH_REQUIRED_BY_CLIENT)]);
        /// assert!(!PUSHED.policy().pushed_request.admits(&false));
        /// ```
        #[derive(Debug, Clone, Copy)]
        #[non_exhaustive]
        pub struct Profile {
            id: &'static str,
            /// The document's usual name.
            pub name: &'static str,
            $( $name: &'static [Conjunct<$bound>], )*
        }

        impl Profile {
            /// A profile that adds nothing yet: its id, and its document's usual name.
            pub const fn new(id: &'static str, name: &'static str) -> Self {
                Self { id, name, $($name: &[]),* }
            }

            $(
                $(#[$doc])*
                ///
                /// Replaces the conjuncts that the profile has for this rule.
                #[must_use]
                pub const fn $name(mut self, conjuncts: &'static [Conjunct<$bound>]) -> Self {
                    self.$name = conjuncts;
                    self
                }
            )*

            /// The rules of this profile only.
            pub fn policy(&self) -> Policy {
                Policy { $($name: Rule::of(self.$name)),* }
            }

            /// The rows of the table of profiles and rules: rule, what the profile demands, on which requirement.
            pub fn rows(&self) -> Vec<(&'static str, String, &'static Requirement)> {
                let mut rows = vec![];
                $( rows.extend(self.$name.iter().map(|conjunct| ($meaning, conjunct.bound.to_string(), conjunct.basis))); )*
                rows
            }
        }

        impl Policy {
            /// The combination of both policies, or the two rules that contradict each other.
            pub fn tighten(&self, other: &Self) -> Result<Self, Clash> {
                let mut tightened = self.clone();
                $( tightened.$name.add(&other.$name)?; )*
                Ok(tightened)
            }

            /// The requirements that the rules come from, rule by rule; one that several rules come from is there several times.
            pub fn bases(&self) -> impl Iterator<Item = &'static Requirement> {
                let mut bases = vec![];
                $( bases.extend(self.$name.conjuncts().iter().map(|conjunct| conjunct.basis)); )*
                bases.into_iter()
            }

            /// The conjuncts that the other policy does not have.
            pub(crate) fn without(&self, other: &Self) -> Self {
                Self { $($name: self.$name.without(&other.$name)),* }
            }

            /// The rules that are not open, with their names.
            fn data(&self) -> Vec<(String, Vec<ConjunctData>)> {
                let rules = vec![$((stringify!($name).to_owned(), self.$name.data())),*];
                rules.into_iter().filter(|(_, conjuncts)| !conjuncts.is_empty()).collect()
            }

            /// Puts the conjuncts into the rule of this name.
            fn read(&mut self, rule: &str, conjuncts: &[ConjunctData], reader: &mut Reader<'_>) {
                match rule {
                    $( stringify!($name) => self.$name = reader.rule(stringify!($name), conjuncts), )*
                    unknown => reader.unknown_rule(unknown),
                }
            }
        }

        impl Serialize for Policy {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let mut rules = serializer.serialize_map(None)?;
                $( if !self.$name.conjuncts().is_empty() {
                    rules.serialize_entry(stringify!($name), &self.$name)?;
                } )*
                rules.end()
            }
        }
    };
}

policy! {
    /// Authorization requests must have been pushed.
    pushed_request: Presence, "authorization requests are pushed";
    /// The response types that are answered.
    response_type: ResponseTypes, "`response_type`";
    /// The PKCE challenge that an authorization request carries.
    code_challenge: ChallengeRule, "PKCE";
    /// An authorization request names its `redirect_uri`.
    redirect_uri_sent: Presence, "`redirect_uri` is sent";
    /// The addresses that responses may go to.
    redirect_uri: RedirectRule, "`redirect_uri`";
    /// How clients authenticate.
    client_authentication: AuthenticationMethods, "client authentication";
    /// The audience of a client assertion.
    assertion_audience: AudienceRule, "audience of client assertions";
    /// The grant types that no client may use.
    grant_type: ForbiddenGrants, "`grant_type`";
    /// How client assertions are signed.
    assertion_algorithm: AlgorithmSet, "algorithms of client assertions";
    /// How DPoP proofs are signed.
    proof_algorithm: AlgorithmSet, "algorithms of DPoP proofs";
    /// How ID tokens and access tokens are signed.
    issued_algorithm: AlgorithmSet, "algorithms of issued tokens";
    /// How ID tokens of public clients are signed, whatever these registered, if the server can sign like this.
    public_id_token: AlgorithmSet, "algorithms of ID tokens of public clients";
    /// How access tokens are bound to their sender.
    sender_constraint: SenderConstraints, "sender constraint";
    /// The rotation of refresh tokens.
    refresh_rotation: RotationRule, "rotation of refresh tokens";
    /// A client gets a refresh token only with the scope `offline_access`.
    refresh_token: Presence, "refresh tokens need `offline_access`";
    /// A client that acts for itself needs a client grant at every API.
    client_grant: Presence, "client credentials need a client grant";
    /// A client that was removed stays removed: no other registration has its identifier.
    final_removal: Presence, "removed clients never return";
    /// Seconds after which a code expires.
    code_lifetime: AtMost, "lifetime of codes";
    /// Seconds after which a `request_uri` expires.
    request_uri_lifetime: AtMost, "lifetime of `request_uri`";
    /// Seconds that `iat` and `nbf` may lie in the future.
    future_tolerance: AtMost, "`iat` and `nbf` in the future";
}

impl Profile {
    /// The id that clients and configurations name it by.
    pub const fn id(&self) -> ProfileId {
        ProfileId::new(self.id)
    }
}

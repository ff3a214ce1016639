//! Policy as data: a rule is a set of conjuncts, each with the requirement it comes from.
//!
//! A profile (OAuth, OpenID, FAPI 2.0) is a constant that holds only what its document adds; a client's metadata is one more.
//! [`Policy::tighten`] joins them: it is set union, hence commutative, associative and idempotent, and whatever the tightened
//! policy accepts, each part accepts.
//!
//! ```
//! use fapi::policy::{FAPI2_SECURITY, OAUTH};
//!
//! let policy = OAUTH.policy().tighten(&FAPI2_SECURITY.policy()).expect("these two fit together");
//! assert_eq!(policy.code_lifetime.value().map(|most| most.0), Some(60));
//! ```

use crate::jose::Algorithms;

mod bound;
mod profile;
mod rule;

pub use bound::{
    AlgorithmSet, AssertionAudience, AtMost, AudienceRule, AuthenticationMethod, AuthenticationMethods, ChallengeInput,
    ChallengeRule, Presence, RedirectRule, ResponseType, ResponseTypes, Rotation, RotationInput, RotationRule, SenderConstraints,
};
pub use profile::{FAPI2_SECURITY, OAUTH, OPENID, PRESETS, ProfileName};
pub use rule::{Bound, Clash, Conjunct, Rule};

impl Policy {
    /// The algorithms that DPoP proofs may be signed with.
    pub(crate) fn proof_algorithms(&self) -> Algorithms {
        self.proof_algorithm.within(AlgorithmSet(Algorithms::ALL_ASYMMETRIC)).0
    }
}

macro_rules! policy {
    ($( $(#[$doc:meta])* $name:ident : $bound:ty, $meaning:literal; )*) => {
        /// The rules in force.
        #[derive(Debug, Clone, PartialEq, Eq)]
        #[non_exhaustive]
        pub struct Policy {
            $( $(#[$doc])* pub $name: Rule<$bound>, )*
        }

        impl Profile {
            /// What a document that adds nothing would be.
            pub const OPEN: Self = Self { name: "open", $($name: &[]),* };

            /// The rules of this profile alone.
            pub fn policy(&self) -> Policy {
                Policy { $($name: Rule::of(self.$name)),* }
            }

            /// The rows of the table of profiles and rules: rule, what the profile demands, on which requirement.
            pub fn rows(&self) -> Vec<(&'static str, String, &'static crate::requirement::Requirement)> {
                let mut rows = vec![];
                $( rows.extend(self.$name.iter().map(|conjunct| ($meaning, conjunct.bound.to_string(), conjunct.basis))); )*
                rows
            }
        }

        impl Policy {
            /// Both policies at once, or the two rules that contradict each other.
            pub fn tighten(&self, other: &Self) -> Result<Self, Clash> {
                let mut tightened = self.clone();
                $( tightened.$name.add(&other.$name)?; )*
                Ok(tightened)
            }
        }
    };
}

/// What one document adds; `Copy`, so that presets are constants and `..Profile::OPEN` works in them.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Profile {
    /// The document's usual name.
    pub name: &'static str,
    pub(crate) pushed_request: &'static [Conjunct<Presence>],
    pub(crate) response_type: &'static [Conjunct<ResponseTypes>],
    pub(crate) code_challenge: &'static [Conjunct<ChallengeRule>],
    pub(crate) redirect_uri_sent: &'static [Conjunct<Presence>],
    pub(crate) redirect_uri: &'static [Conjunct<RedirectRule>],
    pub(crate) client_authentication: &'static [Conjunct<AuthenticationMethods>],
    pub(crate) assertion_audience: &'static [Conjunct<AudienceRule>],
    pub(crate) assertion_algorithm: &'static [Conjunct<AlgorithmSet>],
    pub(crate) proof_algorithm: &'static [Conjunct<AlgorithmSet>],
    pub(crate) issued_algorithm: &'static [Conjunct<AlgorithmSet>],
    pub(crate) sender_constraint: &'static [Conjunct<SenderConstraints>],
    pub(crate) refresh_rotation: &'static [Conjunct<RotationRule>],
    pub(crate) code_lifetime: &'static [Conjunct<AtMost>],
    pub(crate) request_uri_lifetime: &'static [Conjunct<AtMost>],
    pub(crate) future_tolerance: &'static [Conjunct<AtMost>],
}

policy! {
    /// Whether an authorization request must have been pushed.
    pushed_request: Presence, "authorization requests are pushed";
    /// Which response types are answered.
    response_type: ResponseTypes, "`response_type`";
    /// Which PKCE challenge an authorization request carries.
    code_challenge: ChallengeRule, "PKCE";
    /// Whether an authorization request names its `redirect_uri`.
    redirect_uri_sent: Presence, "`redirect_uri` is sent";
    /// Where responses may go.
    redirect_uri: RedirectRule, "`redirect_uri`";
    /// How clients authenticate.
    client_authentication: AuthenticationMethods, "client authentication";
    /// Whom a client assertion is addressed to.
    assertion_audience: AudienceRule, "audience of client assertions";
    /// How client assertions are signed.
    assertion_algorithm: AlgorithmSet, "algorithms of client assertions";
    /// How DPoP proofs are signed.
    proof_algorithm: AlgorithmSet, "algorithms of DPoP proofs";
    /// How ID tokens and access tokens are signed.
    issued_algorithm: AlgorithmSet, "algorithms of issued tokens";
    /// How access tokens are bound to their sender.
    sender_constraint: SenderConstraints, "sender constraint";
    /// Whether refresh tokens are rotated.
    refresh_rotation: RotationRule, "rotation of refresh tokens";
    /// Seconds a code is good for.
    code_lifetime: AtMost, "lifetime of codes";
    /// Seconds a `request_uri` is good for.
    request_uri_lifetime: AtMost, "lifetime of `request_uri`";
    /// Seconds `iat` and `nbf` may lie in the future.
    future_tolerance: AtMost, "`iat` and `nbf` in the future";
}

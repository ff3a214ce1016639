//! Plans and their variants.

use std::fmt;
use std::str::FromStr;

/// One way to use an authorization server under a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Variant {
    /// What the clients ask for.
    pub profile: Profile,
    /// How the clients authenticate.
    pub authentication: Authentication,
    /// What their tokens are bound to.
    pub sender: SenderConstraint,
}

/// What the clients ask for. Exhaustive: the profiles of the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Profile {
    /// Authorization codes with OpenID Connect.
    OpenId,
    /// Authorization codes in plain OAuth.
    OAuth,
    /// Client credentials only.
    ClientCredentials,
}

/// How clients authenticate under FAPI 2.0. Exhaustive: there are two ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Authentication {
    /// A signed assertion.
    PrivateKeyJwt,
    /// A client certificate, by either method of RFC 8705.
    Mtls,
}

/// What access tokens are bound to under FAPI 2.0. Exhaustive: there are two ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SenderConstraint {
    /// A DPoP key.
    Dpop,
    /// The client certificate.
    Mtls,
}

/// A set of scenarios and the variants it runs in.
#[derive(Debug)]
pub struct Plan {
    /// What `--plan` takes.
    pub id: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// The official suite's plan.
    pub oidf: &'static str,
}

/// Every plan.
pub static PLANS: &[Plan] = &[Plan {
    id: "fapi2-security-profile",
    title: "FAPI 2.0 Security Profile",
    oidf: "fapi2-security-profile-final-test-plan",
}];

impl Plan {
    /// The plan of this id.
    pub fn find(id: &str) -> Option<&'static Self> {
        PLANS.iter().find(|plan| plan.id == id)
    }

    /// Its variants, in the order in which they run.
    pub fn variants(&self) -> Vec<Variant> {
        Variant::all().collect()
    }
}

impl Variant {
    /// Every variant of the Security Profile.
    pub fn all() -> impl Iterator<Item = Self> {
        use {Authentication as A, Profile as P, SenderConstraint as S};
        [P::OpenId, P::OAuth, P::ClientCredentials].into_iter().flat_map(|profile| {
            [(A::PrivateKeyJwt, S::Dpop), (A::PrivateKeyJwt, S::Mtls), (A::Mtls, S::Dpop), (A::Mtls, S::Mtls)]
                .map(|(authentication, sender)| Self { profile, authentication, sender })
        })
    }

    /// Whether an authorization request is part of it.
    pub fn front_channel(&self) -> bool {
        self.profile != Profile::ClientCredentials
    }

    /// Whether it asks for ID tokens.
    pub fn openid(&self) -> bool {
        self.profile == Profile::OpenId
    }

    /// Whether tokens are bound to DPoP keys.
    pub fn dpop(&self) -> bool {
        self.sender == SenderConstraint::Dpop
    }

    /// Whether clients sign assertions.
    pub fn private_key_jwt(&self) -> bool {
        self.authentication == Authentication::PrivateKeyJwt
    }

    /// Whether any part of it needs a client certificate.
    pub fn certificates(&self) -> bool {
        self.authentication == Authentication::Mtls || self.sender == SenderConstraint::Mtls
    }
}

impl fmt::Display for Variant {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let profile = match self.profile {
            Profile::OpenId => "openid",
            Profile::OAuth => "oauth",
            Profile::ClientCredentials => "client_credentials",
        };
        let authentication = if self.private_key_jwt() { "private_key_jwt" } else { "mtls" };
        let sender = if self.dpop() { "dpop" } else { "mtls" };
        write!(formatter, "{profile}/{authentication}/{sender}")
    }
}

impl FromStr for Variant {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let known = || Self::all().map(|variant| variant.to_string()).collect::<Vec<_>>().join(", ");
        Self::all().find(|variant| variant.to_string() == text).ok_or_else(|| format!("no variant {text:?}; there are {}", known()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_distinct_and_read_back() {
        let names: std::collections::BTreeSet<_> = Variant::all().map(|variant| variant.to_string()).collect();
        assert_eq!(names.len(), 12);
        assert!(Variant::all().all(|variant| variant.to_string().parse() == Ok(variant)));
    }
}

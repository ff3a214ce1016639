//! Grant types and the clients that may have them: one relation, for registrations, defaults and the token endpoint.

use super::terms::{ClientKind, ClientTerms};
use crate::error_code::ErrorCode;
use crate::grant_type::GrantType;
use crate::policy::{AuthenticationMethod, Policy};
use crate::refusal::Refusal;
use crate::requirement::{Requirement, ocp, rfc6749};
use crate::table::{Is, Printed, Row};

/// A grant type, and the clients that may have it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct GrantRow {
    /// The grant type.
    pub grant: GrantType,
    /// For clients that do not authenticate.
    pub public: Offer,
    /// For clients that authenticate.
    pub confidential: Offer,
    /// What else must hold for a client that has it.
    pub limits: &'static [Limit],
    /// The statement that names it.
    pub basis: &'static Requirement,
}

/// A grant type for a client. Exhaustive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Offer {
    /// A client has it unless its registration says otherwise.
    Default,
    /// A registration may name it.
    Allowed,
    /// No client may have it.
    Never,
}

/// A limit of a grant type, with its statement.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Limit {
    /// The clients that may have it.
    pub only: Only,
    /// The statements; the first one decides.
    pub bases: &'static [&'static Requirement],
}

/// The clients that a limit admits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Only {
    /// Clients that authenticate.
    Confidential,
    /// Clients of these kinds. A client without a kind is admitted.
    Kinds(&'static [ClientKind]),
    /// Clients that the operator vouches for.
    FirstParty,
    /// Clients of the conformant pipeline.
    Conformant,
    /// Clients of former times, of which this server has none.
    Former,
}

impl Limit {
    fn is_exceeded_unless(&self, holds: bool) -> bool {
        self.bases.first().map_or(!holds, |basis| basis.broken_unless(holds))
    }
}

const FIRST_PARTY: &[Limit] = &[Limit { only: Only::FirstParty, bases: &[&ocp::grt::PASSWORD_FIRST_PARTY] }];
const FORMER: &[Limit] = &[Limit { only: Only::Former, bases: &[&ocp::grt::LEGACY] }];

const fn row(grant: GrantType, offers: [Offer; 2], limits: &'static [Limit], basis: &'static Requirement) -> GrantRow {
    let [public, confidential] = offers;
    GrantRow { grant, public, confidential, limits, basis }
}

const BY_DEFAULT: [Offer; 2] = [Offer::Default, Offer::Default];
const IF_NAMED: [Offer; 2] = [Offer::Allowed, Offer::Allowed];

/// Every grant type that this library knows. The token endpoint serves [some](crate::grant_types_served) of them.
pub static GRANTS: &[GrantRow] = &[
    row(GrantType::Implicit, BY_DEFAULT, &[], &ocp::grt::STANDARD),
    row(GrantType::AuthorizationCode, BY_DEFAULT, &[], &ocp::grt::STANDARD),
    row(GrantType::RefreshToken, BY_DEFAULT, &[], &ocp::grt::STANDARD),
    row(
        GrantType::ClientCredentials,
        [Offer::Never, Offer::Default],
        &[Limit { only: Only::Confidential, bases: &[&rfc6749::CLIENT_CREDENTIALS_CONFIDENTIAL, &ocp::grt::METHOD_FIRST] }],
        &ocp::grt::MACHINE_DEFAULT,
    ),
    row(GrantType::Password, IF_NAMED, FIRST_PARTY, &ocp::grt::STANDARD),
    row(
        GrantType::DeviceCode,
        IF_NAMED,
        &[Limit {
            only: Only::Kinds(&[ClientKind::Native]),
            bases: &[&ocp::grt::DEVICE_NATIVE, &ocp::dev::NATIVE_ONLY, &ocp::grt::KIND_LIMITS],
        }],
        &ocp::grt::STANDARD,
    ),
    row(
        GrantType::Ciba,
        [Offer::Never, Offer::Allowed],
        &[
            Limit { only: Only::FirstParty, bases: &[&ocp::ciba::FIRST_PARTY_CLIENTS] },
            Limit { only: Only::Confidential, bases: &[&ocp::ciba::CONFIDENTIAL_CLIENTS] },
            Limit { only: Only::Conformant, bases: &[&ocp::ciba::CONFORMANT_CLIENTS] },
        ],
        &ocp::grt::CIBA,
    ),
    row(GrantType::PasswordRealm, IF_NAMED, FIRST_PARTY, &ocp::grt::EXTENSIONS),
    row(GrantType::MfaOob, IF_NAMED, FIRST_PARTY, &ocp::grt::EXTENSIONS),
    row(GrantType::MfaOtp, IF_NAMED, FIRST_PARTY, &ocp::grt::EXTENSIONS),
    row(GrantType::MfaRecoveryCode, IF_NAMED, FIRST_PARTY, &ocp::grt::EXTENSIONS),
    row(GrantType::PasswordlessOtp, IF_NAMED, &[], &ocp::grt::EXTENSIONS),
    row(GrantType::LegacyRo, [Offer::Never; 2], FORMER, &ocp::grt::LEGACY),
    row(GrantType::LegacyRoJwtBearer, [Offer::Never; 2], FORMER, &ocp::grt::LEGACY),
    row(GrantType::LegacyDelegationRefreshToken, [Offer::Never; 2], FORMER, &ocp::grt::LEGACY),
    row(GrantType::LegacyDelegationIdToken, [Offer::Never; 2], FORMER, &ocp::grt::LEGACY),
    row(GrantType::LegacyAccessToken, [Offer::Never; 2], FORMER, &ocp::grt::LEGACY),
];

impl GrantRow {
    /// The limits that this client is beyond.
    pub(crate) fn exceeded(&self, terms: &ClientTerms, confidential: bool) -> impl Iterator<Item = &'static Limit> {
        let admits = move |only: Only| match only {
            Only::Confidential => confidential,
            Only::Kinds(kinds) => terms.kind.is_none_or(|kind| kinds.contains(&kind)),
            Only::FirstParty => terms.first_party,
            Only::Conformant => terms.oidc_conformant,
            Only::Former => false,
        };
        self.limits.iter().filter(move |limit| limit.is_exceeded_unless(admits(limit.only)))
    }

    /// Returns true if clients of this kind may have it, by its kinds alone.
    pub(crate) fn is_for(&self, kind: ClientKind) -> bool {
        self.limits.iter().all(|limit| match limit.only {
            Only::Kinds(kinds) => kinds.contains(&kind),
            _ => true,
        })
    }

    /// Returns true if the kind of a client does not matter for it.
    pub(crate) fn is_for_every_kind(&self) -> bool {
        !self.limits.iter().any(|limit| matches!(limit.only, Only::Kinds(_)))
    }
}

impl Only {
    /// The words about a client that is not among them.
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::Confidential => "is for clients that authenticate",
            Self::Kinds([ClientKind::Native]) => "is for the kind native alone",
            Self::Kinds(_) => "is not for this kind of client",
            Self::FirstParty => "is for first-party clients",
            Self::Conformant => "is for clients that are oidc_conformant",
            Self::Former => "is a legacy one, which no client is given any more",
        }
    }
}

/// The row of a grant type; none for one that this library does not know.
pub(crate) fn row_of(grant: &GrantType) -> Option<&'static GrantRow> {
    GRANTS.iter().find(|row| row.grant == *grant)
}

/// The grant types of a client whose registration names none, without those that the policy forbids.
pub(crate) fn default_grants(method: AuthenticationMethod, policy: &Policy) -> Vec<GrantType> {
    let offered = |row: &&GrantRow| {
        let offer = if method == AuthenticationMethod::None { row.public } else { row.confidential };
        offer == Offer::Default && policy.grant_type.admits(&row.grant)
    };
    GRANTS.iter().filter(offered).map(|row| row.grant.clone()).collect()
}

/// Refuses a known grant type that a client does not have, in the words of `OCP-ERR-02`.
pub(crate) fn not_allowed(grant: &GrantType, code: ErrorCode) -> Refusal {
    let name = grant.name().unwrap_or("grant_type");
    let words = crate::detail::words!("Grant type `{}` not allowed for the client.", name);
    rfc6749::UNAUTHORIZED_CLIENT.refuse(code, words).also([&ocp::grt::NOT_ALLOWED])
}

/// The relation for people.
pub(crate) fn print() -> Printed {
    let is = |holds: bool| if holds { Is::Yes } else { Is::Any };
    let rows = GRANTS.iter().map(|row| {
        let limited = |only: fn(&Only) -> bool| is(row.limits.iter().any(|limit| only(&limit.only)));
        let when = vec![
            limited(|only| matches!(only, Only::Kinds(_))),
            limited(|only| *only == Only::FirstParty),
            limited(|only| *only == Only::Conformant),
            limited(|only| *only == Only::Former),
        ];
        let then = format!("{}: public {:?}, confidential {:?}", row.grant, row.public, row.confidential);
        Row { when, then, basis: row.basis }
    });
    Printed { name: "grant types", inputs: vec!["native", "first party", "conformant", "former client"], rows: rows.collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn each_known_grant_type_has_one_row_and_offers_agree_with_limits() {
        let rows: BTreeSet<_> = GRANTS.iter().map(|row| row.grant.as_str()).collect();
        let known: BTreeSet<_> = GrantType::KNOWN.iter().map(GrantType::as_str).collect();
        assert_eq!((rows, GRANTS.len()), (known, GrantType::KNOWN.len()));
        for row in GRANTS {
            let limited = |only| row.limits.iter().any(|limit| limit.only == only);
            assert_eq!(row.public == Offer::Never, limited(Only::Confidential) || limited(Only::Former), "{}", row.grant);
            assert_eq!(row.confidential == Offer::Never, limited(Only::Former), "{}", row.grant);
        }
    }

    /// `OCP-GRT-25`. The token endpoint does not serve the password grants yet.
    #[test]
    fn confidential_clients_may_have_codes_the_password_grants_and_client_credentials() {
        let may_have = |grant: &GrantType, kind: ClientKind| {
            let terms = ClientTerms { kind: Some(kind), first_party: true, ..ClientTerms::default() };
            row_of(grant).is_some_and(|row| row.confidential != Offer::Never && row.exceeded(&terms, true).next().is_none())
        };
        for grant in [GrantType::AuthorizationCode, GrantType::Password, GrantType::PasswordRealm] {
            assert!(may_have(&grant, ClientKind::RegularWeb), "{grant}");
        }
        assert!(may_have(&GrantType::ClientCredentials, ClientKind::NonInteractive));
    }
}

//! Threats: for every check, the attacker whom it stops and the gain if it is missing.
//!
//! Each threat is described in a document that it names, and lists the requirements whose breach opens it. A report shows it beside
//! a finding.

mod clients;
mod codes;
mod form;
mod proofs;
mod requests;
mod tokens;
mod transport;
mod users;

use std::fmt;

use fapi::requirement::Requirement;

pub use form::{Exception, exceptions};

/// A threat to the users, clients or resources of an authorization server.
#[derive(Debug)]
pub struct Threat {
    /// The stable identifier, in words with hyphens.
    pub id: &'static str,
    /// The attack, in a few words.
    pub title: &'static str,
    /// The sections that describe it.
    pub sources: &'static [Source],
    /// The attackers who can carry it out, each alone.
    pub attackers: &'static [Attacker],
    /// One sentence: the attacker's gain if the check is missing.
    pub gain: &'static str,
    /// The requirements whose breach opens it.
    pub opened_by: &'static [&'static Requirement],
}

/// A section of a document that describes a threat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Source {
    /// The usual name of the document.
    pub document: &'static str,
    /// The number of the section.
    pub section: &'static str,
}

/// A kind of attacker. Exhaustive: the attackers of the FAPI 2.0 Attacker Model (section 7), and two more of RFC 9700 (section 3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Attacker {
    /// A1: controls endpoints, clients and a browser of its own, and sends links to users.
    Web,
    /// A1a: the same, and runs an authorization server that honest clients use too.
    OtherServer,
    /// A2: controls the network.
    Network,
    /// A3a: reads authorization requests, for example in a log or a browser's history.
    RequestReader,
    /// A3 of RFC 9700: reads authorization responses.
    ResponseReader,
    /// A4: reads and changes token requests and responses.
    TokenEndpoint,
    /// A5: reads requests to the resource server after these were processed, for example in a log.
    ResourceReader,
    /// A5 of RFC 9700: has a token of somebody else, for example from a resource server that was broken into.
    TokenHolder,
}

impl Attacker {
    /// Every attacker.
    pub const ALL: &'static [Self] = &[
        Self::Web,
        Self::OtherServer,
        Self::Network,
        Self::RequestReader,
        Self::ResponseReader,
        Self::TokenEndpoint,
        Self::ResourceReader,
        Self::TokenHolder,
    ];

    /// The attacker's name, as a report shows it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Web => "web attacker",
            Self::OtherServer => "web attacker who runs an authorization server",
            Self::Network => "network attacker",
            Self::RequestReader => "reader of authorization requests",
            Self::ResponseReader => "reader of authorization responses",
            Self::TokenEndpoint => "attacker at the token endpoint",
            Self::ResourceReader => "reader of resource requests",
            Self::TokenHolder => "holder of somebody else's token",
        }
    }

    /// The section that defines the attacker.
    pub fn source(self) -> Source {
        match self {
            Self::Web => fapi("7.2"),
            Self::OtherServer => fapi("7.3"),
            Self::Network => fapi("7.4"),
            Self::RequestReader => fapi("7.5"),
            Self::TokenEndpoint => fapi("7.6"),
            Self::ResourceReader => fapi("7.7"),
            Self::ResponseReader | Self::TokenHolder => rfc("RFC 9700", "3"),
        }
    }
}

impl Threat {
    /// Returns true if a breach of this requirement, or of one that says the same, opens the threat.
    pub fn is_opened_by(&self, requirement: &Requirement) -> bool {
        let same = |other: &Requirement| other.id == requirement.id || other.restated_by.contains(&requirement.id);
        self.opened_by.iter().any(|other| same(other))
    }
}

impl Source {
    /// The address of the section.
    pub fn url(&self) -> String {
        match self.document.strip_prefix("RFC ") {
            Some(number) => format!("https://www.rfc-editor.org/rfc/rfc{number}#section-{}", self.section),
            None => format!("https://openid.net/specs/fapi-attacker-model-2_0-final.html#section-{}", self.section),
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} §{}", self.document, self.section)
    }
}

/// Every threat, in the order of a flow.
pub fn all() -> impl Iterator<Item = &'static Threat> {
    TABLES.iter().flat_map(|table| table.iter())
}

/// The threats that a breach of this requirement opens.
pub fn of(requirement: &Requirement) -> impl Iterator<Item = &'static Threat> {
    all().filter(move |threat| threat.is_opened_by(requirement))
}

static TABLES: &[&[Threat]] =
    &[requests::THREATS, users::THREATS, codes::THREATS, clients::THREATS, proofs::THREATS, tokens::THREATS, transport::THREATS];

/// A section of the FAPI 2.0 Attacker Model.
const fn fapi(section: &'static str) -> Source {
    Source { document: "FAPI 2.0 Attacker Model", section }
}

/// A section of an RFC.
const fn rfc(document: &'static str, section: &'static str) -> Source {
    Source { document, section }
}

/// A section of RFC 9700, Best Current Practice for OAuth 2.0 Security.
const fn practice(section: &'static str) -> Source {
    rfc("RFC 9700", section)
}

/// A section of RFC 6819, OAuth 2.0 Threat Model and Security Considerations.
const fn model(section: &'static str) -> Source {
    rfc("RFC 6819", section)
}

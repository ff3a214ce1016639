//! The terms that only the operator of a server can set for a client.

use super::named::{UnknownName, by_name};
use super::{ClientGrant, Usage};
use crate::policy::{AuthenticationMethod, Level, ProfileId};
use crate::requirement::ocp;
use serde::{Deserialize, Deserializer, Serialize};
use std::collections::BTreeMap;
use std::str::FromStr;

/// The operator's decisions about a client. No request can write them: a client that registers itself says what it is in its
/// [`ClientMetadata`](crate::ClientMetadata), never what it may do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct ClientTerms {
    /// The origin of its registration.
    #[serde(skip_serializing_if = "ClientOrigin::is_operator")]
    pub origin: ClientOrigin,
    /// The operator vouches for the client: its users are not asked for their consent. A client that registered itself is never a
    /// first party. Configurations may call it `is_first_party`.
    #[serde(alias = "is_first_party", skip_serializing_if = "is_false")]
    pub first_party: bool,
    /// Identifiers of the APIs (`aud`) that this client acts for: it may introspect tokens made for them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub introspects: Vec<String>,
    /// Further profiles whose rules are in force for this client.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub profiles: Vec<ProfileId>,
    /// The kind of application that it is, if the operator named one: it decides which grant types the client may have.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<ClientKind>,
    /// The client follows OpenID Connect; by default it does. Another one is served by the older pipeline: its access tokens are for
    /// userinfo alone, and it asks for claims by their names.
    #[serde(skip_serializing_if = "is_true")]
    pub oidc_conformant: bool,
    /// What it may get for APIs that require a client grant.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub grants: Vec<ClientGrant>,
    /// The level that every authorization request of the client complies with; none by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compliance_level: Option<Level>,
    /// Its signed authorization requests.
    #[serde(skip_serializing_if = "SignedRequestObject::is_default")]
    pub signed_request_object: SignedRequestObject,
    /// The use of organizations by its users; `require` cannot be registered yet.
    #[serde(skip_serializing_if = "Usage::is_deny")]
    pub organization_usage: Usage,
    /// The channels through which its users are asked, for client-initiated backchannel authentication; each at most once.
    /// Configurations call it `async_approval_notification_channels`, or by its name here.
    #[serde(
        rename = "async_approval_notification_channels",
        alias = "notification_channels",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub notification_channels: Vec<NotificationChannel>,
    /// The names of the [connections](crate::Settings::connections) that its users may log in through; without it, all of them. A
    /// client that is not first-party has those of them that are
    /// [domain connections](crate::Connection::is_domain_connection).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub connections: Option<Vec<String>>,
    /// A description for the operator, at most [`ClientTerms::MAX_DESCRIPTION`] characters.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Names and values for the host's own code: at most [`ClientTerms::MAX_METADATA`], each name and each value at most
    /// [`ClientTerms::MAX_METADATA_LENGTH`] characters.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub metadata: BTreeMap<String, String>,
}

impl Default for ClientTerms {
    fn default() -> Self {
        Self {
            origin: ClientOrigin::Operator,
            first_party: false,
            introspects: vec![],
            profiles: vec![],
            kind: None,
            oidc_conformant: true,
            grants: vec![],
            compliance_level: None,
            signed_request_object: SignedRequestObject::default(),
            organization_usage: Usage::Deny,
            notification_channels: vec![],
            connections: None,
            description: String::new(),
            metadata: BTreeMap::new(),
        }
    }
}

impl ClientTerms {
    /// The most characters of a description.
    pub const MAX_DESCRIPTION: usize = 140;
    /// The most entries of the metadata.
    pub const MAX_METADATA: usize = 10;
    /// The most characters of a name or value of the metadata.
    pub const MAX_METADATA_LENGTH: usize = 255;

    /// The terms that a client of this origin has by default where the documents of the pipeline decide that: the operator's own is
    /// first-party, and one that registered itself is third-party. [`ClientTerms::default`] is third-party for both.
    pub fn of_origin(origin: ClientOrigin) -> Self {
        Self { origin, first_party: origin.is_operator(), ..Self::default() }
    }

    pub(crate) fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// The origin of a client's registration. Exhaustive.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientOrigin {
    /// The operator registered it.
    #[default]
    Operator,
    /// It registered itself ([RFC 7591](https://www.rfc-editor.org/rfc/rfc7591)).
    Itself,
}

impl ClientOrigin {
    fn is_operator(&self) -> bool {
        *self == Self::Operator
    }
}

/// The signed authorization requests of a client ([RFC 9101](https://www.rfc-editor.org/rfc/rfc9101)).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct SignedRequestObject {
    /// Every request must be signed; this cannot be registered yet.
    pub required: bool,
    /// The names of the credentials that sign them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub credentials: Vec<String>,
}

impl SignedRequestObject {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// A channel through which a user is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum NotificationChannel {
    /// A message to an application of the user.
    GuardianPush,
    /// A mail.
    Email,
}

impl NotificationChannel {
    /// Every channel.
    pub const ALL: &[Self] = &[Self::GuardianPush, Self::Email];

    /// Its name in configurations.
    pub const fn name(self) -> &'static str {
        match self {
            Self::GuardianPush => "guardian-push",
            Self::Email => "email",
        }
    }
}

impl FromStr for NotificationChannel {
    type Err = UnknownName;

    fn from_str(name: &str) -> Result<Self, UnknownName> {
        let unknown = || UnknownName::new(name, Self::ALL.iter().map(|channel| channel.name()), &ocp::cli::CHANNELS_PROPERTY);
        Self::ALL.iter().find(|channel| channel.name() == name).copied().ok_or_else(unknown)
    }
}

impl<'de> Deserialize<'de> for NotificationChannel {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        by_name(deserializer)
    }
}

/// The kind of an application. Exhaustive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientKind {
    /// An application on a device.
    Native,
    /// An application in a browser alone.
    Spa,
    /// An application on a server, which its users reach with a browser.
    RegularWeb,
    /// A machine, without users.
    NonInteractive,
}

impl ClientKind {
    /// Every kind.
    pub const ALL: &[Self] = &[Self::Native, Self::Spa, Self::RegularWeb, Self::NonInteractive];

    /// Its name in configurations.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Native => "native",
            Self::Spa => "spa",
            Self::RegularWeb => "regular_web",
            Self::NonInteractive => "non_interactive",
        }
    }

    /// The way in which it authenticates by default (`OCP-CLI-04`).
    pub const fn default_method(self) -> AuthenticationMethod {
        if self.keeps_secrets() { AuthenticationMethod::ClientSecretBasic } else { AuthenticationMethod::None }
    }

    /// Returns true if it can keep a secret, so that it authenticates by default.
    pub const fn keeps_secrets(self) -> bool {
        matches!(self, Self::RegularWeb | Self::NonInteractive)
    }
}

impl FromStr for ClientKind {
    type Err = UnknownName;

    fn from_str(name: &str) -> Result<Self, UnknownName> {
        let unknown = || UnknownName::new(name, Self::ALL.iter().map(|kind| kind.name()), &ocp::cli::KINDS);
        Self::ALL.iter().find(|kind| kind.name() == name).copied().ok_or_else(unknown)
    }
}

impl<'de> Deserialize<'de> for ClientKind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        by_name(deserializer)
    }
}

fn is_false(flag: &bool) -> bool {
    !*flag
}

fn is_true(flag: &bool) -> bool {
    *flag
}

//! Switches: the points at which servers of the same kind differ.

use serde::{Deserialize, Serialize};

/// The points at which documents of authorization servers differ, each with the standards' choice by default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Switches {
    /// The parameter `resource` names an API ([RFC 8707](https://www.rfc-editor.org/rfc/rfc8707)) if `audience` does not. If it is
    /// off, `resource` has no effect.
    pub resource_parameter: bool,
    /// The scope of a request without `scope`, for a client that needs a client grant.
    pub scope_omitted: OmittedScope,
    /// The way in which a token for an API becomes valid at userinfo.
    pub userinfo_audience: UserinfoAudience,
    /// The claims that the scope requests are in ID tokens, too. By default they are at userinfo alone, where OpenID Connect puts them
    /// ([OpenID Connect Core §5.4](https://openid.net/specs/openid-connect-core-1_0.html#ScopeClaims)).
    pub scope_claims_in_id_token: bool,
    /// A client of the operator is first-party if its configuration does not name a party (`OCP-CLI-06`). By default, it is third-party:
    /// its users are asked.
    pub first_party_by_default: bool,
    /// The host is asked to customize what is issued ([`Customize`](crate::CustomizeRequest)).
    pub hooks: bool,
}

impl Default for Switches {
    fn default() -> Self {
        Self {
            resource_parameter: true,
            scope_omitted: OmittedScope::default(),
            userinfo_audience: UserinfoAudience::default(),
            scope_claims_in_id_token: false,
            first_party_by_default: false,
            hooks: false,
        }
    }
}

/// The scope of a request without `scope`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum OmittedScope {
    /// The request is refused if the client needs a client grant. Other clients get every scope token of the API.
    #[default]
    Refuse,
    /// Every scope token of the API, within the client grant.
    All,
    /// `openid` alone. A client that acts for itself has no user whom it could identify: for it, this is [`Refuse`](Self::Refuse).
    Openid,
}

/// The way in which a token for an API becomes valid at userinfo.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum UserinfoAudience {
    /// Every token with the scope `openid` is valid there, unless it is signed with a secret that an API knows.
    #[default]
    Implied,
    /// Userinfo demands its own address in `aud`; the server adds it to tokens that are signed with a public key and have the scope
    /// `openid`.
    Listed,
}

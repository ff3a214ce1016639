//! An authorization request that was checked: what it asks for, and how the front channel answers it.

use crate::claims_parameter::ClaimsParameter;
use crate::cutoff::Moment;
use crate::delivery::RedirectTarget;
use crate::jose::Json;
use crate::permissions::Permissions;
use crate::pkce::CodeChallenge;
use crate::record::{Kind, Stored, parse_changed};
use crate::time::Timestamp;
use crate::user::AuthenticatedUser;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A request of the front channel, as it is kept until its code is redeemed.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Request {
    pub(crate) asked: Asked,
    pub(crate) channel: FrontChannel,
}

/// A client's request, however it arrives: through a browser, from a device, or by the back channel.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    pub(crate) client_id: String,
    pub(crate) permissions: Permissions,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) prompt: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) max_age: Option<u32>,
    /// `max_age` was sent, so that the ID token must hold `auth_time`.
    #[serde(default, skip_serializing_if = "is_false")]
    pub(crate) max_age_sent: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) acr_values: Vec<String>,
    #[serde(default, skip_serializing_if = "ClaimsParameter::is_empty")]
    pub(crate) claims: ClaimsParameter,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) claims_locales: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) ui_locales: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) login_hint: Option<String>,
    /// The connection that the user must log in through.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) connection: Option<String>,
    /// `device` was sent, which clients of the older pipeline do for a refresh token.
    #[serde(default, skip_serializing_if = "is_false")]
    pub(crate) device_sent: bool,
    /// `offline_access` was asked for, although it may not be among the permissions.
    #[serde(default, skip_serializing_if = "is_false")]
    pub(crate) offline_asked: bool,
}

/// The path of the response through the browser, and the values that bind it to its request.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FrontChannel {
    pub(crate) target: RedirectTarget,
    /// `redirect_uri` was sent, and must be sent again with the code (RFC 6749 §4.1.3).
    pub(crate) redirect_uri_sent: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) challenge: Option<CodeChallenge>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) nonce: Option<String>,
    /// The key that must be proven to redeem the code (RFC 9449 §10).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) dpop_jkt: Option<String>,
}

/// A request that waits at its `request_uri`. The record outlives `presentable_until`, for users who are logging in.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Pushed {
    pub(crate) request: Request,
    pub(crate) issued_at: Moment,
    pub(crate) presentable_until: Timestamp,
}

impl Stored for Pushed {
    const KIND: Kind = Kind::Pushed;
    const VERSION: u32 = 2;

    /// Version 1 had no `issued_at`: it is older than any cutoff.
    fn upgrade(version: u32, json: &[u8]) -> Option<Self> {
        let dated = |members: &mut Map<String, Value>| match members.insert("issued_at".into(), 0.into()) {
            Some(_) => None,
            None => Some(()),
        };
        (version == 1).then(|| parse_changed(json, dated))?
    }
}

impl Asked {
    /// Returns true if `prompt` holds the value.
    pub(crate) fn prompts(&self, value: &str) -> bool {
        self.prompt.iter().any(|prompt| prompt == value)
    }

    /// Returns true if no page may be shown.
    pub(crate) fn is_silent(&self) -> bool {
        self.prompts("none")
    }

    /// The contexts of which one must be reached ([§5.5.1.1](https://openid.net/specs/openid-connect-core-1_0.html#acrSemantics)).
    pub(crate) fn required_acr(&self) -> Vec<String> {
        let essential = self.claims.find("acr").filter(|request| request.essential);
        essential.flat_map(|request| &request.values).filter_map(Json::as_str).map(str::to_owned).collect()
    }

    /// Returns true if the request accepts this user, authenticated like this.
    pub(crate) fn admits_user(&self, user: &AuthenticatedUser) -> bool {
        self.admits_acr(user) && self.admits_subject(&user.subject)
    }

    pub(crate) fn admits_acr(&self, user: &AuthenticatedUser) -> bool {
        let required = self.required_acr();
        required.is_empty() || user.acr.as_ref().is_some_and(|acr| required.contains(acr))
    }

    pub(crate) fn admits_subject(&self, subject: &str) -> bool {
        let subject = Json::String(subject.to_owned());
        self.claims.find("sub").all(|request| request.takes(&subject))
    }
}

fn is_false(flag: &bool) -> bool {
    !*flag
}

//! An authorization request that was checked: by whom, for what, and what its response must be bound to.

use super::claims_parameter::ClaimsParameter;
use super::state::AuthenticatedUser;
use crate::jose::Json;
use crate::pkce::CodeChallenge;
use crate::refusal::RedirectTarget;
use crate::scope::Scope;
use serde::{Deserialize, Serialize};

/// What is kept of a request until its code is redeemed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Request {
    pub(crate) client_id: String,
    pub(crate) target: RedirectTarget,
    /// Whether `redirect_uri` was sent, and must be again (RFC 6749 §4.1.3).
    pub(crate) redirect_uri_sent: bool,
    pub(crate) scope: Scope,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) challenge: Option<CodeChallenge>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) nonce: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) prompt: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) max_age: Option<u32>,
    /// Whether `max_age` was sent, so that `auth_time` must be told.
    #[serde(default)]
    pub(crate) max_age_sent: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) acr_values: Vec<String>,
    #[serde(default)]
    pub(crate) claims: ClaimsParameter,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) claims_locales: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) ui_locales: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) login_hint: Option<String>,
    /// The key that must be proven to redeem the code (RFC 9449 §10).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) dpop_jkt: Option<String>,
}

impl Request {
    pub(crate) fn prompts(&self, value: &str) -> bool {
        self.prompt.iter().any(|prompt| prompt == value)
    }

    /// Whether no page may be shown.
    pub(crate) fn is_silent(&self) -> bool {
        self.prompts("none")
    }

    /// One of these contexts must be reached ([§5.5.1.1](https://openid.net/specs/openid-connect-core-1_0.html#acrSemantics)).
    pub(crate) fn required_acr(&self) -> Vec<String> {
        let essential = self.claims.find("acr").filter(|request| request.essential);
        essential.flat_map(|request| &request.values).filter_map(Json::as_str).map(str::to_owned).collect()
    }

    /// Whether this user, authenticated like this, is one the request can do with.
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

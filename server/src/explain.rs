//! Explains from a configuration what a client would get for an API, and why.

mod text;

pub use text::printed_tables;

use crate::check::would_be_settings;
use crate::config::{Config, Ports};
use crate::toml_reader::choices;
use crate::users::User;
use fapi::policy::AuthenticationMethod;
use fapi::requirement::ocp;
use fapi::scope::Scope;
use fapi::{ClientKind, Explain, Explanation, GrantType, MethodMembers, Registration, Settings, SubjectType, Timestamp};
use serde::Serialize;
use std::collections::BTreeMap;

/// A question about a client of a configuration. [`Explained::of`] answers it.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Question {
    /// The identifier of the client.
    pub client: String,
    /// The identifier of the API, or the address of userinfo; without it, the default audience.
    pub api: Option<String>,
    /// The name or the subject of the user that the client acts for.
    pub user: Option<String>,
    /// The scope of the request; without it, the request has none.
    pub scope: Option<Scope>,
    /// The subject that the client acts for; without it a user, unless the only grant type of the client is client credentials.
    pub subject_type: Option<SubjectType>,
    /// The organization that the request names.
    pub organization: Option<String>,
}

impl Question {
    /// A question about a client, at the default audience, without a scope.
    pub fn new(client: impl Into<String>) -> Self {
        Self { client: client.into(), ..Self::default() }
    }
}

/// The answer: what the client gets, step by step. It is displayed as a text, and serialized as JSON of the same data.
#[derive(Debug, Clone, Serialize)]
pub struct Explained {
    client: ExplainedClient,
    #[serde(skip_serializing_if = "Option::is_none")]
    api: Option<ExplainedApi>,
    /// The question names an API, or there is a default audience.
    #[serde(skip)]
    api_named: bool,
    subject_type: SubjectType,
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<ExplainedUser>,
    #[serde(skip_serializing_if = "Option::is_none")]
    organization: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    asked: Option<Scope>,
    steps: Vec<ExplainedStep>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refused: Option<ExplainedRefusal>,
    #[serde(skip_serializing_if = "Option::is_none")]
    consent: Option<Consent>,
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<Token>,
    notes: Vec<String>,
}

#[derive(Debug, Clone, Serialize)]
struct ExplainedClient {
    client_id: String,
    first_party: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<ClientKind>,
    #[serde(skip)]
    method: &'static str,
    #[serde(flatten)]
    methods: MethodMembers<'static>,
    profiles: Vec<String>,
}

#[derive(Debug, Clone, Serialize)]
struct ExplainedApi {
    identifier: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    name: String,
    /// The access policy for the type of subject.
    access: &'static str,
    enforce_policies: bool,
    dialect: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    signing_alg: Option<&'static str>,
}

#[derive(Debug, Clone, Serialize)]
struct ExplainedUser {
    name: String,
    subject: String,
    permissions: Scope,
}

#[derive(Debug, Clone, Serialize)]
struct ExplainedStep {
    requirement: &'static str,
    name: &'static str,
    left: Scope,
    dropped: Scope,
}

#[derive(Debug, Clone, Serialize)]
struct ExplainedRefusal {
    error: &'static str,
    detail: String,
    requirements: Vec<&'static str>,
}

#[derive(Debug, Clone, Serialize)]
struct Consent {
    asked: bool,
    reason: &'static str,
    requirement: &'static str,
}

#[derive(Debug, Clone, Serialize)]
struct Token {
    dialect: &'static str,
    audience: Vec<String>,
    scope: Scope,
    #[serde(skip_serializing_if = "Option::is_none")]
    permissions: Option<Scope>,
    #[serde(skip_serializing_if = "Option::is_none")]
    signing_alg: Option<&'static str>,
    lifetime: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    bound_to: Option<&'static str>,
    id_token: bool,
    refresh_token: bool,
}

impl Explained {
    /// Answers a question at this time. An error names a client, API or user that the configuration does not have, and those that it has.
    pub fn of(config: &Config, question: &Question, now: Timestamp) -> Result<Self, String> {
        let mtls = config.mtls.as_ref().map(|mtls| mtls.listen.port());
        let ports = Ports { main: config.listen.port(), mtls };
        let config = &config.at(ports);
        let settings = would_be_settings(config, None, ports).ok_or("the configuration has mistakes; `check` names them")?;
        let api = question.api.as_deref().map(|api| ports.fill(api));
        Asking { config, settings: &settings, question, api }.answer(now)
    }
}

struct Asking<'a> {
    config: &'a Config,
    settings: &'a Settings,
    question: &'a Question,
    api: Option<String>,
}

impl Asking<'_> {
    fn answer(&self, now: Timestamp) -> Result<Explained, String> {
        let client = self.client()?;
        if let Some(api) = &self.api {
            let apis = self.settings.apis.iter().map(|api| api.identifier.as_str());
            let known: Vec<_> = apis.chain([self.settings.endpoints.userinfo.as_str()]).collect();
            known_one("API", api, &known)?;
        }
        if let Some(organization) = &self.question.organization {
            let known: Vec<_> = self.settings.organizations.iter().map(|organization| organization.id.as_str()).collect();
            known_one("organization", organization, &known)?;
        }
        let machine = client.metadata.grant_types == [GrantType::ClientCredentials];
        let default = if machine && self.question.user.is_none() { SubjectType::Client } else { SubjectType::User };
        let subject_type = self.question.subject_type.unwrap_or(default);
        let user = self.user()?.filter(|_| subject_type == SubjectType::User);
        let identifier = self.api.as_deref().or_else(|| self.settings.default_api().map(|api| api.identifier.as_str()));
        let permissions = user.and_then(|user| user.permissions.get(identifier?)).cloned().unwrap_or_default();
        let explanation = self.explain(client, subject_type, user, identifier, &permissions).at(self.settings, now);
        let user = user.map(|user| ExplainedUser { name: user.name.clone(), subject: user.subject.clone(), permissions });
        Ok(self.explained(client, subject_type, user, &explanation))
    }

    fn explain<'x>(
        &'x self,
        client: &'x Registration,
        subject_type: SubjectType,
        user: Option<&User>,
        identifier: Option<&str>,
        permissions: &'x Scope,
    ) -> Explain<'x> {
        let mut explain = Explain::new(&client.metadata, &client.terms, subject_type).permissions(permissions);
        if let Some(api) = &self.api {
            explain = explain.audience(api);
        }
        if let Some(scope) = &self.question.scope {
            explain = explain.scope(scope);
        }
        if let Some(organization) = &self.question.organization {
            explain = explain.organization(organization);
        }
        let user = user.map(|user| user.name.as_str());
        let fits = |identifier: &str| {
            let mut hooks = self.config.hooks.iter();
            hooks.find(|hook| hook.fits((&client.metadata.client_id, &client.terms.metadata), identifier, user))
        };
        match identifier.and_then(fits) {
            Some(hook) => explain.customized(&hook.scope),
            None => explain,
        }
    }

    fn client(&self) -> Result<&Registration, String> {
        let clients: BTreeMap<_, _> =
            self.config.clients.iter().map(|client| (client.metadata.client_id.as_str(), client)).collect();
        let known: Vec<_> = clients.keys().copied().collect();
        // A client whose identifier the server generates is known by its name too.
        let named = self.question.client.as_str();
        let id = self.config.client_ids.used().find(|(name, ..)| *name == named).map_or(named, |(_, id, _)| id);
        known_one("client", id, &known)?;
        clients.get(id).copied().ok_or_else(String::new)
    }

    fn user(&self) -> Result<Option<&User>, String> {
        let Some(named) = &self.question.user else { return Ok(None) };
        let users = &self.config.users;
        let found = users.iter().find(|user| user.name == *named).or_else(|| users.iter().find(|user| user.subject == *named));
        if found.is_none() {
            let known: Vec<_> = users.iter().map(|user| user.name.as_str()).collect();
            known_one("user", named, &known)?;
        }
        Ok(found)
    }

    fn explained(
        &self,
        client: &Registration,
        subject_type: SubjectType,
        user: Option<ExplainedUser>,
        explanation: &Explanation,
    ) -> Explained {
        let api = explanation.audience.as_deref().and_then(|identifier| self.settings.api(identifier));
        let metadata = &client.metadata;
        let bound = (metadata.dpop_bound_access_tokens, metadata.tls_client_certificate_bound_access_tokens);
        let bound_to = match bound {
            (true, _) => Some("the DPoP key of the client"),
            (_, true) => Some("the certificate of the client"),
            _ => self.settings.policy.sender_constraint.value().map(|_| "a DPoP key or a certificate"),
        };
        let algorithm = explanation.token.as_ref().and_then(|token| token.algorithm);
        let token = explanation.token.as_ref().map(|token| Token {
            dialect: token.dialect.name(),
            audience: token.audience.clone(),
            scope: explanation.scope.clone(),
            permissions: token.permissions.clone(),
            signing_alg: token.algorithm.map(|algorithm| algorithm.name()),
            lifetime: token.lifetime,
            bound_to,
            id_token: token.with_id_token,
            refresh_token: token.with_refresh_token,
        });
        Explained {
            client: ExplainedClient {
                client_id: metadata.client_id.clone(),
                first_party: client.terms.first_party,
                kind: client.terms.kind,
                method: metadata.token_endpoint_auth_method.name(),
                methods: MethodMembers::of(metadata.token_endpoint_auth_method),
                profiles: client.terms.profiles.iter().map(|profile| profile.as_str().to_owned()).collect(),
            },
            api: api.map(|api| ExplainedApi {
                identifier: api.identifier.clone(),
                name: api.name.clone(),
                access: api.access.of(subject_type).name(),
                enforce_policies: api.enforce_policies,
                dialect: api.dialect.name(),
                signing_alg: api.signing_alg.or(algorithm).map(|algorithm| algorithm.name()),
            }),
            api_named: self.api.is_some() || self.settings.default_api().is_some(),
            subject_type,
            notes: notes(client, subject_type, api.is_some_and(|api| api.enforce_policies) && user.is_none()),
            user,
            organization: self.question.organization.clone(),
            asked: self.question.scope.clone(),
            steps: explanation.steps.iter().map(ExplainedStep::from).collect(),
            refused: explanation.refused.as_ref().map(|refused| ExplainedRefusal {
                error: refused.error.name(),
                detail: refused.detail.as_str().to_owned(),
                requirements: refused.requirements.iter().map(|requirement| requirement.id).collect(),
            }),
            consent: (token.is_some() && subject_type == SubjectType::User).then(|| consent(client)),
            token,
        }
    }
}

impl From<&fapi::EntitlementStep> for ExplainedStep {
    fn from(step: &fapi::EntitlementStep) -> Self {
        Self { requirement: step.basis.id, name: step.name, left: step.left.clone(), dropped: step.dropped.clone() }
    }
}

fn consent(client: &Registration) -> Consent {
    match client.terms.first_party {
        true => Consent { asked: false, reason: "first party", requirement: ocp::con::SKIPPED.id },
        false => Consent { asked: true, reason: "third party", requirement: ocp::con::THIRD_PARTY.id },
    }
}

/// What the answer rests on, beside the question.
fn notes(client: &Registration, subject_type: SubjectType, no_user: bool) -> Vec<String> {
    let metadata = &client.metadata;
    let mut notes = vec![];
    if subject_type == SubjectType::Client && metadata.token_endpoint_auth_method == AuthenticationMethod::None {
        notes.push("the client does not authenticate, so that it cannot act for itself".to_owned());
    }
    if subject_type == SubjectType::User && !client.terms.oidc_conformant {
        notes.push("the client is not oidc_conformant, so that its tokens for users are for userinfo alone".to_owned());
    }
    if subject_type == SubjectType::User && no_user {
        notes.push("no user is named, so that the answer is that for a user without permissions".to_owned());
    }
    notes
}

/// Refuses a name that is none of the known ones, which the error lists.
fn known_one(kind: &str, name: &str, known: &[&str]) -> Result<(), String> {
    if known.contains(&name) {
        return Ok(());
    }
    Err(match known.is_empty() {
        true => format!("the {kind} {name:?} is unknown; the file has none"),
        false => format!("the {kind} {name:?} is unknown; expected {}", choices(known)),
    })
}

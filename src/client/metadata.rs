//! What a client registered, under the names of [RFC 7591 §2](https://www.rfc-editor.org/rfc/rfc7591#section-2).

use crate::jose::{Algorithm, Algorithms, Json};
use crate::policy::{AlgorithmSet, AuthenticationMethod, Clash, Policy, Presence, Profile, ProfileName, Rule, SenderConstraints};
use crate::requirement::{oidcc, rfc8705, rfc9126, rfc9449};
use crate::scope::Scope;
use serde::{Deserialize, Serialize};

/// A client's metadata. Members this library does not know are ignored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ClientMetadata {
    /// The identifier; public.
    pub client_id: String,
    /// The name for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_name: Option<String>,
    /// Where responses may go.
    #[serde(default)]
    pub redirect_uris: Vec<String>,
    /// What it may use at the token endpoint.
    #[serde(default = "default_grant_types")]
    pub grant_types: Vec<String>,
    /// What it may ask for at the authorization endpoint.
    #[serde(default = "default_response_types")]
    pub response_types: Vec<String>,
    /// How it authenticates.
    #[serde(default = "default_method")]
    pub token_endpoint_auth_method: AuthenticationMethod,
    /// What its assertions are signed with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_endpoint_auth_signing_alg: Option<Algorithm>,
    /// Its keys by value: a JWK Set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jwks: Option<Json>,
    /// Where its keys are published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jwks_uri: Option<String>,
    /// Scope tokens it may ask for; without it, any the server knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<Scope>,
    /// RFC 8705: the subject of its certificate, as an RFC 4514 string.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tls_client_auth_subject_dn: Option<String>,
    /// RFC 8705: a DNS name in its certificate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tls_client_auth_san_dns: Option<String>,
    /// RFC 8705: a URI in its certificate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tls_client_auth_san_uri: Option<String>,
    /// RFC 8705: an IP address in its certificate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tls_client_auth_san_ip: Option<String>,
    /// RFC 8705: an e-mail address in its certificate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tls_client_auth_san_email: Option<String>,
    /// RFC 8705: its access tokens are bound to its certificate.
    #[serde(default)]
    pub tls_client_certificate_bound_access_tokens: bool,
    /// RFC 9449: its access tokens are bound to a DPoP key.
    #[serde(default)]
    pub dpop_bound_access_tokens: bool,
    /// RFC 9126: its authorization requests are pushed.
    #[serde(default)]
    pub require_pushed_authorization_requests: bool,
    /// What its ID tokens are signed with; without it, the server's preferred key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id_token_signed_response_alg: Option<Algorithm>,
    /// Seconds after which a user must log in again, unless a request says otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_max_age: Option<u32>,
    /// Its ID tokens always hold `auth_time`.
    #[serde(default)]
    pub require_auth_time: bool,
    /// Identifiers of resources (`aud`) this client acts for: it may introspect tokens made for them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub introspects: Vec<String>,
    /// Users are not asked for their consent: only for clients of the operator's own.
    #[serde(default)]
    pub first_party: bool,
    /// Further profiles whose rules hold for this client.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub profiles: Vec<ProfileName>,
}

fn default_grant_types() -> Vec<String> {
    vec!["authorization_code".into()]
}

fn default_response_types() -> Vec<String> {
    vec!["code".into()]
}

/// [OpenID Connect Core §9](https://openid.net/specs/openid-connect-core-1_0.html#rfc.section.9).
fn default_method() -> AuthenticationMethod {
    AuthenticationMethod::ClientSecretBasic
}

impl ClientMetadata {
    /// A client with this identifier that authenticates like this, and everything else at its default.
    pub fn new(client_id: impl Into<String>, token_endpoint_auth_method: AuthenticationMethod) -> Self {
        Self {
            client_id: client_id.into(),
            client_name: None,
            redirect_uris: vec![],
            grant_types: default_grant_types(),
            response_types: default_response_types(),
            token_endpoint_auth_method,
            token_endpoint_auth_signing_alg: None,
            jwks: None,
            jwks_uri: None,
            scope: None,
            tls_client_auth_subject_dn: None,
            tls_client_auth_san_dns: None,
            tls_client_auth_san_uri: None,
            tls_client_auth_san_ip: None,
            tls_client_auth_san_email: None,
            tls_client_certificate_bound_access_tokens: false,
            dpop_bound_access_tokens: false,
            require_pushed_authorization_requests: false,
            id_token_signed_response_alg: None,
            default_max_age: None,
            require_auth_time: false,
            introspects: vec![],
            first_party: false,
            profiles: vec![],
        }
    }

    /// The server's rules and those this registration adds.
    pub fn tighten(&self, server: &Policy) -> Result<Policy, Clash> {
        let mut policy = server.tighten(&self.policy())?;
        for name in &self.profiles {
            policy = policy.tighten(&name.profile().policy())?;
        }
        Ok(policy)
    }

    pub(crate) fn may_use(&self, grant_type: &str) -> bool {
        self.grant_types.iter().any(|known| known == grant_type)
    }

    /// The rules that its own metadata are.
    fn policy(&self) -> Policy {
        let mut policy = Profile::OPEN.policy();
        if self.dpop_bound_access_tokens {
            policy.sender_constraint = Rule::default().because(SenderConstraints::DPOP, &rfc9449::CLIENT_ALWAYS_PROVES);
        }
        if self.tls_client_certificate_bound_access_tokens {
            let senders = std::mem::take(&mut policy.sender_constraint);
            policy.sender_constraint = senders.because(SenderConstraints::MTLS, &rfc8705::TOKENS_ALWAYS_BOUND);
        }
        if self.require_pushed_authorization_requests {
            policy.pushed_request = Rule::default().because(Presence::Required, &rfc9126::PUSH_REQUIRED_BY_CLIENT);
        }
        if let Some(algorithm) = self.token_endpoint_auth_signing_alg {
            let registered = AlgorithmSet(Algorithms::of(&[algorithm]));
            policy.assertion_algorithm = Rule::default().because(registered, &oidcc::ASSERTION_ALGORITHM);
        }
        policy
    }
}

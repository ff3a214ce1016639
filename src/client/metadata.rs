//! A client's statements about itself, under the names of [RFC 7591 §2](https://www.rfc-editor.org/rfc/rfc7591#section-2).

use super::{ClientKind, GrantType, default_grants};
use crate::jose::{Algorithm, Json};
use crate::parsed::Parsed;
use crate::policy::{AuthenticationMethod, OwnRules, Policy, ResponseType};
use crate::redirect_uri::RedirectUri;
use crate::scope::Scope;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A client's metadata: everything that a client may state about itself, typed where this library uses it. The operator's decisions
/// are in [`ClientTerms`](crate::ClientTerms).
///
/// ```
/// use fapi::{ClientMetadata, policy::AuthenticationMethod};
///
/// let mut shop = ClientMetadata::new("shop", AuthenticationMethod::PrivateKeyJwt);
/// shop.redirect_uris = vec!["https://shop.example/cb".into()];
/// shop.jwks_uri = Some("https://shop.example/jwks".into());
///
/// let same: ClientMetadata = serde_json::from_str(&serde_json::to_string(&shop)?)?;
/// assert_eq!(same, shop);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ClientMetadata {
    /// The identifier; public.
    pub client_id: String,
    /// The name to show to users.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_name: Option<String>,
    /// The URIs that responses may go to.
    #[serde(default)]
    pub redirect_uris: Vec<Parsed<RedirectUri>>,
    /// The grant types it uses at the token endpoint.
    #[serde(default = "default_grant_types")]
    pub grant_types: Vec<GrantType>,
    /// The response types it asks for at the authorization endpoint, each as it was written. The order of the words in a response
    /// type does not matter ([§3](https://openid.net/specs/oauth-v2-multiple-response-types-1_0.html#rfc.section.3)).
    #[serde(default = "default_response_types")]
    pub response_types: Vec<Parsed<ResponseType>>,
    /// The way it authenticates.
    #[serde(default = "default_method")]
    pub token_endpoint_auth_method: AuthenticationMethod,
    /// The algorithm its assertions are signed with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_endpoint_auth_signing_alg: Option<Algorithm>,
    /// Its keys by value: a JWK Set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jwks: Option<Json>,
    /// The address its keys are published at.
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
    /// The algorithm its ID tokens are signed with; without it, RS256 if the server's policy and keys allow that, and otherwise the
    /// algorithm of the server's preferred key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id_token_signed_response_alg: Option<Algorithm>,
    /// Seconds after which a user must log in again, unless a request says otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_max_age: Option<u32>,
    /// Its ID tokens always hold `auth_time`.
    #[serde(default)]
    pub require_auth_time: bool,
    /// Members that this library does not know, unchanged.
    #[serde(flatten)]
    pub other: BTreeMap<String, Json>,
}

fn default_grant_types() -> Vec<GrantType> {
    vec![GrantType::AuthorizationCode]
}

fn default_response_types() -> Vec<Parsed<ResponseType>> {
    vec![ResponseType::Code.name().into()]
}

/// [OpenID Connect Core §9](https://openid.net/specs/openid-connect-core-1_0.html#rfc.section.9).
fn default_method() -> AuthenticationMethod {
    AuthenticationMethod::ClientSecretBasic
}

impl ClientMetadata {
    /// The names of the members that this library reads.
    pub const MEMBERS: &'static [&'static str] = &[
        "client_id",
        "client_name",
        "redirect_uris",
        "grant_types",
        "response_types",
        "token_endpoint_auth_method",
        "token_endpoint_auth_signing_alg",
        "jwks",
        "jwks_uri",
        "scope",
        "tls_client_auth_subject_dn",
        "tls_client_auth_san_dns",
        "tls_client_auth_san_uri",
        "tls_client_auth_san_ip",
        "tls_client_auth_san_email",
        "tls_client_certificate_bound_access_tokens",
        "dpop_bound_access_tokens",
        "require_pushed_authorization_requests",
        "id_token_signed_response_alg",
        "default_max_age",
        "require_auth_time",
    ];

    /// A client with this identifier that authenticates like this; every other member has its default.
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
            other: BTreeMap::new(),
        }
    }

    /// A client of this kind, with the method and the grant types that its kind has by default: `none` for an application that keeps
    /// no secret, `client_secret_basic` for another, and the grant types of the [relation](crate::GRANTS) that this policy does not
    /// forbid.
    ///
    /// ```
    /// use fapi::{ClientKind, ClientMetadata, policy::{AuthenticationMethod, OAUTH}};
    ///
    /// let app = ClientMetadata::of_kind("app", ClientKind::Native, &OAUTH.policy());
    /// assert_eq!(app.token_endpoint_auth_method, AuthenticationMethod::None);
    /// let names: Vec<_> = app.grant_types.iter().map(|grant| grant.as_str()).collect();
    /// assert_eq!(names, ["authorization_code", "refresh_token"]);
    /// ```
    pub fn of_kind(client_id: impl Into<String>, kind: ClientKind, policy: &Policy) -> Self {
        let method = kind.default_method();
        Self { grant_types: default_grants(method, policy), ..Self::new(client_id, method) }
    }

    /// The rules that follow from the metadata.
    pub fn own_rules(&self) -> OwnRules {
        OwnRules {
            dpop_bound: self.dpop_bound_access_tokens,
            certificate_bound: self.tls_client_certificate_bound_access_tokens,
            pushed_requests: self.require_pushed_authorization_requests,
            assertion_algorithm: self.token_endpoint_auth_signing_alg,
            level: None,
        }
    }

    pub(crate) fn may_use(&self, grant_type: &GrantType) -> bool {
        self.grant_types.contains(grant_type)
    }

    /// Returns true if this response type is registered, in any order of its words.
    pub(crate) fn has_response_type(&self, response_type: ResponseType) -> bool {
        self.response_types.iter().any(|known| known.get() == Ok(&response_type))
    }

    /// Returns true if this URI is registered
    /// ([RFC 6749 §3.1.2.3](https://www.rfc-editor.org/rfc/rfc6749#section-3.1.2.3)).
    pub(crate) fn has_redirect_uri(&self, uri: &str) -> bool {
        self.redirect_uris.iter().any(|known| known.get().is_ok_and(|known| known.matches(uri)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_response_type_is_registered_in_whatever_order_of_its_words_and_written_as_it_came() {
        let text = r#"{"client_id":"app","response_types":["id_token code","token","saml"]}"#;
        let metadata: ClientMetadata = serde_json::from_str(text).expect("metadata");
        for (asked, registered) in [
            (ResponseType::CodeIdToken, true),
            (ResponseType::Token, true),
            (ResponseType::Code, false),
            (ResponseType::CodeToken, false),
        ] {
            assert_eq!(metadata.has_response_type(asked), registered, "{asked:?}");
        }
        let written = serde_json::to_value(&metadata).expect("JSON");
        assert_eq!(written["response_types"], serde_json::json!(["id_token code", "token", "saml"]));
    }

    /// The debug output has a line per field, each indented by four spaces.
    #[test]
    fn every_member_but_the_unknown_ones_is_listed() {
        let text = format!("{:#?}", ClientMetadata::new("app", AuthenticationMethod::None));
        let fields = text.lines().filter_map(|line| line.strip_prefix("    ")?.split_once(": ").map(|(name, _)| name));
        let fields: Vec<_> = fields.filter(|name| !name.starts_with(' ') && *name != "other").collect();
        assert_eq!(fields, ClientMetadata::MEMBERS);
    }
}

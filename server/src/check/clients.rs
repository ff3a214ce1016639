//! The checks of clients: each alone, with the settings of the server, and with the other sections.

use super::{Checks, repeated};
use crate::clock::{Clock, SystemClock};
use crate::config::{Config, Transport};
use crate::toml_reader::{choices, nearest};
use fapi::jose::{Algorithm, Algorithms, JwkSet};
use fapi::policy::{AuthenticationMethod as Method, Policies, Policy};
use fapi::scope::Scope;
use fapi::{ClientMetadata, ClientSecret, GrantType, Registration, Settings, grant_types_served};
use std::collections::BTreeSet;

/// A client under check.
struct Checked<'a> {
    client: &'a Registration,
    path: String,
    checks: &'a mut Checks,
}

/// Checks all clients; those that look at the settings are left out if there are none.
pub(super) fn check(config: &Config, settings: Option<&Settings>, checks: &mut Checks) {
    let ids = config.clients.iter().map(|client| client.metadata.client_id.as_str());
    checks.0.extend(repeated(ids, |index| format!("clients[{index}].client_id")));
    for (index, client) in config.clients.iter().enumerate() {
        let mut checked = Checked { client, path: format!("clients[{index}]"), checks };
        checked.grants();
        checked.credential();
        checked.scopes(config);
        checked.sections(config);
        if let Some(settings) = settings {
            checked.registration(settings);
        }
    }
}

impl Checked<'_> {
    fn demand(&mut self, holds: bool, depends_on: &'static [&'static str], member: &str, text: impl std::fmt::Display) {
        self.checks.demand(holds, depends_on, &format!("{}.{member}", self.path), text);
    }

    fn grants(&mut self) {
        let metadata = &self.client.metadata;
        let uris: Vec<_> = metadata.redirect_uris.iter().map(|uri| uri.as_str()).collect();
        let path = self.path.clone();
        self.checks.0.extend(repeated(uris.into_iter(), |index| format!("{path}.redirect_uris[{index}]")));
    }

    /// Members that belong to other methods than the registered one.
    fn credential(&mut self) {
        let metadata = &self.client.metadata;
        let method = metadata.token_endpoint_auth_method;
        let name = method.name();
        let secret = matches!(method, Method::ClientSecretBasic | Method::ClientSecretPost | Method::ClientSecretJwt);
        // The library refuses a secret of a public client.
        let unused = !matches!(self.client.secret, ClientSecret::None) && !secret && method != Method::None;
        self.demand(!unused, &[], "client_secret", format_args!("is not used by the method {name}"));
        if let Some(algorithm) = metadata.token_endpoint_auth_signing_alg {
            let admitted = match method {
                Method::PrivateKeyJwt => Algorithms::ALL_ASYMMETRIC,
                Method::ClientSecretJwt => Algorithms::ALL_SYMMETRIC,
                _ => Algorithms::NONE,
            };
            let text = format!("{} is not used by the method {name}", algorithm.name());
            self.demand(admitted.contains(algorithm), &[], "token_endpoint_auth_signing_alg", text);
        }
        for (member, _) in registered_subjects(metadata) {
            self.demand(method == Method::TlsClientAuth, &[], member, format_args!("is not used by the method {name}"));
        }
    }

    fn scopes(&mut self, config: &Config) {
        let known: BTreeSet<_> = config.scopes.iter().chain(of_apis(config).flat_map(Scope::iter)).collect();
        let Some(scope) = &self.client.metadata.scope else { return };
        for token in scope.iter().filter(|token| !known.contains(token)) {
            let text = match nearest(token, known.iter().copied()) {
                Some(nearest) => format!("{token:?} is defined nowhere; did you mean {nearest:?}?"),
                None => format!("{token:?} is defined nowhere; expected {}", choices(&known)),
            };
            self.demand(false, &["apis", "scopes", "resource"], "scope", text);
        }
    }

    /// Members that need another section of the configuration.
    fn sections(&mut self, config: &Config) {
        let metadata = &self.client.metadata;
        let plain = matches!(config.transport, Transport::Plain);
        let method = metadata.token_endpoint_auth_method;
        let certified = matches!(method, Method::TlsClientAuth | Method::SelfSignedTlsClientAuth);
        let text = format!("{} needs a [tls] section", method.name());
        self.demand(!plain || !certified, &["tls"], "token_endpoint_auth_method", text);
        let bound = metadata.tls_client_certificate_bound_access_tokens;
        self.demand(!plain || !bound, &["tls"], "tls_client_certificate_bound_access_tokens", "needs a [tls] section");
        let anchored = method != Method::TlsClientAuth || plain || !config.client_authorities.is_empty();
        let text = "tls_client_auth needs tls.client_authorities";
        self.demand(anchored, &["tls"], "token_endpoint_auth_method", text);
        for (index, api) in self.client.terms.introspects.iter().enumerate() {
            let known = config.identifiers();
            let text = format!("{api:?} is no API; expected {}", choices(&known));
            let member = format!("terms.introspects[{index}]");
            self.demand(known.contains(&api.as_str()), &["apis", "issuer", "resource"], &member, text);
        }
    }

    /// What the library finds, and what follows from the policy of this client.
    fn registration(&mut self, settings: &Settings) {
        let (metadata, terms) = (&self.client.metadata, &self.client.terms);
        let policies = Policies::new(settings.policy.clone(), settings.profiles.clone());
        let policy = policies.compose(&terms.profiles, &terms.own_rules(metadata));
        let contradiction = policy.as_ref().err().map(ToString::to_string);
        // The library looks at the rest only if the client's rules fit the policy.
        let mut uris = wrong_redirect_uris(metadata, policy.as_deref().ok());
        let policy = policy.as_deref().unwrap_or(&settings.policy);
        let mut said = BTreeSet::new();
        for mistake in self.client.mistakes(settings, SystemClock.now()) {
            let ids = mistake.requirements.iter().map(|requirement| requirement.id).collect::<Vec<_>>().join(", ");
            let (path, text) = match mistake.member {
                "metadata" => match self.contradiction(&settings.policy) {
                    Some((member, text)) => (format!("{}.{member}", self.path), Some(text)),
                    None => (self.path.clone(), contradiction.clone()),
                },
                "profiles" => (format!("{}.terms.profiles", self.path), contradiction.clone()),
                "redirect_uris" => match uris.next() {
                    Some((index, text)) => (format!("{}.redirect_uris[{index}]", self.path), text),
                    None => (format!("{}.redirect_uris", self.path), Some("authorization_code needs at least one".into())),
                },
                "tls_client_auth_subject_dn" if registered_subjects(metadata).count() == 1 => {
                    let (member, form) = registered_subjects(metadata).next().unwrap_or_default();
                    (format!("{}.{member}", self.path), Some(format!("is not {form}")))
                }
                member => {
                    let of_client = ClientMetadata::MEMBERS.contains(&member) || member == "client_secret";
                    let section = if of_client { "" } else { "terms." };
                    (format!("{}.{section}{member}", self.path), self.words(member, policy, settings))
                }
            };
            // A redirect URI that both the policy and its syntax refuse is told once.
            let once = if mistake.member == "redirect_uris" { String::new() } else { ids.clone() };
            if said.insert((path.clone(), once)) {
                let text = text.unwrap_or_else(|| mistake.detail.as_str().trim_end_matches('.').to_owned());
                self.checks.fail(&["apis", "issuer", "profiles"], &path, format_args!("{text} ({ids})"));
            }
        }
        let keys = metadata.jwks.as_ref().and_then(|jwks| JwkSet::parse(jwks.to_string().as_bytes(), settings.primitives).ok());
        // The library has told why there is none.
        if let Some(keys) = keys.filter(|keys| !keys.keys().is_empty()) {
            self.keys(&keys, policy);
        }
    }

    /// The member whose rule contradicts the policy or another member, in words.
    fn contradiction(&self, policy: &Policy) -> Option<(&'static str, String)> {
        let metadata = &self.client.metadata;
        let algorithm = metadata.token_endpoint_auth_signing_alg;
        if let Some(algorithm) = algorithm.filter(|algorithm| !policy.assertion_algorithm.admits(algorithm)) {
            let admitted = Algorithms::ALL_ASYMMETRIC.iter().filter(|algorithm| policy.assertion_algorithm.admits(algorithm));
            let admitted = choices(admitted.map(Algorithm::name));
            let text = format!("{} is not admitted; expected {admitted}", algorithm.name());
            return Some(("token_endpoint_auth_signing_alg", text));
        }
        let both = metadata.dpop_bound_access_tokens && metadata.tls_client_certificate_bound_access_tokens;
        let text = "contradicts dpop_bound_access_tokens: a token is bound in one way";
        both.then(|| ("tls_client_certificate_bound_access_tokens", text.to_owned()))
    }

    /// A mistake that the library finds in a member, in words about this client.
    fn words(&self, member: &str, policy: &Policy, settings: &Settings) -> Option<String> {
        let metadata = &self.client.metadata;
        let method = metadata.token_endpoint_auth_method;
        Some(match (member, method) {
            ("token_endpoint_auth_method", _) => {
                let admitted = policy.client_authentication.value()?;
                format!("{} is not admitted; expected {}", method.name(), choices(admitted.iter().map(Method::name)))
            }
            ("client_secret", Method::None) => "a public client (none) has no secret".into(),
            ("client_secret", Method::ClientSecretJwt) => "client_secret_jwt needs a secret of at least 32 octets".into(),
            ("client_secret", _) => format!("missing member; {} needs a secret", method.name()),
            ("jwks", Method::PrivateKeyJwt | Method::SelfSignedTlsClientAuth) if metadata.jwks.is_none() => {
                format!("missing member; {} needs jwks or jwks_uri", method.name())
            }
            ("jwks_uri", _) if metadata.jwks.is_some() => "is given beside jwks; expected one of the two".into(),
            ("jwks_uri", _) => "must be an https URL".into(),
            ("tls_client_auth_subject_dn", _) => {
                "tls_client_auth needs exactly one of the members tls_client_auth_subject_dn (RFC 4514, such as \"CN=a,O=b\"), \
                 tls_client_auth_san_dns, tls_client_auth_san_uri, tls_client_auth_san_ip and tls_client_auth_san_email"
                    .into()
            }
            ("id_token_signed_response_alg", _) => {
                let algorithm = metadata.id_token_signed_response_alg?;
                let ours: Algorithms = settings.keys.iter().flat_map(|key| key.algorithms.iter()).collect();
                let ours = ours.iter().filter(|algorithm| policy.issued_algorithm.admits(algorithm));
                format!("no ID token is signed with {}; expected {}", algorithm.name(), choices(ours.map(Algorithm::name)))
            }
            ("response_types", _) => "the server serves \"code\" alone".into(),
            ("grant_types", _) => {
                let served: Vec<_> = grant_types_served().collect();
                let other = metadata.grant_types.iter().map(GrantType::as_str).find(|name| !served.contains(name));
                match other {
                    Some(other) => format!("{other:?} is not served; expected {}", choices(served)),
                    None => "client_credentials needs a client that authenticates, and the method is none".into(),
                }
            }
            _ => return None,
        })
    }

    /// Demands a key by value that the method can use.
    fn keys(&mut self, keys: &JwkSet, policy: &Policy) {
        let metadata = &self.client.metadata;
        let admitted = |algorithm: &Algorithm| policy.assertion_algorithm.admits(algorithm);
        let algorithms: Vec<_> = match metadata.token_endpoint_auth_signing_alg {
            Some(algorithm) => Algorithms::ALL_ASYMMETRIC.iter().filter(|known| *known == algorithm).collect(),
            None => Algorithms::ALL_ASYMMETRIC.iter().filter(admitted).collect(),
        };
        let names = || choices(algorithms.iter().map(|algorithm| algorithm.name()));
        if metadata.token_endpoint_auth_method == Method::PrivateKeyJwt && !algorithms.is_empty() {
            let signs = keys.keys().iter().any(|key| algorithms.iter().any(|algorithm| key.fits(*algorithm)));
            self.demand(signs, &["profiles"], "jwks", format_args!("has no key that signs with {}", names()));
        }
    }
}

/// The scopes of the APIs.
fn of_apis(config: &Config) -> impl Iterator<Item = &Scope> {
    let open = config.apis.is_empty().then_some(&config.resource.scopes);
    config.apis.iter().map(|api| api.api.scopes.scope()).chain(open)
}

/// The redirect URIs that are refused, in the order in which the library names them: those that the policy refuses, then those that
/// are malformed, with the reason if there is a better one than the requirement.
fn wrong_redirect_uris(metadata: &ClientMetadata, policy: Option<&Policy>) -> impl Iterator<Item = (usize, Option<String>)> {
    let numbered = || metadata.redirect_uris.iter().enumerate();
    let plain = || Some("plain http is for the loopback addresses of native apps only".to_owned());
    let refused = numbered().filter(|(_, uri)| policy.is_some_and(|policy| !policy.redirect_uri.admits(uri.as_str())));
    let refused = refused.map(|(index, uri)| (index, plain().filter(|_| uri.as_str().starts_with("http://"))));
    let malformed = numbered().filter_map(|(index, uri)| Some((index, Some(uri.get().err()?.to_string()))));
    refused.chain(malformed).collect::<Vec<_>>().into_iter()
}

/// The members with the subject of a client's certificate that are given, each with the form of its value in words.
fn registered_subjects(metadata: &ClientMetadata) -> impl Iterator<Item = (&'static str, &'static str)> {
    let name = "a distinguished name of RFC 4514 with known attributes, such as \"CN=a,O=b\" \
                (`openssl x509 -noout -subject -nameopt RFC2253` prints one)";
    [
        ("tls_client_auth_subject_dn", &metadata.tls_client_auth_subject_dn, name),
        ("tls_client_auth_san_dns", &metadata.tls_client_auth_san_dns, "a host name"),
        ("tls_client_auth_san_uri", &metadata.tls_client_auth_san_uri, "an absolute URI"),
        ("tls_client_auth_san_ip", &metadata.tls_client_auth_san_ip, "an IP address"),
        ("tls_client_auth_san_email", &metadata.tls_client_auth_san_email, "an email address"),
    ]
    .into_iter()
    .filter_map(|(member, value, form)| value.is_some().then_some((member, form)))
}

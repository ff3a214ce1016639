//! The metadata document, derived from the settings so that it always agrees with the server's behaviour.

use crate::grant_type::GrantType;
use crate::jose::{Algorithm, Algorithms, ContentEncryption, KeyManagement};
use crate::policy::{
    AuthenticationMethod as Method, AuthenticationMethods, Bound, ChallengeRule, Policy, ResponseModes, ResponseType, Rule,
    SenderConstraints,
};
use crate::response_mode::ResponseMode;
use crate::settings::{Endpoints, Settings};
use serde::Serialize;

/// Authorization server metadata ([RFC 8414 §2](https://www.rfc-editor.org/rfc/rfc8414#section-2)) and OpenID provider metadata
/// ([OpenID Connect Discovery §3](https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata)) in one
/// document, which is the same at both locations. Members without values are left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Metadata {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    pushed_authorization_request_endpoint: String,
    require_pushed_authorization_requests: bool,
    userinfo_endpoint: String,
    introspection_endpoint: String,
    revocation_endpoint: String,
    scopes_supported: Vec<String>,
    response_types_supported: Vec<ResponseType>,
    response_modes_supported: Vec<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    authorization_signing_alg_values_supported: Vec<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    authorization_encryption_alg_values_supported: Vec<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    authorization_encryption_enc_values_supported: Vec<&'static str>,
    grant_types_supported: Vec<&'static str>,
    subject_types_supported: Vec<&'static str>,
    id_token_signing_alg_values_supported: Vec<&'static str>,
    userinfo_signing_alg_values_supported: Vec<&'static str>,
    introspection_signing_alg_values_supported: Vec<&'static str>,
    id_token_encryption_alg_values_supported: Vec<&'static str>,
    id_token_encryption_enc_values_supported: Vec<&'static str>,
    userinfo_encryption_alg_values_supported: Vec<&'static str>,
    userinfo_encryption_enc_values_supported: Vec<&'static str>,
    introspection_encryption_alg_values_supported: Vec<&'static str>,
    introspection_encryption_enc_values_supported: Vec<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    request_object_encryption_alg_values_supported: Vec<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    request_object_encryption_enc_values_supported: Vec<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    acr_values_supported: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    claims_supported: Vec<String>,
    claims_parameter_supported: bool,
    request_parameter_supported: bool,
    request_uri_parameter_supported: bool,
    #[serde(skip_serializing_if = "is_false")]
    require_request_uri_registration: bool,
    require_signed_request_object: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    request_object_signing_alg_values_supported: Vec<&'static str>,
    token_endpoint_auth_methods_supported: Vec<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    token_endpoint_auth_signing_alg_values_supported: Vec<&'static str>,
    introspection_endpoint_auth_methods_supported: Vec<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    introspection_endpoint_auth_signing_alg_values_supported: Vec<&'static str>,
    revocation_endpoint_auth_methods_supported: Vec<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    revocation_endpoint_auth_signing_alg_values_supported: Vec<&'static str>,
    code_challenge_methods_supported: Vec<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    dpop_signing_alg_values_supported: Vec<&'static str>,
    authorization_response_iss_parameter_supported: bool,
    tls_client_certificate_bound_access_tokens: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    mtls_endpoint_aliases: Option<Aliases>,
}

/// The endpoints that clients call directly, at their addresses for mutual TLS
/// ([RFC 8705 §5](https://www.rfc-editor.org/rfc/rfc8705#section-5)).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Aliases {
    token_endpoint: String,
    pushed_authorization_request_endpoint: String,
    userinfo_endpoint: String,
    introspection_endpoint: String,
    revocation_endpoint: String,
}

impl Metadata {
    pub(crate) fn of(settings: &Settings, mut grant_types: Vec<&'static str>) -> Self {
        let Endpoints { authorization, pushed_authorization_request, token, userinfo, introspection, revocation, jwks } =
            settings.endpoints.clone();
        let policy = &settings.policy;
        let methods = methods(settings);
        let confidential: Vec<_> = methods.iter().copied().filter(|method| *method != Method::None.name()).collect();
        let assertions = assertion_algorithms(policy);
        let response_types = response_types(policy);
        let implicit = |response_type: &ResponseType| response_type.grant_types().any(|grant| *grant == GrantType::Implicit);
        if response_types.iter().any(implicit) {
            grant_types.extend(GrantType::Implicit.name());
        }
        let modes = response_modes(policy, &response_types);
        let signed = modes.iter().any(|mode| mode.is_signed());
        let to_clients = key_managements(settings);
        let to_server: Vec<_> = settings.keys.decryption_algorithms().into_iter().map(KeyManagement::name).collect();
        let contents: Vec<_> = ContentEncryption::ALL.iter().map(|enc| enc.name()).collect();
        let mut claims = vec!["sub".to_owned()];
        claims.extend(settings.claims.iter().cloned());
        Self {
            issuer: settings.issuer.clone(),
            authorization_endpoint: authorization,
            token_endpoint: token,
            jwks_uri: jwks,
            pushed_authorization_request_endpoint: pushed_authorization_request,
            require_pushed_authorization_requests: !policy.pushed_request.conjuncts().is_empty(),
            userinfo_endpoint: userinfo,
            introspection_endpoint: introspection,
            revocation_endpoint: revocation,
            scopes_supported: settings.all_scopes().iter().map(str::to_owned).collect(),
            response_types_supported: response_types,
            response_modes_supported: modes.iter().map(|mode| mode.name()).chain(signed.then_some(ResponseMode::JWT)).collect(),
            authorization_signing_alg_values_supported: if signed { names(settings.response_algorithms()) } else { vec![] },
            grant_types_supported: grant_types,
            subject_types_supported: vec!["public"],
            id_token_signing_alg_values_supported: names(settings.response_algorithms()),
            userinfo_signing_alg_values_supported: names(settings.response_algorithms()),
            introspection_signing_alg_values_supported: names(settings.response_algorithms()),
            authorization_encryption_alg_values_supported: if signed { to_clients.clone() } else { vec![] },
            authorization_encryption_enc_values_supported: if signed { contents.clone() } else { vec![] },
            id_token_encryption_alg_values_supported: to_clients.clone(),
            id_token_encryption_enc_values_supported: contents.clone(),
            userinfo_encryption_alg_values_supported: to_clients.clone(),
            userinfo_encryption_enc_values_supported: contents.clone(),
            introspection_encryption_alg_values_supported: to_clients,
            introspection_encryption_enc_values_supported: contents.clone(),
            request_object_encryption_enc_values_supported: if to_server.is_empty() { vec![] } else { contents },
            request_object_encryption_alg_values_supported: to_server,
            acr_values_supported: settings.acr_values.clone(),
            claims_supported: claims,
            claims_parameter_supported: true,
            request_parameter_supported: settings.switches.request_parameter,
            request_uri_parameter_supported: settings.switches.request_uri_parameter,
            require_request_uri_registration: settings.switches.request_uri_parameter,
            require_signed_request_object: !policy.request_object.conjuncts().is_empty(),
            request_object_signing_alg_values_supported: request_object_algorithms(settings),
            token_endpoint_auth_methods_supported: methods.clone(),
            token_endpoint_auth_signing_alg_values_supported: assertions.clone(),
            introspection_endpoint_auth_methods_supported: confidential,
            introspection_endpoint_auth_signing_alg_values_supported: assertions.clone(),
            revocation_endpoint_auth_methods_supported: methods,
            revocation_endpoint_auth_signing_alg_values_supported: assertions,
            code_challenge_methods_supported: challenge_methods(&policy.code_challenge),
            dpop_signing_alg_values_supported: proof_algorithms(policy),
            authorization_response_iss_parameter_supported: true,
            tls_client_certificate_bound_access_tokens: settings.client_certificates
                && policy.sender_constraint.admits(&SenderConstraints::MTLS),
            mtls_endpoint_aliases: settings.mtls_endpoints.clone().map(|aliases| Aliases {
                token_endpoint: aliases.token,
                pushed_authorization_request_endpoint: aliases.pushed_authorization_request,
                userinfo_endpoint: aliases.userinfo,
                introspection_endpoint: aliases.introspection,
                revocation_endpoint: aliases.revocation,
            }),
        }
    }
}

/// The response types that the policy admits. An access token among them is bound to no sender.
fn response_types(policy: &Policy) -> Vec<ResponseType> {
    let unbound = policy.sender_constraint.admits(&SenderConstraints::NONE);
    let all = policy.response_type.within(ResponseType::SERVED);
    all.iter().filter(|response_type| unbound || !response_type.has_access_token()).collect()
}

/// The response modes in which the policy admits one of these response types.
fn response_modes(policy: &Policy, response_types: &[ResponseType]) -> Vec<ResponseMode> {
    let answered = |mode: &ResponseMode| response_types.iter().any(|known| policy.answers(*known, *mode));
    ResponseModes::ALL.iter().filter(answered).collect()
}

/// The ways to authenticate that the policy admits and that can succeed with these settings.
fn methods(settings: &Settings) -> Vec<&'static str> {
    const ALL: AuthenticationMethods = AuthenticationMethods::of(&[
        Method::None,
        Method::ClientSecretBasic,
        Method::ClientSecretPost,
        Method::ClientSecretJwt,
        Method::PrivateKeyJwt,
        Method::TlsClientAuth,
        Method::SelfSignedTlsClientAuth,
    ]);
    let works = |method: &Method| match method {
        Method::TlsClientAuth => settings.client_certificates && !settings.trust_anchors.is_empty(),
        Method::SelfSignedTlsClientAuth => settings.client_certificates,
        _ => true,
    };
    settings.policy.client_authentication.within(ALL).iter().filter(works).map(Method::name).collect()
}

/// The algorithms that messages for clients may be encrypted with: for their keys, and under their secrets if they have any.
fn key_managements(settings: &Settings) -> Vec<&'static str> {
    let secrets = settings.response_algorithms().iter().any(Algorithm::is_symmetric);
    KeyManagement::ALL.iter().filter(|alg| secrets || !alg.is_symmetric()).map(|alg| alg.name()).collect()
}

fn assertion_algorithms(policy: &Policy) -> Vec<&'static str> {
    let mut all = Algorithms::NONE;
    if policy.client_authentication.admits(&Method::PrivateKeyJwt) {
        all = all.union(Algorithms::ALL_ASYMMETRIC);
    }
    if policy.client_authentication.admits(&Method::ClientSecretJwt) {
        all = all.union(Algorithms::ALL_SYMMETRIC);
    }
    all.iter().filter(|algorithm| policy.assertion_algorithm.admits(algorithm)).map(Algorithm::name).collect()
}

fn request_object_algorithms(settings: &Settings) -> Vec<&'static str> {
    let all = if settings.switches.takes_request_objects() { Algorithms::ALL_ASYMMETRIC } else { Algorithms::NONE };
    all.iter().filter(|algorithm| settings.policy.request_object_algorithm.admits(algorithm)).map(Algorithm::name).collect()
}

fn is_false(flag: &bool) -> bool {
    !*flag
}

fn proof_algorithms(policy: &Policy) -> Vec<&'static str> {
    if policy.sender_constraint.admits(&SenderConstraints::DPOP) { names(policy.proof_algorithms()) } else { vec![] }
}

fn challenge_methods(rule: &Rule<ChallengeRule>) -> Vec<&'static str> {
    let only_s256 = rule.conjuncts().iter().any(|conjunct| !conjunct.bound.admits(&crate::policy::ChallengeInput::Plain));
    if only_s256 { vec!["S256"] } else { vec!["S256", "plain"] }
}

fn names(algorithms: Algorithms) -> Vec<&'static str> {
    algorithms.iter().map(Algorithm::name).collect()
}

//! The metadata document, derived from the settings so that it always agrees with the server's behaviour.

use crate::jose::Algorithms;
use crate::policy::{
    AuthenticationMethod as Method, AuthenticationMethods, Bound, ChallengeRule, Policy, ResponseType, Rule, SenderConstraints,
};
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
    grant_types_supported: Vec<&'static str>,
    subject_types_supported: Vec<&'static str>,
    id_token_signing_alg_values_supported: Vec<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    acr_values_supported: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    claims_supported: Vec<String>,
    claims_parameter_supported: bool,
    request_parameter_supported: bool,
    request_uri_parameter_supported: bool,
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
    pub(crate) fn of(settings: &Settings, grant_types: Vec<&'static str>) -> Self {
        let Endpoints { authorization, pushed_authorization_request, token, userinfo, introspection, revocation, jwks } =
            settings.endpoints.clone();
        let policy = &settings.policy;
        let methods = methods(settings);
        let confidential: Vec<_> = methods.iter().copied().filter(|method| *method != Method::None.name()).collect();
        let assertions = assertion_algorithms(policy);
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
            response_types_supported: vec![ResponseType::Code],
            response_modes_supported: vec!["query"],
            grant_types_supported: grant_types,
            subject_types_supported: vec!["public"],
            id_token_signing_alg_values_supported: names(settings.id_token_algorithms()),
            acr_values_supported: settings.acr_values.clone(),
            claims_supported: claims,
            claims_parameter_supported: true,
            request_parameter_supported: false,
            request_uri_parameter_supported: false,
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

fn assertion_algorithms(policy: &Policy) -> Vec<&'static str> {
    let mut all = Algorithms::NONE;
    if policy.client_authentication.admits(&Method::PrivateKeyJwt) {
        all = all.union(Algorithms::ALL_ASYMMETRIC);
    }
    if policy.client_authentication.admits(&Method::ClientSecretJwt) {
        all = all.union(Algorithms::ALL_SYMMETRIC);
    }
    all.iter().filter(|algorithm| policy.assertion_algorithm.admits(algorithm)).map(crate::jose::Algorithm::name).collect()
}

fn proof_algorithms(policy: &Policy) -> Vec<&'static str> {
    if policy.sender_constraint.admits(&SenderConstraints::DPOP) { names(policy.proof_algorithms()) } else { vec![] }
}

fn challenge_methods(rule: &Rule<ChallengeRule>) -> Vec<&'static str> {
    let only_s256 = rule.conjuncts().iter().any(|conjunct| !conjunct.bound.admits(&crate::policy::ChallengeInput::Plain));
    if only_s256 { vec!["S256"] } else { vec!["S256", "plain"] }
}

fn names(algorithms: Algorithms) -> Vec<&'static str> {
    algorithms.iter().map(crate::jose::Algorithm::name).collect()
}

//! Metadata that contradicts the features of the target file. They explain a refusal; a flow that works needs no explanation.

use super::documents::feature;
use super::walk::Walk;
use crate::client::FormRequest;
use crate::variant::{Authentication, Grant, SenderConstraint};
use crate::words;

/// The path of a setting, and a sentence.
pub(super) type Contradiction = (String, String);

/// Metadata that explain why the server refuses the client's authentication.
pub(super) fn of_authentication(walk: &Walk) -> Option<Contradiction> {
    let (metadata, variant) = (walk.metadata(), walk.variant());
    let by_certificate = variant.client_authentication() == Some(Authentication::Mtls);
    let methods = metadata.list("token_endpoint_auth_methods_supported");
    let fits = |method: &&str| if by_certificate { method.ends_with("tls_client_auth") } else { *method == "private_key_jwt" };
    if !methods.is_empty() && !methods.iter().any(fits) {
        let text = format!("{variant} is listed, but the server's metadata offer only {}", words::names(&methods, "and"));
        return Some((feature(&walk.target, "client_authentication").into(), text));
    }
    let algorithms = metadata.list("token_endpoint_auth_signing_alg_values_supported");
    let key = walk.client.settings().key.as_ref().filter(|_| !by_certificate)?;
    (!algorithms.is_empty() && !algorithms.contains(&key.algorithm())).then(|| {
        let text = format!(
            "this key signs with {}, but the server's metadata offer only {}",
            key.algorithm(),
            words::names(&algorithms, "and")
        );
        (walk.credential("client"), text)
    })
}

/// Metadata that explain why the server refuses a pushed request.
pub(super) fn of_request(walk: &Walk) -> Option<Contradiction> {
    let metadata = walk.metadata();
    if metadata.is_true("require_signed_request_object") {
        let text = "the server requires signed request objects (`require_signed_request_object` of its metadata), which no plan \
                    covers yet: turn this off for the clients";
        return Some((walk.first_of(&["features.request_method", "features"]).into(), text.into()));
    }
    of_grant(walk)
}

/// Metadata that explain why the server refuses a grant.
pub(super) fn of_grant(walk: &Walk) -> Option<Contradiction> {
    let (metadata, variant) = (walk.metadata(), walk.variant());
    let grants = metadata.list("grant_types_supported");
    let wanted = match variant.grant()? {
        Grant::AuthorizationCode => "authorization_code",
        Grant::ClientCredentials => "client_credentials",
        Grant::Ciba => "urn:openid:params:grant-type:ciba",
    };
    (!grants.is_empty() && !grants.contains(&wanted)).then(|| {
        let text =
            format!("{variant} needs the grant {wanted}, but the server's metadata offer only {}", words::names(&grants, "and"));
        (feature(&walk.target, "grant").into(), text)
    })
}

/// Metadata that explain why tokens are not bound as the variant says.
pub(super) fn of_constraint(walk: &Walk) -> Option<Contradiction> {
    let (metadata, variant) = (walk.metadata(), walk.variant());
    let text = match variant.sender_constraint()? {
        SenderConstraint::Dpop if metadata.document.get("dpop_signing_alg_values_supported").is_none() => {
            format!("{variant} is listed, but the server's metadata have no `dpop_signing_alg_values_supported`")
        }
        SenderConstraint::Mtls if !metadata.is_true("tls_client_certificate_bound_access_tokens") => {
            format!("{variant} is listed, but `tls_client_certificate_bound_access_tokens` of the server's metadata is not true")
        }
        _ => return None,
    };
    Some((feature(&walk.target, "sender_constraint").into(), text))
}

/// Metadata that explain why a scope is refused: the tokens that the server does not list.
pub(super) fn of_scope(walk: &Walk, request: &FormRequest) -> Option<String> {
    let offered = walk.metadata().list("scopes_supported");
    let fields = request.complete_fields();
    let asked = fields.iter().find(|(name, _)| name == "scope").map(|(_, scope)| scope.as_str()).unwrap_or_default();
    let unknown: Vec<_> = asked.split_whitespace().filter(|token| !offered.contains(token)).collect();
    (!offered.is_empty() && !unknown.is_empty()).then(|| words::names(&unknown, "and"))
}

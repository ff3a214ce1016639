//! Conditions on the rules in force: a scenario about a rule runs only where the policy has that rule.

use fapi::policy::{AssertionAudience, AuthenticationMethod, ChallengeInput, Policy, ResponseType, SenderConstraints};

/// Holds for every policy.
pub(super) fn any(_: &Policy) -> bool {
    true
}

/// Authorization requests must be pushed.
pub(super) fn pushed_only(policy: &Policy) -> bool {
    !policy.pushed_request.admits(&false)
}

/// Authorization requests must have a `redirect_uri`.
pub(super) fn redirect_uri_sent(policy: &Policy) -> bool {
    !policy.redirect_uri_sent.admits(&false)
}

/// Redirect URIs must be encrypted.
pub(super) fn redirect_uri_encrypted(policy: &Policy) -> bool {
    !policy.redirect_uri.admits("http://client.example/callback")
}

/// `code` must be the only response type.
pub(super) fn codes_only(policy: &Policy) -> bool {
    policy.response_type.value().is_some_and(|answered| answered.iter().all(|answered| answered == ResponseType::Code))
}

/// Clients that authenticate must use PKCE too.
pub(super) fn challenge_required(policy: &Policy) -> bool {
    !policy.code_challenge.admits(&ChallengeInput::Absent { confidential: true })
}

/// The PKCE challenge must be S256.
pub(super) fn s256_only(policy: &Policy) -> bool {
    !policy.code_challenge.admits(&ChallengeInput::Plain)
}

/// Client assertions must be for the issuer, and not for an endpoint or for other audiences as well.
pub(super) fn audience_is_issuer(policy: &Policy) -> bool {
    let others = [AssertionAudience::Among, AssertionAudience::Address];
    !others.iter().any(|audience| policy.assertion_audience.admits(audience))
}

/// Client assertions must name the issuer as a string.
pub(super) fn audience_is_string(policy: &Policy) -> bool {
    !policy.assertion_audience.admits(&AssertionAudience::SoleIssuer)
}

/// Client assertions must not be signed with RS256.
pub(super) fn assertions_without_rs256(policy: &Policy) -> bool {
    policy.assertion_algorithm.value().is_some_and(|allowed| !allowed.0.iter().any(|algorithm| algorithm.name() == "RS256"))
}

/// DPoP proofs must not be signed with RS256.
pub(super) fn proofs_without_rs256(policy: &Policy) -> bool {
    policy.proof_algorithm.value().is_some_and(|allowed| !allowed.0.iter().any(|algorithm| algorithm.name() == "RS256"))
}

/// Access tokens must be bound to their sender.
pub(super) fn sender_constrained(policy: &Policy) -> bool {
    !policy.sender_constraint.admits(&SenderConstraints::NONE)
}

/// Clients must not authenticate with a secret that they send.
pub(super) fn no_sent_secrets(policy: &Policy) -> bool {
    let secrets = [AuthenticationMethod::ClientSecretBasic, AuthenticationMethod::ClientSecretPost];
    !secrets.iter().any(|method| policy.client_authentication.admits(method))
}

/// Codes must expire within a minute.
pub(super) fn codes_expire_within_a_minute(policy: &Policy) -> bool {
    !policy.code_lifetime.admits(&61)
}

/// Pushed requests must expire within ten minutes.
pub(super) fn pushed_requests_expire_within_ten_minutes(policy: &Policy) -> bool {
    !policy.request_uri_lifetime.admits(&600)
}

/// Times of issue more than a minute ahead must be refused.
pub(super) fn future_is_a_minute(policy: &Policy) -> bool {
    !policy.future_tolerance.admits(&61)
}

#[cfg(test)]
mod tests {
    use super::*;
    use fapi::policy::{FAPI2_SECURITY, OAUTH};

    type Rule = fn(&Policy) -> bool;

    const OF_FAPI2: &[Rule] = &[
        pushed_only,
        redirect_uri_sent,
        challenge_required,
        s256_only,
        audience_is_issuer,
        audience_is_string,
        assertions_without_rs256,
        proofs_without_rs256,
        sender_constrained,
        no_sent_secrets,
        codes_expire_within_a_minute,
        pushed_requests_expire_within_ten_minutes,
        future_is_a_minute,
    ];
    const OF_BOTH: &[Rule] = &[any, redirect_uri_encrypted, codes_only];

    #[test]
    fn a_rule_is_in_force_where_the_policy_has_it() {
        let (plain, strict) = (OAUTH.policy(), FAPI2_SECURITY.policy());
        assert!(OF_FAPI2.iter().chain(OF_BOTH).all(|rule| rule(&strict)));
        assert!(OF_BOTH.iter().all(|rule| rule(&plain)));
        let needless: Vec<_> = OF_FAPI2.iter().enumerate().filter(|(_, rule)| rule(&plain)).map(|(place, _)| place).collect();
        assert_eq!(needless, Vec::<usize>::new(), "places of rules that plain OAuth has too");
    }
}

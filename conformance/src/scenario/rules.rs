//! Conditions on the rules in force: a scenario about a rule runs only where the policy has that rule.

use fapi::policy::{
    AssertionAudience, AuthenticationMethod, ChallengeInput, OutsideInput, Policy, ResponseMode, ResponseType, ResponseTypes,
    SenderConstraints,
};

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

/// Response types with an access token must not be answered, although others than `code` may be.
pub(super) fn no_access_token_in_front(policy: &Policy) -> bool {
    let has_none = |answered: &ResponseTypes| answered.iter().all(|answered| !answered.has_access_token());
    !codes_only(policy) && policy.response_type.value().as_ref().is_some_and(has_none)
}

/// Pushed requests with this challenge must be refused, as all requests with it or as those that are pushed.
fn refuses_pushed(policy: &Policy, challenge: ChallengeInput) -> bool {
    !policy.code_challenge.admits(&challenge) || !policy.pushed_challenge.admits(&challenge)
}

/// Clients that authenticate must use PKCE too.
pub(super) fn challenge_required(policy: &Policy) -> bool {
    refuses_pushed(policy, ChallengeInput::Absent { confidential: true })
}

/// The PKCE challenge must be S256.
pub(super) fn s256_only(policy: &Policy) -> bool {
    refuses_pushed(policy, ChallengeInput::Plain)
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

/// Authorization requests must be in signed request objects.
pub(super) fn objects_required(policy: &Policy) -> bool {
    !policy.request_object.admits(&false)
}

/// Request objects must not be signed with RS256.
pub(super) fn objects_without_rs256(policy: &Policy) -> bool {
    policy.request_object_algorithm.value().is_some_and(|allowed| !allowed.0.iter().any(|algorithm| algorithm.name() == "RS256"))
}

/// Request objects must have `aud`.
pub(super) fn objects_have_audiences(policy: &Policy) -> bool {
    !policy.request_object_audience.admits(&false)
}

/// Request objects must not be older than an hour.
pub(super) fn objects_an_hour_old(policy: &Policy) -> bool {
    !policy.request_object_age.admits(&3601)
}

/// Request objects must be valid for an hour at most.
pub(super) fn objects_valid_for_an_hour(policy: &Policy) -> bool {
    !policy.request_object_lifetime.admits(&3601)
}

/// Parameters beside a request object must not count.
pub(super) fn outside_ignored(policy: &Policy) -> bool {
    !policy.outside_parameters.admits(&OutsideInput::Merged)
}

/// Authorization responses must be signed, as a JWT or by an ID token.
pub(super) fn signed_responses(policy: &Policy) -> bool {
    !policy.signed_response.admits(&false)
}

/// Requests for ID tokens must have a nonce.
pub(super) fn nonce_required(policy: &Policy) -> bool {
    !policy.nonce.admits(&false)
}

/// Requests for no ID token must have a state.
pub(super) fn state_required(policy: &Policy) -> bool {
    !policy.state.admits(&false)
}

/// Requests for ID tokens need no nonce.
pub(super) fn nonce_optional(policy: &Policy) -> bool {
    policy.nonce.admits(&false)
}

/// Client assertions may be for an endpoint, or have several audiences.
pub(super) fn audience_may_be_endpoint(policy: &Policy) -> bool {
    [AssertionAudience::Among, AssertionAudience::Address].iter().all(|audience| policy.assertion_audience.admits(audience))
}

/// Authorization responses must be JWTs.
pub(super) fn signed_modes_only(policy: &Policy) -> bool {
    policy.response_mode.value().is_some_and(|modes| modes.iter().all(ResponseMode::is_signed))
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
        codes_only,
    ];
    const OF_BOTH: &[Rule] = &[any, redirect_uri_encrypted];

    #[test]
    fn a_rule_is_in_force_where_the_policy_has_it() {
        let (plain, strict) = (OAUTH.policy(), FAPI2_SECURITY.policy());
        assert!(OF_FAPI2.iter().chain(OF_BOTH).all(|rule| rule(&strict)));
        assert!(OF_BOTH.iter().all(|rule| rule(&plain)));
        let needless: Vec<_> = OF_FAPI2.iter().enumerate().filter(|(_, rule)| rule(&plain)).map(|(place, _)| place).collect();
        assert_eq!(needless, Vec::<usize>::new(), "places of rules that plain OAuth has too");
    }
}

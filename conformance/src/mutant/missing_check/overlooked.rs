//! Faults that cannot be waived in the server, with the corrections that hide them from it.

use fapi::requirement::{
    Requirement, fapi2_sp, local, ocp, oidcc, oidcr, rfc6749, rfc6750, rfc7515, rfc7518, rfc7519, rfc7523, rfc7636, rfc7662,
    rfc8705, rfc8707, rfc8725, rfc9068, rfc9126, rfc9449, rfc9700,
};

use super::middleware::Overlooks::{self, Grant, Replay, Request, Resource};
use crate::mutant::opened::{Compact, Opened};

/// The requirements, with the way in which they are not checked.
pub(super) static OVERLOOKED: &[(&Requirement, Overlooks)] = &[
    // Redirect URIs and challenges.
    (&rfc6749::REDIRECT_WITHOUT_FRAGMENT, Request(any_redirect_uri)),
    (&rfc9126::PUSH_VALIDATED, Request(any_redirect_uri)),
    (&rfc9126::PUSHED_REQUEST_VALIDATED, Request(any_redirect_uri)),
    (&oidcc::REQUEST_VALIDATED, Request(any_redirect_uri)),
    (&fapi2_sp::REDIRECT_URI_ENCRYPTED, Request(any_redirect_uri)),
    (&rfc9700::REDIRECT_ENCRYPTED, Request(any_redirect_uri)),
    (&rfc7636::METHOD_SUPPORTED, Request(any_case_of_methods)),
    (&rfc7636::METHOD_CASE_SENSITIVE, Request(any_case_of_methods)),
    // The user.
    (&oidcc::DECISION_FIRST, Request(decided_for_the_client)),
    (&rfc6749::NO_REPEATED_TOKEN_PARAMETER, Request(first_of_each)),
    (&oidcc::MAX_AGE, Request(any_age)),
    (&oidcc::HINT_IS_OURS, Request(|request| request.remove("id_token_hint"))),
    // The audience.
    (&ocp::ten::RESOURCE_URI, Request(well_formed_resource)),
    (&ocp::pipe::API_NAMED, Request(known_audience)),
    (&ocp::api::TRAILING_SLASH, Request(audience_without_slash)),
    (&rfc8707::RESOURCE_ABSOLUTE, Request(well_formed_resource)),
    // Forms.
    (&rfc6749::NO_REPEATED_PARAMETER, Request(first_of_each)),
    (&rfc6749::SCOPE_SYNTAX, Request(well_formed_scopes)),
    (&rfc6749::INVALID_REQUEST, Request(some_grant_type)),
    (&rfc6749::GRANT_TYPE_SERVED, Request(any_grant_type)),
    (&ocp::grt::NOT_ALLOWED, Request(any_known_grant_type)),
    (&rfc9700::NO_PASSWORD_GRANT, Request(password_grant)),
    (&fapi2_sp::NO_PASSWORD_GRANT, Request(password_grant)),
    (&fapi2_sp::RESPONSE_TYPE_CODE, Request(any_response_type)),
    (&rfc6749::RESPONSE_TYPE_PRESENT, Request(any_response_type)),
    (&rfc6749::REDIRECT_EXACT, Request(any_redirect_uri)),
    (&rfc6749::REDIRECT_REGISTERED, Request(any_redirect_uri)),
    (&rfc9700::REDIRECT_EXACT, Request(any_redirect_uri)),
    (&rfc7636::CHALLENGE_SYNTAX, Request(any_challenge)),
    (&local::REQUEST_SIZE, Request(short_values)),
    // Method and content type.
    (&rfc6749::TOKEN_REQUEST_IS_POST, Request(any_method)),
    (&rfc9126::PUSH_BY_POST_FORM, Request(any_content_type)),
    (&rfc6749::NO_SECRET_IN_QUERY, Request(query_as_body)),
    (&rfc6749::UNAUTHORIZED_CLIENT, Grant(known_scopes)),
    (&rfc6749::NO_REDIRECT_ON_DOUBT, Request(client_of_request_uri)),
    (&rfc9126::REQUEST_URI_BOUND_TO_CLIENT, Request(client_of_request_uri)),
    // Client authentication.
    (&rfc6749::CONFIDENTIAL_AUTHENTICATES, Request(no_credential)),
    (&rfc6749::CLIENT_AUTHENTICATES, Request(no_credential)),
    (&rfc9126::PUSH_AUTHENTICATED, Request(no_credential)),
    (&fapi2_sp::PUSH_AUTHENTICATED, Request(no_credential)),
    (&rfc7662::CALLER_AUTHORIZED, Request(no_credential)),
    (&rfc6749::CLIENT_CREDENTIALS_CONFIDENTIAL, Request(no_credential)),
    (&fapi2_sp::STRONG_CLIENT_AUTHENTICATION, Request(secrets)),
    (&rfc6749::ONE_AUTHENTICATION_METHOD, Request(two_credentials)),
    (&oidcc::REGISTERED_METHOD, Request(assertion_beside_certificate)),
    (&rfc8705::CERTIFICATE_OF_CLIENT, Request(any_certificate)),
    (&rfc6749::CODE_BOUND_TO_CLIENT, Request(client_of_code)),
    // Client assertions.
    (&rfc7523::ASSERTION_SIGNED, Request(|request| assertion_if(request, forged))),
    (&rfc7515::KEY_DETERMINED, Request(|request| assertion_if(request, forged))),
    (&rfc8725::ALL_LAYERS_VALIDATED, Request(|request| assertion_if(request, forged))),
    (&rfc7519::WHOLE_JWT_VALID, Request(|request| assertion_if(request, forged))),
    (&oidcc::ASSERTION_KEYS, Request(|request| assertion_if(request, forged))),
    (&rfc7519::AUD_CONTAINS_RECIPIENT, Request(|request| assertion_if(request, for_somebody_else))),
    (&oidcc::ASSERTION_ALGORITHM, Request(|request| assertion_if(request, |jwt, _| is_unsigned(jwt)))),
    (&oidcr::SIGNED_AS_REGISTERED, Request(|request| assertion_if(request, |jwt, _| is_unsigned(jwt)))),
    (
        &rfc7515::KID_IS_HINT,
        Request(|request| assertion_if(request, |jwt, _| jwt.header.get("kid").is_some_and(|kid| !kid.is_string()))),
    ),
    (&rfc8725::UTF8_ONLY, Request(|request| assertion_if(request, |jwt, _| !is_utf8(jwt)))),
    (&rfc7515::SIGNED_AS_RECEIVED, Request(|request| assertion_if(request, |jwt, _| !is_utf8(jwt)))),
    (&rfc7523::ASSERTION_SUB, Request(|request| assertion_if(request, |jwt, _| !jwt.claims.contains_key("sub")))),
    (&oidcc::ASSERTION_CLAIMS, Request(|request| assertion_if(request, |jwt, _| !jwt.claims.contains_key("jti")))),
    (&rfc7523::ASSERTION_AUD, Request(|request| assertion_if(request, for_somebody_else))),
    (
        &rfc7519::NUMERIC_DATES,
        Request(|request| assertion_if(request, |jwt, _| jwt.claims.get("exp").is_some_and(|exp| !exp.is_number()))),
    ),
    (&rfc7519::CLAIM_NAMES_UNIQUE, Request(|request| each_jwt_if(request, |jwt| Compact::repeats(&jwt.claims_text)))),
    (&rfc7515::HEADER_NAMES_UNIQUE, Request(|request| each_jwt_if(request, |jwt| Compact::repeats(&jwt.header_text)))),
    (&rfc7515::CRIT_UNDERSTOOD, Request(|request| each_jwt_if(request, |jwt| jwt.header.contains_key("crit")))),
    (
        &rfc7515::CRIT_WELL_FORMED,
        Request(|request| {
            each_jwt_if(request, |jwt| jwt.header.get("crit").is_some_and(|crit| crit.as_array().is_none_or(Vec::is_empty)))
        }),
    ),
    (&rfc7515::COMPACT_FORM, Request(|request| each_jwt_if(request, |jwt| jwt.parts.len() != 3))),
    (&rfc7515::STRICT_BASE64URL, Request(|request| each_jwt_if(request, is_no_base64url))),
    (&rfc8725::COMPACT_ALPHABET, Request(|request| each_jwt_if(request, is_no_base64url))),
    (&rfc7518::NO_ALG_NONE, Request(|request| each_jwt_if(request, is_unsigned))),
    (&fapi2_sp::NO_ALG_NONE, Request(|request| each_jwt_if(request, is_unsigned))),
    (
        &rfc7515::ALG_ALLOWED,
        Resource(|request| request.header("dpop").is_some_and(|jwt| !Compact::read(jwt).header.contains_key("alg"))),
    ),
    // DPoP proofs.
    (&rfc9449::PROOF_WELL_FORMED, Request(|request| proof_if(request, |jwt| jwt.header.is_empty() || jwt.parts.len() != 3))),
    (&rfc9449::PROOF_ALG, Request(|request| proof_if(request, is_by_foreign_algorithm))),
    (&rfc9449::PROOF_SIGNATURE, Request(|request| proof_if(request, |jwt| !jwt.proves_its_key()))),
    (&rfc7518::ECDSA_FORM, Request(|request| proof_if(request, is_signed_in_der))),
    (&rfc9449::PROOF_KEY_PUBLIC, Request(|request| proof_if(request, shows_private_key))),
    (&rfc7518::EC_POINT, Request(|request| proof_if(request, |jwt| !jwt.proves_its_key()))),
    (&rfc8725::INPUTS_VALIDATED, Request(|request| proof_if(request, |jwt| !jwt.proves_its_key()))),
    (
        &rfc9449::JTI_SIZE,
        Request(|request| proof_if(request, |jwt| jwt.claims.get("jti").is_some_and(|jti| jti.to_string().len() > 200))),
    ),
    // Single use.
    (&rfc6749::CODE_ONCE, Replay(redeemed_code)),
    (&fapi2_sp::CODE_ONCE, Replay(redeemed_code)),
    (&rfc9700::CODE_INVALIDATED, Replay(redeemed_code)),
    (&rfc9126::REQUEST_URI_ONCE, Replay(answered_page)),
    (&local::INTERACTION_OPEN, Replay(answered_page)),
    // The resource.
    (&fapi2_sp::NO_TOKEN_IN_QUERY, Resource(token_in_query)),
    (&rfc6750::NO_TOKEN_IN_QUERY, Resource(token_in_query)),
    (&fapi2_sp::TOKEN_VALID, Resource(unknown_token)),
    (&rfc9068::VALIDATED, Resource(unknown_token)),
    (&rfc9068::INVALID_TOKEN, Resource(unknown_token)),
    (&rfc6750::TOKEN_PRESENT, Resource(|request| request.header("authorization").is_none())),
    (&rfc9449::RESOURCE_PROOF, Resource(|request| request.header("dpop").is_none())),
    (&rfc9449::NO_BEARER_DOWNGRADE, Resource(|request| request.header("dpop").is_none())),
    (&rfc8705::TOKEN_CERTIFICATE, Resource(|request| request.request.identity.is_none())),
];

/// Removes a `resource` that is no absolute URI without fragment.
fn well_formed_resource(request: &mut Opened<'_>) {
    if request.parameter("resource").is_some_and(|resource| !resource.contains("://") || resource.contains('#')) {
        request.replace("resource", None);
    }
}

/// Returns true for an audience of the server.
fn is_audience(request: &Opened<'_>, audience: &str) -> bool {
    request.audiences.iter().any(|known| known == audience) || audience.ends_with("/userinfo")
}

/// Removes an `audience` that no API has.
fn known_audience(request: &mut Opened<'_>) {
    if request.parameter("audience").is_some_and(|audience| !is_audience(request, &audience)) {
        request.replace("audience", None);
    }
}

/// Removes a slash from the end of an `audience`, if that makes it one of an API.
fn audience_without_slash(request: &mut Opened<'_>) {
    let audience = request.parameter("audience").filter(|audience| !is_audience(request, audience));
    let without = audience.as_ref().and_then(|audience| audience.strip_suffix('/'));
    if let Some(without) = without.filter(|without| is_audience(request, without)) {
        request.replace("audience", Some(without));
    }
}

fn first_of_each(request: &mut Opened<'_>) {
    let mut known: Vec<String> = vec![];
    let first = |(name, _): &(String, String)| {
        !known.contains(name) && {
            known.push(name.clone());
            true
        }
    };
    if request.is_back_channel() {
        request.fields.retain(first);
    } else if request.endpoint() == "authorize" {
        let query: Vec<(String, String)> = request.request.url.query_pairs().into_owned().filter(first).collect();
        request.request.url.query_pairs_mut().clear().extend_pairs(query);
    }
}

fn well_formed_scopes(request: &mut Opened<'_>) {
    let Some(scope) = request.field("scope") else { return };
    let well_formed = |word: &&str| word.bytes().all(|octet| matches!(octet, 0x21 | 0x23..=0x5b | 0x5d..=0x7e));
    let kept: Vec<_> = scope.split_whitespace().filter(well_formed).collect();
    let kept = kept.join(" ");
    request.set("scope", kept);
}

fn some_grant_type(request: &mut Opened<'_>) {
    any_content_type(request);
    if request.endpoint() == "token" && request.field("grant_type").is_none() {
        let grant_type = if request.field("code").is_some() { "authorization_code" } else { "client_credentials" };
        request.set("grant_type", grant_type);
    }
}

fn any_grant_type(request: &mut Opened<'_>) {
    let known = ["authorization_code", "refresh_token", "client_credentials"];
    if request.endpoint() == "token" && request.field("grant_type").is_some_and(|sent| !known.contains(&sent)) {
        request.set("grant_type", "client_credentials");
    }
}

/// Serves a machine, whatever its grant type is.
fn any_known_grant_type(request: &mut Opened<'_>) {
    if request.endpoint() == "token" && request.field("client_id") == Some("machine") {
        request.set("grant_type", "client_credentials");
    }
}

fn password_grant(request: &mut Opened<'_>) {
    if request.field("grant_type") == Some("password") {
        request.set("grant_type", "client_credentials");
    }
}

fn any_response_type(request: &mut Opened<'_>) {
    if request.endpoint() == "par" {
        request.set("response_type", "code");
    }
}

fn any_redirect_uri(request: &mut Opened<'_>) {
    let Some(client) = request.client() else { return };
    if request.field("redirect_uri").is_some_and(|sent| sent != client.redirect_uri) {
        request.set("redirect_uri", client.redirect_uri.clone());
    }
}

fn any_case_of_methods(request: &mut Opened<'_>) {
    if request.field("code_challenge_method").is_some_and(|method| method.eq_ignore_ascii_case("S256")) {
        request.set("code_challenge_method", "S256");
    }
}

/// Replaces the button that was pressed by the one that continues.
fn decided_for_the_client(request: &mut Opened<'_>) {
    if request.request.url.path().contains("/interaction/") {
        let decided = |text: &mut String| {
            if text == "deny" {
                *text = "approve".into();
            }
        };
        request.fields.iter_mut().for_each(|(name, value)| [name, value].map(decided).into_iter().collect());
    }
}

fn any_age(request: &mut Opened<'_>) {
    if request.endpoint() == "par" && request.field("max_age") == Some("0") {
        request.set("max_age", "86400");
    }
}

fn any_challenge(request: &mut Opened<'_>) {
    if request.field("code_challenge").is_some_and(|challenge| challenge.len() != 43) {
        request.set("code_challenge", crate::keys::digest("whatever"));
    }
}

fn short_values(request: &mut Opened<'_>) {
    request.fields.retain(|(name, value)| name.len() < 500 && value.len() < 5_000);
    request.fields.truncate(40);
    if !request.has_credential() {
        request.authenticate();
    }
}

fn any_method(request: &mut Opened<'_>) {
    if !request.is_back_channel() || request.request.method == "POST" {
        return;
    }
    request.request.method = "POST".into();
    query_as_body(request);
    request.set_header("content-type", "application/x-www-form-urlencoded");
}

fn any_content_type(request: &mut Opened<'_>) {
    if !request.is_back_channel() {
        return;
    }
    if let Ok(members) = serde_json::from_slice::<serde_json::Map<String, serde_json::Value>>(&request.request.body) {
        let text = |value: &serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        request.fields = members.iter().map(|(name, value)| (name.clone(), text(value))).collect();
    }
    request.set_header("content-type", "application/x-www-form-urlencoded");
}

fn query_as_body(request: &mut Opened<'_>) {
    if request.is_back_channel() {
        let query: Vec<(String, String)> = request.request.url.query_pairs().into_owned().collect();
        request.fields.extend(query);
        request.request.url.set_query(None);
        request.set_header("content-type", "application/x-www-form-urlencoded");
    }
}

fn known_scopes(request: &mut Opened<'_>) {
    let own = request.client().and_then(|client| client.client_scope.clone());
    if let Some(own) = own.filter(|own| request.endpoint() == "token" && request.field("scope").is_some_and(|sent| sent != own)) {
        request.set("scope", own);
    }
}

fn client_of_request_uri(request: &mut Opened<'_>) {
    if request.endpoint() != "authorize" {
        return;
    }
    let query: Vec<(String, String)> = request.request.url.query_pairs().into_owned().collect();
    let uri = query.iter().find(|(name, _)| name == "request_uri").map(|(_, value)| value);
    let Some(client_id) = uri.and_then(|uri| request.memory.pushed.get(uri)) else { return };
    let kept: Vec<_> = query.iter().filter(|(name, _)| name != "client_id").cloned().collect();
    request.request.url.query_pairs_mut().clear().extend_pairs(kept).append_pair("client_id", client_id);
}

fn no_credential(request: &mut Opened<'_>) {
    if request.is_back_channel() && !request.has_credential() {
        request.authenticate();
    }
}

fn secrets(request: &mut Opened<'_>) {
    let basic = request.header("authorization").is_some_and(|header| header.starts_with("Basic "));
    if request.is_back_channel() && (basic || request.field("client_secret").is_some()) {
        request.authenticate();
    }
}

fn two_credentials(request: &mut Opened<'_>) {
    if request.is_back_channel() && request.header("authorization").is_some() {
        request.authenticate();
    }
}

fn assertion_beside_certificate(request: &mut Opened<'_>) {
    if request.is_back_channel() && request.client().is_some_and(|client| client.key.is_none()) {
        request.authenticate();
    }
}

fn any_certificate(request: &mut Opened<'_>) {
    let Some(client) = request.client().filter(|client| client.identity.is_some()) else { return };
    if request.is_back_channel() {
        request.request.identity = client.identity.clone();
    }
}

fn client_of_code(request: &mut Opened<'_>) {
    let owner = request.field("code").and_then(|code| request.memory.codes.get(code)).cloned();
    let Some(owner) = owner.and_then(|owner| request.clients.iter().find(|client| client.id == owner)) else { return };
    if request.endpoint() == "token" && request.client().is_none_or(|client| client.id != owner.id) {
        request.authenticate_as(owner);
        request.set("redirect_uri", owner.redirect_uri.clone());
    }
}

fn assertion_if(request: &mut Opened<'_>, bad: fn(&Compact, &Opened<'_>) -> bool) {
    let Some(assertion) = request.field("client_assertion").map(Compact::read) else { return };
    if request.is_back_channel() && bad(&assertion, request) {
        request.authenticate();
    }
}

fn proof_if(request: &mut Opened<'_>, bad: fn(&Compact) -> bool) {
    let Some(proof) = request.header("dpop").map(Compact::read) else { return };
    if request.is_back_channel() && bad(&proof) {
        request.prove();
    }
}

fn each_jwt_if(request: &mut Opened<'_>, bad: fn(&Compact) -> bool) {
    proof_if(request, bad);
    if request.is_back_channel() && request.field("client_assertion").map(Compact::read).is_some_and(|jwt| bad(&jwt)) {
        request.authenticate();
    }
}

fn forged(assertion: &Compact, request: &Opened<'_>) -> bool {
    let key = request.client().and_then(|client| client.key.as_ref());
    key.is_some_and(|key| !assertion.is_signed_by(key))
}

fn for_somebody_else(assertion: &Compact, _: &Opened<'_>) -> bool {
    let aud = assertion.claims.get("aud");
    aud.is_none_or(|aud| aud.as_str().is_none_or(|aud| aud.ends_with('/') || !aud.contains("localhost")))
}

fn is_no_base64url(jwt: &Compact) -> bool {
    jwt.parts.iter().any(|part| data_encoding::BASE64URL_NOPAD.decode(part.as_bytes()).is_err())
}

fn is_unsigned(jwt: &Compact) -> bool {
    jwt.header.get("alg").and_then(|alg| alg.as_str()).is_some_and(|alg| alg.eq_ignore_ascii_case("none"))
}

fn is_by_foreign_algorithm(jwt: &Compact) -> bool {
    let alg = jwt.header.get("alg").and_then(|alg| alg.as_str());
    alg.is_none_or(|alg| !["ES256", "PS256", "EdDSA", "Ed25519"].contains(&alg))
}

fn shows_private_key(jwt: &Compact) -> bool {
    jwt.header.get("jwk").and_then(|jwk| jwk.as_object()).is_some_and(|jwk| jwk.contains_key("d") || jwk.contains_key("k"))
}

fn redeemed_code(request: &Opened<'_>) -> Option<String> {
    request.field("code").filter(|_| request.endpoint() == "token").map(|code| format!("code {code}"))
}

fn answered_page(request: &Opened<'_>) -> Option<String> {
    let (url, method) = (&request.request.url, &request.request.method);
    let page = url.path().contains("/interaction/") || url.path().ends_with("/authorize");
    let asked = url.query_pairs().find(|(name, _)| name == "request_uri").map(|(_, uri)| uri.into_owned());
    page.then(|| format!("page {method} {} {}", url.path(), asked.unwrap_or_default()))
}

fn token_in_query(request: &Opened<'_>) -> bool {
    request.request.url.query_pairs().any(|(name, _)| name == "access_token")
}

fn unknown_token(request: &Opened<'_>) -> bool {
    let token = request.header("authorization").and_then(|header| header.split_once(' ')).map(|(_, token)| token.trim());
    token.is_some_and(|token| !request.memory.tokens.contains(token))
}

fn is_utf8(jwt: &Compact) -> bool {
    let decoded = jwt.parts.iter().take(2).map(|part| data_encoding::BASE64URL_NOPAD.decode(part.as_bytes()));
    decoded.flatten().all(|octets| String::from_utf8(octets).is_ok())
}

fn is_signed_in_der(jwt: &Compact) -> bool {
    let signature = jwt.parts.get(2).and_then(|part| data_encoding::BASE64URL_NOPAD.decode(part.as_bytes()).ok());
    signature.is_some_and(|signature| signature.len() != 64 && signature.first() == Some(&0x30))
}

//! From parameters to a request: everything that is checked of an authorization request, pushed or not.

use super::claims_parameter::ClaimsParameter;
use super::request::Request;
use crate::client::Client;
use crate::form::Form;
use crate::jose::base64url;
use crate::pkce::CodeChallenge;
use crate::policy::{ChallengeInput, Policy, ResponseType};
use crate::refusal::ErrorCode::{
    InvalidRequest, InvalidScope, LoginRequired, RegistrationNotSupported, RequestNotSupported, RequestUriNotSupported,
    UnauthorizedClient, UnsupportedResponseType,
};
use crate::refusal::{RedirectTarget, Refusal};
use crate::requirement::{oidcc, rfc6749, rfc9449};
use crate::scope::Scope;
use crate::server::AuthorizationServer;

/// Checks the parameters of a client whose target is known
/// ([RFC 6749 §4.1.1](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.1),
/// [OpenID Connect Core §3.1.2.1](https://openid.net/specs/openid-connect-core-1_0.html#AuthRequest)).
pub(super) fn request(
    server: &AuthorizationServer,
    policy: &Policy,
    client: &Client,
    form: &Form,
    target: &RedirectTarget,
) -> Result<Request, Refusal> {
    oidcc::REQUEST_NOT_SUPPORTED.require(form.get("request").is_none(), RequestNotSupported)?;
    oidcc::REQUEST_URI_NOT_SUPPORTED.require(form.get("request_uri").is_none(), RequestUriNotSupported)?;
    oidcc::REGISTRATION_NOT_SUPPORTED.require(form.get("registration").is_none(), RegistrationNotSupported)?;
    response_type(policy, client, form)?;
    let challenge = challenge(policy, client, form)?;
    let prompt = words(form, "prompt");
    let alone = prompt.len() == 1 || !prompt.iter().any(|value| value == "none");
    oidcc::NONE_STANDS_ALONE.require(alone, InvalidRequest)?;
    let prompt = hinted(form, prompt)?;
    let scope = scope(server, client, form, &prompt)?;
    crate::resource::indicated(server, form)?;
    let openid = scope.contains("openid");
    oidcc::REDIRECT_URI_NAMED.require(!openid || form.get("redirect_uri").is_some(), InvalidRequest)?;
    let max_age = form.get("max_age").map(seconds).transpose()?;
    let claims = form.get("claims").map(ClaimsParameter::parse).transpose();
    let claims = claims.map_err(|mut refusal| {
        refusal.basis.push(&oidcc::REQUEST_VALIDATED);
        refusal
    })?;
    let dpop_jkt = form.get("dpop_jkt").map(thumbprint).transpose()?;
    Ok(Request {
        client_id: client.client_id().to_owned(),
        target: target.clone(),
        redirect_uri_sent: form.get("redirect_uri").is_some(),
        scope,
        challenge,
        nonce: form.get("nonce").map(str::to_owned),
        prompt,
        max_age: max_age.or(client.metadata.default_max_age),
        max_age_sent: max_age.is_some(),
        acr_values: words(form, "acr_values"),
        claims: claims.unwrap_or_default(),
        claims_locales: words(form, "claims_locales"),
        ui_locales: words(form, "ui_locales"),
        login_hint: form.get("login_hint").map(str::to_owned),
        dpop_jkt,
    })
}

/// A hint cannot be read yet. It is never ignored: a silent request fails, and another asks for a login of its own, so that
/// nobody is answered for somebody else ([§3.1.2.2](https://openid.net/specs/openid-connect-core-1_0.html#AuthRequestValidation)).
fn hinted(form: &Form, mut prompt: Vec<String>) -> Result<Vec<String>, Refusal> {
    if form.get("id_token_hint").is_some() {
        oidcc::HINTED_USER.require(!prompt.iter().any(|value| value == "none"), LoginRequired)?;
        prompt.push("login".into());
    }
    Ok(prompt)
}

fn response_type(policy: &Policy, client: &Client, form: &Form) -> Result<(), Refusal> {
    let sent = rfc6749::RESPONSE_TYPE_PRESENT.demand(form.get("response_type"), InvalidRequest)?;
    let response_type = if sent == "code" { ResponseType::Code } else { ResponseType::Other };
    policy.response_type.require(&response_type, UnsupportedResponseType)?;
    let known = response_type == ResponseType::Code;
    rfc6749::RESPONSE_TYPE_PRESENT.require(known, UnsupportedResponseType)?;
    let registered = client.metadata.response_types.iter().any(|known| known == sent);
    let registered = registered && client.metadata.may_use("authorization_code");
    rfc6749::UNAUTHORIZED_CLIENT.require(registered, UnauthorizedClient)
}

/// PKCE ([RFC 7636 §4.3](https://www.rfc-editor.org/rfc/rfc7636#section-4.3)).
fn challenge(policy: &Policy, client: &Client, form: &Form) -> Result<Option<CodeChallenge>, Refusal> {
    let sent = form.get("code_challenge");
    let parsed = sent.map(|challenge| CodeChallenge::parse(challenge, form.get("code_challenge_method")));
    let challenge = parsed.transpose().map_err(|error| error.basis().refuse(InvalidRequest))?;
    let kind = challenge.as_ref().map_or(ChallengeInput::Absent { confidential: client.is_confidential() }, ChallengeInput::of);
    policy.code_challenge.require(&kind, InvalidRequest)?;
    Ok(challenge)
}

/// What is asked for of what the client may have; what nobody knows is ignored.
fn scope(server: &AuthorizationServer, client: &Client, form: &Form, prompt: &[String]) -> Result<Scope, Refusal> {
    let settings = &server.settings;
    let may_have = client.may_have(server);
    let Some(sent) = form.get("scope") else {
        let default = may_have.intersection(&settings.resource.scopes);
        rfc6749::SCOPE_DEFAULT.require(!default.is_empty(), InvalidScope)?;
        return Ok(default);
    };
    let sent = Scope::parse(sent).map_err(|error| error.basis().refuse(InvalidScope))?;
    let mut scope = sent.intersection(&may_have);
    rfc6749::UNAUTHORIZED_CLIENT.require(!scope.is_empty(), InvalidScope)?;
    // Offline access wants the user to be asked (OpenID Connect Core §11).
    if scope.contains("openid") && !prompt.iter().any(|value| value == "consent") {
        let offline = scope.iter().filter(|token| *token != "offline_access").collect::<Vec<_>>().join(" ");
        scope = Scope::parse(&offline).unwrap_or(scope);
    }
    Ok(scope)
}

/// `dpop_jkt` ([RFC 9449 §10](https://www.rfc-editor.org/rfc/rfc9449#section-10)): base64url of a SHA-256.
fn thumbprint(value: &str) -> Result<String, Refusal> {
    let octets = base64url::decode(value).filter(|octets| octets.len() == 32);
    rfc9449::CODE_BOUND_TO_KEY.require(octets.is_some(), InvalidRequest)?;
    Ok(value.to_owned())
}

/// Digits alone: a number of seconds has no sign.
fn seconds(value: &str) -> Result<u32, Refusal> {
    let digits = Some(value).filter(|value| value.bytes().all(|octet| octet.is_ascii_digit()));
    oidcc::MAX_AGE.demand(digits.and_then(|digits| digits.parse().ok()), InvalidRequest)
}

fn words(form: &Form, name: &str) -> Vec<String> {
    form.get(name).unwrap_or_default().split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

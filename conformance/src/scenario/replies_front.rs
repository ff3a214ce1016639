//! Authorization responses and error responses, parameter by parameter.

use super::facts::Facts;
use super::response::{refusal, unknown_parameter};
use super::{Scenario, front_channel, openid, run};
use crate::browser::{Callback, Landing};
use crate::client::{Client, Pushed, values};
use crate::finding::{Finding, Tried};
use crate::keys;
use crate::session::Session;
use crate::target::OrdinaryKind;
use fapi::requirement::{Requirement, fapi2_sp, oauth2_rt, oidcc, rfc6749, rfc9207};

pub(super) static SCENARIOS: &[Scenario] = &[
    Scenario::positive(
        "authorization-response",
        "An authorization response has each parameter once, in the query.",
        run!(response),
    )
    .requires(&[
        &oauth2_rt::DEFAULT_RESPONSE_MODE,
        &oidcc::CODE_IN_QUERY,
        &rfc6749::CODE_SYNTAX,
        &rfc6749::STATE_ECHOED,
        &rfc6749::REDIRECT_ABSOLUTE,
        &rfc6749::GET_SERVED,
        &fapi2_sp::RESPONSE_ISS,
        &fapi2_sp::CREDENTIAL_ENTROPY,
        &rfc9207::ISS_FORM,
        &rfc9207::ISS_AS_PUBLISHED,
    ])
    .when(front_channel)
    .asserts(&[
        "the request is sent by GET; the response is in the query, without a fragment and without tokens",
        "state as sent; iss once: an https URL without query and fragment, equal to the issuer of the metadata",
        "code once: printable ASCII that cannot be guessed, different each time",
        "client 2's redirect URI keeps its own query",
    ]),
    Scenario::negative("error-response", "An error response has error, state and iss, and no unknown parameters.", run!(refused))
        .requires(&[
            &rfc6749::ERROR_REDIRECTED,
            &rfc6749::STATE_ECHOED_ON_ERROR,
            &rfc6749::ERROR_CHARACTERS,
            &oidcc::ERROR_PARAMETERS,
            &oidcc::CODE_IN_QUERY,
            &fapi2_sp::RESPONSE_ISS,
        ])
        .when(front_channel)
        .asserts(&[
            "after the user refuses: a registered error in the query, no code, state as sent, iss",
            "error, error_description and error_uri have only characters that RFC 6749 allows",
            "no other parameters (otherwise a warning); skipped if no page offers a refusal",
        ]),
    Scenario::negative(
        "openid-error-response",
        "A prompt=none request that would need a page gets an OpenID Connect error.",
        run!(silent),
    )
    .requires(&[&oidcc::OPENID_ERRORS, &rfc6749::STATE_ECHOED_ON_ERROR, &fapi2_sp::RESPONSE_ISS])
    .when(openid)
    .asserts(&[
        "prompt=none without a session: the redirect URI gets a registered error, with state and iss",
        "an error other than those for user interaction is a warning; skipped if no page is needed, or if one is shown",
    ]),
];

const REGISTERED: &[&str] = &[
    "invalid_request",
    "unauthorized_client",
    "access_denied",
    "unsupported_response_type",
    "invalid_scope",
    "server_error",
    "temporarily_unavailable",
    "interaction_required",
    "login_required",
    "account_selection_required",
    "consent_required",
    "invalid_request_uri",
    "invalid_request_object",
    "request_not_supported",
    "request_uri_not_supported",
    "registration_not_supported",
    "unmet_authentication_requirements",
    "invalid_target",
    "invalid_authorization_details",
];

impl Facts {
    fn of_response(
        &mut self,
        callback: &Callback,
        rule: &'static Requirement,
        holds: bool,
        expected: &str,
        got: impl Into<String>,
    ) {
        if !holds {
            let finding = Finding::new(expected, got).against(rule);
            self.tell(Finding { exchange: callback.exchange, ..finding });
        }
    }
}

fn arrived(client: &Client, landing: Landing) -> Tried<Callback> {
    match landing {
        Landing::Callback(callback) => Ok(callback),
        other => {
            // A page that cannot be driven says nothing about the response.
            if let Some(obstacle) = other.obstacle(&client.target().user) {
                return Err(obstacle.into());
            }
            let finding = Finding::new("an authorization response at the redirect URI", other.describe());
            Err(Finding { exchange: other.exchange(), ..finding.against(&oauth2_rt::DEFAULT_RESPONSE_MODE) }.into())
        }
    }
}

/// Checks the parameters that every response has.
fn common(facts: &mut Facts, client: &Client, pushed: &Pushed, callback: &Callback) {
    let fragment = callback.url.fragment().unwrap_or_default();
    let query = matches!(fragment, "" | "_=_");
    let rule = if client.variant().openid() { &oidcc::CODE_IN_QUERY } else { &oauth2_rt::DEFAULT_RESPONSE_MODE };
    facts.of_response(callback, rule, query, "a response in the query, without a fragment", format!("the fragment #{fragment}"));
    let once = |name: &str| callback.parameters().iter().filter(|(parameter, _)| parameter == name).count() == 1;
    let state = callback.parameter("state").unwrap_or_default();
    let echoed = once("state") && pushed.parameter("state") == Some(state.as_str());
    let failed = callback.parameter("error").is_some();
    let rule = if failed { &rfc6749::STATE_ECHOED_ON_ERROR } else { &rfc6749::STATE_ECHOED };
    let got = if state.is_empty() { "no state".into() } else { format!("state {state}") };
    facts.of_response(callback, rule, echoed, "state once, as it was sent", got);
    let iss = callback.parameter("iss").unwrap_or_default();
    let got = if iss.is_empty() { "no iss" } else { "iss more than once" };
    facts.of_response(callback, &fapi2_sp::RESPONSE_ISS, once("iss"), "iss once", got);
    if !iss.is_empty() {
        let plain = client.target().issuer.starts_with("http://");
        let secure = iss.starts_with("https://") || (plain && iss.starts_with("http://"));
        let bare = secure && !iss.contains(['?', '#']);
        facts.of_response(callback, &rfc9207::ISS_FORM, bare, "an https URL without query and fragment as iss", iss.clone());
        let published = client.metadata().text("issuer").unwrap_or_default();
        facts.of_response(callback, &rfc9207::ISS_AS_PUBLISHED, iss == published, &format!("iss {published}"), iss.clone());
    }
    let own = url::Url::parse(&client.settings().redirect_uri).ok();
    let own: Vec<_> = own.iter().flat_map(|url| url.query_pairs().into_owned()).collect();
    let kept = own.iter().all(|pair| callback.parameters().contains(pair));
    let got = "a response without it";
    facts.of_response(callback, &rfc6749::REDIRECT_ABSOLUTE, kept, "the redirect URI with its own query", got);
}

async fn response(s: &Session) -> Tried<()> {
    let (mut codes, mut facts): (Vec<String>, _) = (vec![], Facts::default());
    for client in [&s.one, &s.two, &s.one] {
        let pushed = client.push().pushed().await?;
        let callback = arrived(client, client.authorize(&pushed).land().await?)?;
        common(&mut facts, client, &pushed, &callback);
        let token = ["access_token", "id_token", "token_type"].iter().find(|name| callback.parameter(name).is_some());
        let got = token.copied().unwrap_or_default();
        let rule = &oauth2_rt::DEFAULT_RESPONSE_MODE;
        facts.of_response(&callback, rule, token.is_none(), "no tokens in the authorization response", got);
        let values: Vec<_> = callback.parameters().into_iter().filter(|(name, _)| name == "code").collect();
        let [(_, code)] = &values[..] else {
            let rule = if client.variant().openid() { &oidcc::CODE_IN_QUERY } else { &oauth2_rt::DEFAULT_RESPONSE_MODE };
            facts.of_response(&callback, rule, false, "one code", format!("{} codes", values.len()));
            continue;
        };
        let printable = !code.is_empty() && code.bytes().all(|byte| matches!(byte, b' '..=b'~'));
        facts.of_response(
            &callback,
            &rfc6749::CODE_SYNTAX,
            printable,
            "a code of printable ASCII",
            code.escape_debug().to_string(),
        );
        let rule = &fapi2_sp::CREDENTIAL_ENTROPY;
        facts.of_response(&callback, rule, values::is_unguessable(code), "a code that cannot be guessed", code.clone());
        facts.of_response(&callback, rule, !codes.contains(code), "a different code each time", "the same code twice");
        codes.push(code.clone());
    }
    facts.told(s)
}

async fn refused(s: &Session) -> Tried<()> {
    let (state, mut facts): (String, _) = (keys::random().repeat(2), Facts::default());
    for (client, push) in [(&s.one, s.one.push()), (&s.two, s.two.push().set("state", state))] {
        let pushed = push.pushed().await?;
        let callback = refusal(s, client, &pushed).await?;
        let error = callback.parameter("error").unwrap_or_default();
        let registered = REGISTERED.contains(&error.as_str());
        let got = if error.is_empty() { "no error".into() } else { format!("error {error}") };
        facts.of_response(&callback, &rfc6749::ERROR_REDIRECTED, registered, "a registered error code", got);
        common(&mut facts, client, &pushed, &callback);
        for name in ["error", "error_description", "error_uri"] {
            let text = callback.parameter(name).unwrap_or_default();
            let fits = values::is_error_text(&text);
            let expected = format!("`{name}` with only characters that RFC 6749 allows");
            facts.of_response(&callback, &rfc6749::ERROR_CHARACTERS, fits, &expected, text.escape_debug().to_string());
        }
        if let Some(name) = unknown_parameter(client, &callback) {
            s.warn(format!("the error response has an unknown parameter `{name}`"));
        }
    }
    facts.told(s)
}

async fn silent(s: &Session) -> Tried<()> {
    s.rests_on(OrdinaryKind::Code);
    let push = s.one.push().set("prompt", "none").set("scope", "openid");
    let reply = push.send().await?;
    if !reply.grants() {
        return s.skip("the server refuses pushed requests with prompt=none");
    }
    let pushed = push.taken(&reply)?;
    let Landing::Callback(callback) = s.one.authorize(&pushed).looking().land().await? else {
        return s.skip("the server shows a page; prompt-none-without-session checks that");
    };
    if callback.parameter("code").is_some() {
        return s.skip("the server issues a code; prompt-none-without-session checks that");
    }
    let error = callback.parameter("error").unwrap_or_default();
    let kin = ["interaction_required", "login_required", "account_selection_required", "consent_required"];
    let mut facts = Facts::default();
    let got = if error.is_empty() { "no error".into() } else { format!("error {error}") };
    let expected = "login_required or another registered error";
    let strict = s.target.instance.strict();
    let fits = if strict { kin.contains(&error.as_str()) } else { REGISTERED.contains(&error.as_str()) };
    facts.of_response(&callback, &oidcc::OPENID_ERRORS, fits, expected, got);
    if fits && !kin.contains(&error.as_str()) {
        s.warn(format!("prompt=none without a session gets {error}, not login_required"));
    }
    common(&mut facts, &s.one, &pushed, &callback);
    facts.told(s)
}

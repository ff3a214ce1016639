//! Challenges of protected resources, and nonces in responses.

use super::replies::demand;
use super::{Scenario, always, dpop, run};
use crate::client::resource::ResourceCall;
use crate::finding::{Tried, skip};
use crate::http::{Answer, Reply};
use crate::keys;
use crate::session::Session;
use fapi::requirement::{rfc6750, rfc9449};

pub(super) static SCENARIOS: &[Scenario] = &[
    Scenario::negative(
        "challenge-without-token",
        "A request without a token gets a challenge without an error.",
        run!(without_token),
    )
    .requires(&[
        &rfc6750::TOKEN_PRESENT,
        &rfc6750::BARE_CHALLENGE,
        &rfc6750::CHALLENGE_ONCE_EACH,
        &rfc9449::DPOP_CHALLENGE,
        &rfc9449::CHALLENGE_ALGS,
        &rfc9449::NO_PROXY_SCHEME,
    ])
    .when(always)
    .asserts(&[
        "401 with WWW-Authenticate: DPoP or Bearer, according to the variant; no DPoP in Proxy-Authenticate",
        "Bearer has a parameter; DPoP has algs (otherwise a warning); there is no error (otherwise a warning)",
        "each parameter appears once, with valid characters",
    ]),
    Scenario::negative(
        "challenge-of-bad-token",
        "A request with an invalid token gets an error in the challenge of the scheme that it used.",
        run!(bad_token),
    )
    .requires(&[
        &rfc6750::CHALLENGE_ONCE_EACH,
        &rfc9449::CHALLENGE_ERROR,
        &rfc9449::CHALLENGE_ALGS,
        &rfc9449::ERROR_IN_USED_SCHEME,
        &rfc9449::NO_PROXY_SCHEME,
    ])
    .when(always)
    .asserts(&[
        "the challenge of the scheme that was used has an error, and no other challenge has one (otherwise a warning)",
        "each parameter appears once, with valid characters; no DPoP in Proxy-Authenticate",
    ]),
    Scenario::positive("nonce-form", "A nonce cannot be predicted, and a response with one must not be cached.", run!(nonces))
        .requires(&[&rfc9449::NONCE_UNPREDICTABLE, &rfc9449::NONCE_UNCACHEABLE])
        .when(dpop)
        .nonces()
        .asserts(&[
            "every DPoP-Nonce of the flow has at least 16 characters and not only digits",
            "responses with a nonce have Cache-Control no-store, no-cache or private (otherwise a warning)",
            "skipped if the server does not use nonces",
        ]),
];

/// One challenge of a WWW-Authenticate field.
struct Challenge {
    scheme: String,
    parameters: Vec<(String, String)>,
}

impl Challenge {
    fn named(&self, name: &str) -> usize {
        self.parameters.iter().filter(|(parameter, _)| parameter == name).count()
    }
}

/// Parses the challenges of a response, of which a field may have several. Returns `None` if the syntax is wrong.
fn challenges(reply: &Reply) -> Option<Vec<Challenge>> {
    let mut all: Vec<Challenge> = vec![];
    for field in reply.headers("www-authenticate") {
        let mut rest = field.trim_start();
        while !rest.is_empty() {
            let (word, after) = word(rest)?;
            rest = after.trim_start();
            match rest.strip_prefix('=') {
                Some(value) => {
                    let (value, after) = value_of(value.trim_start())?;
                    all.last_mut()?.parameters.push((word.to_ascii_lowercase(), value));
                    rest = after.trim_start();
                    rest = if rest.is_empty() { rest } else { rest.strip_prefix(',')?.trim_start() };
                }
                None => {
                    all.push(Challenge { scheme: word.to_ascii_lowercase(), parameters: vec![] });
                    rest = rest.strip_prefix(',').unwrap_or(rest).trim_start();
                }
            }
        }
    }
    Some(all)
}

fn word(text: &str) -> Option<(&str, &str)> {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && !"!#$%&'*+-.^_`|~".contains(c)).unwrap_or(text.len());
    (end > 0).then(|| text.split_at(end))
}

/// Parses the value of a parameter: RFC 6750 allows only characters that need no escaping.
fn value_of(text: &str) -> Option<(String, &str)> {
    let Some(quoted) = text.strip_prefix('"') else { return word(text).map(|(value, rest)| (value.to_owned(), rest)) };
    let (value, rest) = quoted.split_once('"')?;
    (!value.contains('\\')).then(|| (value.to_owned(), rest))
}

/// Checks the rules for every refusal by a resource.
fn common(reply: &Reply) -> Tried<Vec<Challenge>> {
    let proxy = reply.header("proxy-authenticate").unwrap_or_default().to_owned();
    demand(
        reply,
        &rfc9449::NO_PROXY_SCHEME,
        !proxy.to_ascii_lowercase().contains("dpop"),
        "no DPoP challenge in Proxy-Authenticate",
        || proxy.clone(),
    )?;
    let got = || authenticate(reply);
    let Some(all) = challenges(reply) else {
        demand(reply, &rfc6750::CHALLENGE_ONCE_EACH, false, "WWW-Authenticate with valid syntax", got)?;
        return Ok(vec![]);
    };
    let once = all.iter().all(|challenge| challenge.parameters.iter().all(|(name, _)| challenge.named(name) == 1));
    demand(reply, &rfc6750::CHALLENGE_ONCE_EACH, once, "each parameter of a challenge only once", got)?;
    Ok(all)
}

/// The WWW-Authenticate fields as findings show them.
fn authenticate(reply: &Reply) -> String {
    let fields: Vec<_> = reply.headers("www-authenticate").collect();
    if fields.is_empty() { "no WWW-Authenticate".into() } else { format!("WWW-Authenticate: {}", fields.join(", ")) }
}

/// Returns a call that the resource has just served.
async fn call(s: &Session) -> Tried<ResourceCall> {
    let call = s.one.resource(&s.one.tokens().await?);
    call.served().await?;
    Ok(call)
}

async fn without_token(s: &Session) -> Tried<()> {
    let reply = call(s).await?.scheme(None).without_proof().send().await?;
    if reply.is_success() {
        return skip("the resource serves requests without a token");
    }
    let all = common(&reply)?;
    let (scheme, rule) =
        if s.variant().dpop() { ("dpop", &rfc9449::DPOP_CHALLENGE) } else { ("bearer", &rfc6750::TOKEN_PRESENT) };
    let got = || format!("status {} with {}", reply.status(), authenticate(&reply));
    let found = all.iter().find(|challenge| challenge.scheme == scheme);
    let challenged = reply.status() == 401 && found.is_some();
    demand(&reply, rule, challenged, &format!("status 401 with a WWW-Authenticate challenge of scheme {scheme}"), got)?;
    let empty = |challenge: &Challenge| challenge.scheme == "bearer" && challenge.parameters.is_empty();
    demand(&reply, &rfc6750::TOKEN_PRESENT, !all.iter().any(empty), "a parameter in a Bearer challenge", got)?;
    if found.is_some_and(|challenge| scheme == "dpop" && challenge.named("algs") == 0) {
        s.warn("the DPoP challenge has no algs");
    }
    if all.iter().any(|challenge| challenge.named("error") > 0) {
        s.warn("the challenge has an error although the request had no token");
    }
    Ok(())
}

async fn bad_token(s: &Session) -> Tried<()> {
    let reply = call(s).await?.token(keys::random()).send().await?;
    if reply.is_success() {
        return skip("the resource accepts any token");
    }
    let all = common(&reply)?;
    let scheme = if s.variant().dpop() { "dpop" } else { "bearer" };
    let (used, others): (Vec<_>, Vec<_>) = all.iter().partition(|challenge| challenge.scheme == scheme);
    if !used.iter().any(|challenge| challenge.named("error") > 0) {
        s.warn("the challenge of the scheme that the request used has no error");
    }
    if others.iter().any(|challenge| challenge.named("error") > 0) {
        s.warn("the challenge of a scheme that the request did not use has an error");
    }
    if used.iter().any(|challenge| scheme == "dpop" && challenge.named("algs") == 0) {
        s.warn("the DPoP challenge has no algs");
    }
    Ok(())
}

async fn nonces(s: &Session) -> Tried<()> {
    let flowed = super::nonces::flowed(s).await;
    let mut seen = 0;
    for exchange in s.http().exchanges() {
        let Answer::Response { headers, .. } = &exchange.answer else { continue };
        let field = |name: &str| headers.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str());
        let Some(nonce) = field("dpop-nonce") else { continue };
        seen += 1;
        if nonce.len() < 16 || nonce.bytes().all(|byte| byte.is_ascii_digit()) {
            let finding = crate::finding::Finding::new("a nonce of at least 16 characters that are not only digits", nonce)
                .shown_by(exchange.number);
            return Err(finding.against(&rfc9449::NONCE_UNPREDICTABLE).into());
        }
        let control = field("cache-control").unwrap_or_default();
        if !["no-store", "no-cache", "private"].iter().any(|word| control.contains(word)) {
            s.warn(format!("a response with a nonce may be cached (exchange {})", exchange.number));
        }
    }
    flowed?;
    if seen == 0 { skip("the server does not use nonces") } else { Ok(()) }
}

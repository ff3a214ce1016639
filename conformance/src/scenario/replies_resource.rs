//! Challenges of protected resources, and nonces in responses.

use super::replies::demand;
use super::{Scenario, always, dpop, run};
use crate::client::resource::ResourceCall;
use crate::client::values::is_error_text;
use crate::finding::{Finding, Tried};
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
        "401 (otherwise a warning) with WWW-Authenticate; no DPoP in Proxy-Authenticate",
        "a DPoP or Bearer challenge, according to the variant (without DPoP: a warning)",
        "Bearer has a parameter, except beside DPoP; DPoP has algs (otherwise a warning); there is no error (otherwise a warning)",
        "realm, scope and the error parameters appear once each in a challenge, with valid characters",
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
        "realm, scope and the error parameters appear once each in a challenge, with valid characters; no DPoP in Proxy-Authenticate",
    ]),
    Scenario::positive("nonce-form", "A nonce cannot be predicted, and a response with one must not be cached.", run!(nonces))
        .requires(&[&rfc9449::NONCE_UNPREDICTABLE, &rfc9449::NONCE_UNCACHEABLE])
        .when(dpop)
        .nonces()
        .asserts(&[
            "every DPoP-Nonce of the flow has at least 8 characters, and more than 19 if they are all digits: no counter and no time",
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
        all.extend(challenges_of(field)?);
    }
    Some(all)
}

fn challenges_of(field: &str) -> Option<Vec<Challenge>> {
    let mut all: Vec<Challenge> = vec![];
    let mut rest = field.trim_start_matches([' ', '\t', ',']);
    while !rest.is_empty() {
        let (name, after) = word(rest)?;
        let after = after.trim_start();
        match after.strip_prefix('=') {
            Some(value) => {
                let (value, after) = value_of(value.trim_start())?;
                all.last_mut()?.parameters.push((name.to_ascii_lowercase(), value));
                rest = after.trim_start();
                // Between parameters, and before the next challenge, there is a comma.
                (rest.is_empty() || rest.starts_with(',')).then_some(())?;
            }
            None => {
                all.push(Challenge { scheme: name.to_ascii_lowercase(), parameters: vec![] });
                rest = without_token68(after);
            }
        }
        rest = rest.trim_start_matches([' ', '\t', ',']);
    }
    Some(all)
}

/// Skips the single value that other schemes have in place of parameters, as `Negotiate` does (RFC 9110, section 11.2).
fn without_token68(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && !"-._~+/".contains(c)).unwrap_or(text.len());
    let rest = text[end..].trim_start_matches('=');
    let alone = rest.trim_start().is_empty() || rest.trim_start().starts_with(',');
    if end > 0 && alone { rest } else { text }
}

fn word(text: &str) -> Option<(&str, &str)> {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && !"!#$%&'*+-.^_`|~".contains(c)).unwrap_or(text.len());
    (end > 0).then(|| text.split_at(end))
}

/// Parses the value of a parameter, a word or a quoted text, and returns it without quotes and escapes.
fn value_of(text: &str) -> Option<(String, &str)> {
    let Some(quoted) = text.strip_prefix('"') else { return word(text).map(|(value, rest)| (value.to_owned(), rest)) };
    let (mut value, mut characters) = (String::new(), quoted.char_indices());
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return Some((value, &quoted[at + 1..])),
            '\\' => value.push(characters.next()?.1),
            _ => value.push(character),
        }
    }
    None
}

/// Returns true if RFC 6750 allows the parameters of a challenge: some only once, and the error's own only with some characters.
fn follows_rfc_6750(challenge: &Challenge) -> bool {
    let once = ["realm", "scope", "error", "error_description", "error_uri"];
    once.iter().all(|name| challenge.named(name) <= 1)
        && challenge
            .parameters
            .iter()
            .all(|(name, value)| !["error", "error_description"].contains(&name.as_str()) || is_error_text(value))
}

/// Checks the rules for every refusal by a resource, and tells every breach.
fn common(s: &Session, reply: &Reply) -> Tried<Vec<Challenge>> {
    let proxy = reply.header("proxy-authenticate").unwrap_or_default().to_owned();
    let right = !proxy.to_ascii_lowercase().contains("dpop");
    let expected = "no DPoP challenge in Proxy-Authenticate";
    s.part(demand(reply, &rfc9449::NO_PROXY_SCHEME, right, expected, || proxy.clone()))?;
    let got = || authenticate(reply);
    let Some(all) = challenges(reply) else {
        s.part(demand(reply, &rfc6750::CHALLENGE_ONCE_EACH, false, "WWW-Authenticate with valid syntax", got))?;
        return Ok(vec![]);
    };
    let ours = all.iter().filter(|challenge| ["bearer", "dpop"].contains(&challenge.scheme.as_str()));
    let expected = "realm, scope and the error parameters only once each, with valid characters";
    s.part(demand(reply, &rfc6750::CHALLENGE_ONCE_EACH, ours.into_iter().all(follows_rfc_6750), expected, got))?;
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
    if reply.grants() {
        return s.skip("the resource serves requests without a token");
    }
    let got = || format!("status {} with {}", reply.status(), authenticate(&reply));
    let any = reply.header("www-authenticate").is_some();
    demand(&reply, &rfc6750::TOKEN_PRESENT, any, "a WWW-Authenticate header", got)?;
    let all = common(s, &reply)?;
    if reply.status() != 401 {
        s.warn(format!("a request without a token gets status {}, not 401", reply.status()));
    }
    let of = |scheme: &'static str| all.iter().find(move |challenge| challenge.scheme == scheme);
    if s.variant().dpop() {
        match of("dpop") {
            None => s.warn("no challenge has the scheme DPoP"),
            Some(challenge) if challenge.named("algs") == 0 => s.warn("the DPoP challenge has no algs"),
            Some(_) => {}
        }
    } else {
        let named = of("bearer").is_some();
        s.part(demand(&reply, &rfc6750::TOKEN_PRESENT, named, "a challenge of the scheme Bearer", got))?;
    }
    // RFC 9449, figure 17, has a bare Bearer beside DPoP.
    let alone = of("dpop").is_none() || s.target.instance.strict();
    let bare = alone && of("bearer").is_some_and(|challenge| challenge.parameters.is_empty());
    s.part(demand(&reply, &rfc6750::TOKEN_PRESENT, !bare, "a parameter in a Bearer challenge", got))?;
    if all.iter().any(|challenge| challenge.named("error") > 0) {
        s.warn("the challenge has an error although the request had no token");
    }
    Ok(())
}

async fn bad_token(s: &Session) -> Tried<()> {
    let reply = call(s).await?.token(keys::random()).send().await?;
    if reply.grants() {
        return s.skip("the resource accepts any token");
    }
    let all = common(s, &reply)?;
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
        let digits = nonce.bytes().all(|byte| byte.is_ascii_digit());
        if nonce.len() < if digits { 20 } else { 8 } {
            let finding = Finding::new("a nonce of at least 8 characters, and of at least 20 if they are all digits", nonce)
                .shown_by(exchange.number);
            return Err(finding.against(&rfc9449::NONCE_UNPREDICTABLE).into());
        }
        let control = field("cache-control").unwrap_or_default().to_ascii_lowercase();
        if !["no-store", "no-cache", "private"].iter().any(|word| control.contains(word)) {
            s.warn(format!("a response with a nonce may be cached (exchange {})", exchange.number));
        }
    }
    flowed?;
    if seen == 0 { s.skip("the server does not use nonces") } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(field: &str) -> Option<Vec<(String, usize)>> {
        let all = challenges_of(field)?;
        Some(all.into_iter().map(|challenge| (challenge.scheme, challenge.parameters.len())).collect())
    }

    #[test]
    fn challenges_of_other_schemes_and_several_in_one_field_are_read() {
        let of = |list: &[(&str, usize)]| Some(list.iter().map(|(scheme, count)| ((*scheme).to_owned(), *count)).collect());
        assert_eq!(parsed("Bearer, DPoP algs=\"ES256 PS256\""), of(&[("bearer", 0), ("dpop", 1)]));
        assert_eq!(parsed("Negotiate YII=, Basic realm=\"a \\\"b\\\"\", charset=utf-8"), of(&[("negotiate", 0), ("basic", 2)]));
        assert_eq!(parsed("Bearer realm=\"a\", error=invalid_token,"), of(&[("bearer", 2)]));
        assert_eq!(parsed("Bearer realm=\"a\" error=\"b\""), None);
        assert_eq!(parsed("Bearer realm=\"a"), None);
        assert_eq!(parsed("realm=\"a\""), None);
    }

    #[test]
    fn an_error_appears_once_and_without_quotes() {
        let fits = |field| challenges_of(field).is_some_and(|all| all.iter().all(follows_rfc_6750));
        assert!(fits("Bearer realm=\"a \\\"b\\\"\", error=\"invalid_token\""));
        assert!(!fits("Bearer error=\"invalid_token\", error=\"invalid_token\""));
        assert!(!fits("Bearer error_description=\"a \\\"b\\\"\""));
    }
}

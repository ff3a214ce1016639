//! The entropy of the values that a server makes, estimated from many of them.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use fapi::requirement::{Requirement, fapi2_sp, rfc6749, rfc9126};
use tokio::task::JoinSet;

use super::{Scenario, client_credentials, front_channel, run};
use crate::browser::Browser;
use crate::client::{Client, Tokens, values};
use crate::entropy::{FEWEST, estimate, is_jwt};
use crate::finding::{Finding, Stop, Tried, skip};
use crate::http::{Http, Reply};
use crate::jwt::Received;
use crate::session::Session;
use crate::target::{BoxFuture, UserStrategy};

/// The number of samples of a value; fewer with `--gentle`.
const SAMPLES: usize = 1000;
/// The number of samples with `--gentle`, and of those that need a login each.
const FEW: usize = 100;
/// The number of samples that are fetched at a time.
const AT_ONCE: usize = 8;
/// The number of samples that each worker fetches with a new browser each, and the interval at which it takes another one afterwards.
/// A part of a value may belong to the user's session, so that only samples of different sessions show its entropy.
const NEW_AT_FIRST: usize = 9;
const NEW_EVERY: usize = 20;
/// The time after which no more samples are fetched. Those that are there are judged.
const LONGEST: Duration = Duration::from_secs(45);
/// The entropy below which a value is short, in bits. A UUID of version 4 has 122, and is near enough to be advice.
const SHORT: f64 = 120.0;
/// The entropy of a value of 128 bits, with a margin for the estimate.
const REQUIRED: f64 = 127.5;
/// The same for 160 bits.
const RECOMMENDED: f64 = 159.5;

pub(super) static SCENARIOS: &[Scenario] = &[
    Scenario::positive("entropy-of-request-uris", "Many request_uris have at least 128 bits of entropy.", run!(request_uris))
        .requires(&[
            &rfc9126::REQUEST_URI_RANDOM,
            &fapi2_sp::CREDENTIAL_ENTROPY,
            &rfc6749::TOKENS_UNGUESSABLE,
            &rfc6749::TOKENS_HARDLY_GUESSABLE,
        ])
        .when(front_channel)
        .once()
        .asserts(&[
            "1,000 pushed requests (100 with --gentle; fewer from a server that needs more than 45 s for them, never below 64)",
            "all are different, and what varies in them leaves at least 128 bits possible (an error below 10⁻⁶)",
            "below 160 bits, and 122 as in a UUID: a warning",
        ]),
    Scenario::positive(
        "entropy-of-codes-and-tokens",
        "Many codes, refresh tokens and opaque access tokens have at least 128 bits of entropy.",
        run!(codes),
    )
    .requires(&[&fapi2_sp::CREDENTIAL_ENTROPY, &rfc6749::TOKENS_UNGUESSABLE, &rfc6749::TOKENS_HARDLY_GUESSABLE])
    .when(front_channel)
    .once()
    .asserts(&[
        "1,000 flows (100 with --gentle; fewer from a server that needs more than 45 s for them, never below 64)",
        "all codes are different, and what varies in codes and in tokens leaves at least 128 bits possible",
        "a JWT is protected by its signature or its encryption: only one without is a finding",
        "about one flow in eight is in a new browser, since a part of a value may belong to the user's session",
        "below 160 bits, and 122 as in a UUID: a warning",
    ]),
    Scenario::positive(
        "entropy-of-own-tokens",
        "Many access tokens of the client credentials grant have at least 128 bits of entropy.",
        run!(own_tokens),
    )
    .requires(&[&fapi2_sp::CREDENTIAL_ENTROPY, &rfc6749::TOKENS_UNGUESSABLE, &rfc6749::TOKENS_HARDLY_GUESSABLE])
    .when(client_credentials)
    .once()
    .asserts(&[
        "1,000 token requests (100 with --gentle; fewer from a server that needs more than 45 s for them, never below 64)",
        "as entropy-of-codes-and-tokens",
    ]),
    Scenario::positive(
        "entropy-of-sessions",
        "The cookies of a user who has logged in have at least 128 bits of entropy together.",
        run!(sessions),
    )
    .requires(&[&fapi2_sp::CREDENTIAL_ENTROPY, &rfc6749::TOKENS_UNGUESSABLE])
    .when(front_channel)
    .once()
    .rough()
    .asserts(&[
        "100 logins in new browsers: all cookies of a browser together leave at least 128 bits possible",
        "skipped if a browser with these cookies has to log in again, or if pages are not driven by forms",
    ]),
];

/// Values by their kinds, made by the server for one request or flow.
type Values = Vec<(&'static str, String)>;

/// A source of samples: one worker calls it again and again with its own client and browser.
type Source = for<'a> fn(&'a Client, &'a mut Browser) -> BoxFuture<'a, Tried<Values>>;

/// A sample, with true if it is the first one of its browser.
type Sample = (bool, Values);

/// Fetches samples, several at a time, from sessions whose exchanges are not recorded. The samples of a worker stay together, in order.
async fn samples(s: &Session, wanted: usize, source: Source) -> Tried<Vec<Sample>> {
    let (began, mut workers) = (Instant::now(), JoinSet::new());
    for _ in 0..AT_ONCE {
        let target = s.target.clone();
        workers.spawn(async move {
            let mut taken = Vec::new();
            let session = match Session::open(&[], target.clone(), Http::new(target.connector.clone())).await {
                Ok(session) => session,
                Err(stop) => return (taken, Some(stop)),
            };
            let mut browser = session.one.browser();
            while taken.len() < wanted.div_ceil(AT_ONCE) && began.elapsed() < LONGEST {
                let first = taken.len() < NEW_AT_FIRST || taken.len().is_multiple_of(NEW_EVERY);
                if first {
                    browser = session.one.browser();
                }
                match source(&session.one, &mut browser).await {
                    Ok(values) => taken.push((first, values)),
                    Err(stop) => return (taken, Some(stop)),
                }
                session.http().forget();
            }
            (taken, None)
        });
    }
    let (mut taken, mut stopped) = (Vec::new(), None);
    while let Some(done) = workers.join_next().await {
        let (part, stop) = done.map_err(|error| Finding::new("the suite itself to work", error.to_string()).of_the_suite())?;
        taken.extend(part);
        stopped = stopped.or(stop);
    }
    match stopped {
        Some(stop) if taken.len() < FEWEST => Err(stop),
        _ if taken.len() < FEWEST => skip(format!("the server gave only {} values in {} s", taken.len(), LONGEST.as_secs())),
        _ => Ok(taken),
    }
}

fn wanted(s: &Session) -> usize {
    if s.is_gentle() { FEW } else { SAMPLES }
}

/// The values of one kind.
fn of(samples: &[Sample], kind: &str) -> Vec<(bool, String)> {
    let values = samples.iter().flat_map(|(first, values)| values.iter().map(move |(name, value)| (*first, *name, value)));
    values.filter(|(_, name, _)| *name == kind).map(|(first, _, value)| (first, value.clone())).collect()
}

/// Judges the samples of one kind of value. Tokens may appear again, other values may not.
fn judge(s: &Session, what: &str, samples: &[(bool, String)], rule: &'static Requirement, exchange: Option<u64>) {
    let tell = |expected: String, got: String, rule: &'static Requirement| Finding {
        exchange,
        ..Finding::new(expected, got).against(rule)
    };
    if samples.iter().any(|(_, sample)| is_jwt(sample)) {
        if samples.iter().any(|(_, sample)| is_jwt(sample) && !is_protected(sample)) {
            s.also(tell(format!("{what} that are signed"), "a JWT without a signature of at least 128 bits".into(), rule));
        }
        return;
    }
    // A server may return a token that it issued before.
    let mut known = BTreeSet::new();
    let once = what.ends_with("tokens");
    let samples: Vec<_> = samples.iter().filter(|(_, value)| known.insert(value) || !once).collect();
    let values = |first: bool| samples.iter().filter(move |(it, _)| *it || !first).map(|(_, value)| value.clone());
    let Some(mut found) = estimate(&values(false).collect::<Vec<_>>()) else { return };
    if let Some(of_sessions) = estimate(&values(true).collect::<Vec<_>>()) {
        found.bits = found.bits.max(of_sessions.bits);
    }
    if found.repeats {
        s.also(tell(format!("different {what}"), format!("the same value twice among {}", found.samples), rule));
        return;
    }
    let got = format!(
        "at most {:.0} bits, by {} of them: {} of {} characters are always the same",
        found.bits, found.samples, found.constant, found.length
    );
    let short = tell(format!("{what} with at least 128 bits of entropy"), got.clone(), rule);
    match found.bits {
        ..SHORT => s.also(short),
        ..REQUIRED => s.also(short.as_advice()),
        ..RECOMMENDED => {
            s.also(tell(format!("{what} with 160 bits of entropy"), got, &rfc6749::TOKENS_HARDLY_GUESSABLE));
        }
        _ => {}
    }
}

/// Returns true if a JWT is encrypted, or has a signature that is not guessed either.
fn is_protected(token: &str) -> bool {
    let parts: Vec<_> = token.split('.').collect();
    let signed = Received::parse(token).is_ok_and(|token| {
        token.header.get("alg").and_then(serde_json::Value::as_str).is_some_and(|alg| !alg.eq_ignore_ascii_case("none"))
    });
    // 22 characters of base64url are 128 bits.
    parts.len() == 5 || (signed && parts.last().is_some_and(|signature| signature.len() >= 22))
}

async fn request_uris(s: &Session) -> Tried<()> {
    let reply = s.one.push().send().await?;
    s.one.push().taken(&reply)?;
    let samples = samples(s, wanted(s), |client, _| Box::pin(pushed(client))).await?;
    let values = of(&samples, "request_uri");
    judge(s, "request_uris", &values, &rfc9126::REQUEST_URI_RANDOM, Some(reply.number()));
    Ok(())
}

async fn pushed(client: &Client) -> Tried<Values> {
    let pushed = client.push().pushed().await?;
    Ok(vec![("request_uri", values::random_part(&pushed.request_uri).to_owned())])
}

async fn codes(s: &Session) -> Tried<()> {
    if matches!(s.target.user, UserStrategy::Manual) {
        return skip("a person operates the pages");
    }
    let first = s.one.code().await?;
    let reply = s.one.redeem(&first).send().await?;
    let samples = samples(s, wanted(s), |client, browser| Box::pin(granted(client, browser))).await?;
    let issued = Some(reply.number());
    for (what, kind, exchange) in [
        ("codes", "code", first.exchange),
        ("refresh tokens", "refresh_token", issued),
        ("access tokens", "access_token", issued),
    ] {
        judge(s, what, &of(&samples, kind), &fapi2_sp::CREDENTIAL_ENTROPY, exchange);
    }
    Ok(())
}

async fn granted(client: &Client, browser: &mut Browser) -> Tried<Values> {
    let pushed = client.push().pushed().await?;
    let landing = client.authorize(&pushed).land_in(browser).await?;
    let code = client.accept(&pushed, landing)?;
    let reply = client.redeem(&code).send().await?;
    Ok([vec![("code", code.code)], issued(&reply)].concat())
}

fn issued(reply: &Reply) -> Values {
    let names = ["refresh_token", "access_token"];
    names.into_iter().filter_map(|name| Some((name, reply.member(name)?))).collect()
}

async fn own_tokens(s: &Session) -> Tried<()> {
    let Tokens { reply, .. } = s.one.tokens().await?;
    let samples = samples(s, wanted(s), |client, _| Box::pin(own(client))).await?;
    judge(s, "access tokens", &of(&samples, "access_token"), &fapi2_sp::CREDENTIAL_ENTROPY, Some(reply.number()));
    Ok(())
}

async fn own(client: &Client) -> Tried<Values> {
    let reply = client.credentials().send().await?;
    let finding = || Finding::new("an access token", format!("status {}", reply.status())).shown_by(reply.number());
    match issued(&reply) {
        none if none.is_empty() => Err(Stop::from(finding().on_the_way(&rfc6749::TOKEN_RESPONSE))),
        issued => Ok(issued),
    }
}

async fn sessions(s: &Session) -> Tried<()> {
    if !matches!(s.target.user, UserStrategy::Form(_)) {
        return skip("the pages are not driven by forms");
    }
    let mut browser = s.one.browser();
    let pushed = s.pushed().await?;
    let landing = s.one.authorize(&pushed).land_in(&mut browser).await?;
    let exchange = landing.exchange();
    s.one.accept(&pushed, landing)?;
    if browser.cookies().is_empty() {
        return skip("the browser has no cookies after the login");
    }
    let again = s.pushed().await?;
    let landing = s.one.authorize(&again).looking().land_in(&mut browser).await?;
    let asked = landing.page().is_none_or(|page| crate::browser::page::Page::read(&page.text()).asks_for_password());
    if asked && landing.page().is_some() {
        return skip("the server keeps no session: it asks for the password again");
    }
    let samples = samples(s, FEW, |client, _| Box::pin(logged_in(client))).await?;
    judge(s, "sessions", &of(&samples, "cookies"), &fapi2_sp::CREDENTIAL_ENTROPY, exchange);
    Ok(())
}

async fn logged_in(client: &Client) -> Tried<Values> {
    let (pushed, mut browser) = (client.push().pushed().await?, client.browser());
    let landing = client.authorize(&pushed).land_in(&mut browser).await?;
    client.accept(&pushed, landing)?;
    Ok(vec![("cookies", browser.cookies())])
}

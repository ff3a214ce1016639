//! Codes, refresh tokens and grants that are wrong only where a careless check does not look.

use fapi::requirement::{Requirement, fapi2_sp, rfc6749, rfc7636, rfc9700};

use super::nearly_right::{each_refused, told};
use super::refresh::{not_given, refreshable};
use super::{Scenario, always, client_credentials, front_channel, rules, run};
use crate::client::{Client, Code, FormRequest};
use crate::finding::{Finding, Tried, skip};
use crate::keys;
use crate::nearly::{self, Way};
use crate::session::{Session, Wire, wire};

const ONE_CODE: &[&str] = &[
    "each value gets 400 or 401 with an error; all with one code, which is then redeemed with the right values",
    "if a failed attempt ends the code: five of the values, each with a code of its own",
];

pub(super) static SCENARIOS: &[Scenario] = &[
    Scenario::negative("code-nearly-right", "A code that only resembles an issued one is refused.", run!(code))
        .requires(&[&rfc6749::INVALID_GRANT])
        .when(front_channel)
        .asserts(ONE_CODE),
    Scenario::negative(
        "code-redirect-uri-nearly-right",
        "A redirect_uri in the token request that only resembles the one of the authorization request is refused.",
        run!(redirect_uri),
    )
    .requires(&[&rfc6749::REDIRECT_URI_IDENTICAL])
    .when(front_channel)
    .asserts(ONE_CODE),
    Scenario::negative("grant-type-nearly-right", "A grant_type that only resembles a known one is refused.", run!(grant_type))
        .requires(&[&rfc6749::GRANT_TYPE_SERVED])
        .when(always)
        .asserts(&["each value gets 400 with an error; with codes: all with one code, which is then redeemed"]),
    Scenario::negative("grant-type-not-offered", "Grant types that the metadata do not list are refused.", run!(not_offered))
        .requires(&[&rfc6749::GRANT_TYPE_SERVED])
        .when(always)
        .asserts(&[
            "token exchange with an access token of the client, and an assertion of the client as a grant, each if it is not listed",
            "400 unsupported_grant_type, unauthorized_client, invalid_request or invalid_grant",
        ]),
    Scenario::negative(
        "code-again-and-again",
        "A redeemed code is refused at every further attempt, also by another client.",
        run!(again_and_again),
    )
    .requires(&[&rfc6749::CODE_ONCE, &fapi2_sp::CODE_ONCE, &rfc9700::CODE_INVALIDATED, &rfc6749::CODE_BOUND_TO_CLIENT])
    .when(front_channel)
    .asserts(&["four more attempts of the client and two of the second client get 400 invalid_grant"]),
    Scenario::negative(
        "code-again-ends-refresh-token",
        "A code that is presented again also ends the refresh token, and the access tokens of refreshes.",
        run!(again_ends_all),
    )
    .requires(&[&rfc6749::CODE_REPLAY_REVOKES])
    .when(front_channel)
    .asserts(&[
        "a code is redeemed, the refresh token used, and the code presented again",
        "then the refresh token is refused, and so are both access tokens at the resource (otherwise a warning)",
        "skipped if the server issues no refresh token",
    ]),
    Scenario::negative("token-parameters-repeated", "A token request with a repeated parameter is refused.", run!(repeated))
        .requires(&[&rfc6749::NO_REPEATED_TOKEN_PARAMETER])
        .when(always)
        .asserts(&[
            "grant_type, code, redirect_uri and code_verifier twice: with equal values, the right one first, the right one last",
            "400 with an error",
        ]),
    Scenario::negative("code-of-second-client", "The checks of codes are also made for the second client.", run!(second_client))
        .requires(&[
            &rfc7636::VERIFIER_FITS,
            &rfc7636::VERIFIER_PRESENT,
            &rfc6749::REDIRECT_URI_IDENTICAL,
            &fapi2_sp::CODE_ONCE,
            &rfc6749::CODE_ONCE,
            &rfc9700::CODE_INVALIDATED,
        ])
        .when(front_channel)
        .asserts(&[
            "another verifier, no verifier, another redirect_uri: 400 invalid_grant or invalid_request",
            "the code is then redeemed, and refused when it is presented again",
        ]),
    Scenario::negative(
        "refresh-token-nearly-right",
        "A refresh token that only resembles an issued one is refused.",
        run!(refresh_token),
    )
    .requires(&[&rfc6749::INVALID_GRANT])
    .when(front_channel)
    .asserts(&["each value gets 400 invalid_grant or invalid_request"]),
    Scenario::negative(
        "refresh-token-of-first-client",
        "The second client cannot use a refresh token of the first one, nor the first one of the second.",
        run!(refresh_of_others),
    )
    .requires(&[&rfc6749::REFRESH_BOUND_TO_CLIENT])
    .when(front_channel)
    .asserts(&["400 invalid_grant, in both directions"]),
    Scenario::negative(
        "refresh-scope-nearly-right",
        "A refresh does not yield a scope that only resembles a granted one.",
        run!(refresh_scope),
    )
    .requires(&[&rfc6749::REFRESH_SCOPE, &rfc6749::SCOPE_RETURNED])
    .when(front_channel)
    .asserts(&["each word gets 400 invalid_scope or invalid_grant, or a token whose scope does not include it"]),
    Scenario::negative(
        "own-scope-nearly-right",
        "A client does not get a scope that only resembles one that it may have.",
        run!(own_scope),
    )
    .requires(&[&rfc6749::UNAUTHORIZED_CLIENT, &rfc6749::SCOPE_RETURNED])
    .when(client_credentials)
    .asserts(&["each word gets 400 invalid_scope or invalid_request, or a token whose scope does not include it"]),
    Scenario::negative("refresh-by-client-id-alone", "A refresh with client_id alone is refused.", run!(refresh_bare))
        .requires(&[&rfc6749::REFRESH_BOUND_TO_CLIENT, &rfc6749::CLIENT_AUTHENTICATES, &rfc6749::CONFIDENTIAL_AUTHENTICATES])
        .under(rules::any)
        .when(super::assertions_pushed)
        .asserts(&["400 with invalid_client, invalid_grant or invalid_request, or 401"]),
];

/// Any refusal: other scenarios look at the error.
const ANY: Wire = Wire::new(&[400, 401], &[]);
const GRANT_OR_REQUEST: Wire = Wire::new(&[400], &["invalid_grant", "invalid_request"]);
const GRANT_TYPE: Wire =
    Wire::new(&[400], &["unsupported_grant_type", "unauthorized_client", "invalid_request", "invalid_grant"]);

/// A wrong token request: the attempt in words, and the change to the right request.
pub(super) struct Attempt {
    /// The value, and the habit of a server that accepts it.
    pub(super) told: String,
    /// The requirements for one of which it is refused.
    pub(super) because: Vec<&'static Requirement>,
    /// Makes the wrong request of the right one.
    pub(super) spoil: Box<dyn Fn(FormRequest) -> FormRequest + Send + Sync>,
}

/// The number of attempts with a code of their own, where a failed attempt ends the code.
const CODES: usize = 5;

/// Makes each attempt with one code, and then redeems it: that shows that the code was good all the time. If a failed attempt ended
/// the code, some of the attempts are made with a code of their own.
pub(super) async fn each_with_one_code<F: Future<Output = Tried<Code>> + Send>(
    s: &Session,
    client: &Client,
    attempts: &[Attempt],
    code: impl Fn() -> F + Send + Sync,
) -> Tried<()> {
    let mut current = code().await?;
    for attempt in attempts {
        if tried(s, client, &current, attempt).await? {
            current = code().await?;
        }
    }
    if client.redeem(&current).send().await?.grants() {
        return Ok(());
    }
    for attempt in attempts.iter().skip(1).take(CODES) {
        tried(s, client, &code().await?, attempt).await?;
    }
    Ok(())
}

/// Returns true if the attempt was accepted.
async fn tried(s: &Session, client: &Client, code: &Code, attempt: &Attempt) -> Tried<bool> {
    let reply = (attempt.spoil)(client.redeem(code)).send().await?;
    told(s, s.refused_because(&reply, &ANY, &attempt.because), &attempt.told)?;
    Ok(reply.grants())
}

/// An attempt for each wrong value of a field.
pub(super) fn attempts(
    field: &'static str,
    right: &str,
    ways: &[&'static Way],
    because: &[&'static Requirement],
) -> Vec<Attempt> {
    let wrong = nearly::wrong(right, ways).into_iter();
    wrong.map(|(way, value)| attempt(field, value, way.habit, because)).collect()
}

/// An attempt with this value of a field.
pub(super) fn attempt(field: &'static str, value: String, habit: &str, because: &[&'static Requirement]) -> Attempt {
    let told = format!("{field} was wrong: the server {habit}");
    Attempt { told, because: because.to_vec(), spoil: Box::new(move |request| request.set(field, value.as_str())) }
}

async fn code(s: &Session) -> Tried<()> {
    let mut wrong = vec![];
    for way in nearly::RANDOM {
        for place in 0..(way.wrong)("a code").len() {
            wrong.push(Attempt {
                told: format!("the code resembled the right one: the server {}", way.habit),
                because: vec![&rfc6749::INVALID_GRANT],
                spoil: Box::new(move |request| {
                    let right = value(&request, "code");
                    // A code without letters has no other case.
                    let nearly = (way.wrong)(&right).into_iter().nth(place).filter(|nearly| *nearly != right);
                    let nearly = nearly.unwrap_or_else(keys::random);
                    request.set("code", nearly)
                }),
            });
        }
    }
    each_with_one_code(s, &s.one, &wrong, || s.one.code()).await
}

async fn redirect_uri(s: &Session) -> Tried<()> {
    let wrong = attempts("redirect_uri", &s.one.settings().redirect_uri, nearly::URL, &[&rfc6749::REDIRECT_URI_IDENTICAL]);
    each_with_one_code(s, &s.one, &wrong, || s.one.code()).await
}

const WORD: &[&Way] = &[&nearly::BEGINNING, &nearly::SHORTENED, &nearly::END, &nearly::WITHIN, &nearly::CASE];

async fn grant_type(s: &Session) -> Tried<()> {
    let because: &[&'static Requirement] = &[&rfc6749::GRANT_TYPE_SERVED];
    if s.variant().front_channel() {
        let wrong = attempts("grant_type", "authorization_code", WORD, because);
        return each_with_one_code(s, &s.one, &wrong, || s.one.code()).await;
    }
    each_refused(s, "client_credentials", &[], WORD, |value: String| async move {
        s.refused_because(&s.one.credentials().set("grant_type", value).send().await?, &GRANT_TYPE, because)
    })
    .await
}

async fn not_offered(s: &Session) -> Tried<()> {
    let listed = s.one.metadata().list("grant_types_supported");
    let token = s.one.tokens().await?.access_token;
    let exchange = "urn:ietf:params:oauth:grant-type:token-exchange";
    if !listed.contains(&exchange) {
        let request = s.one.token(
            "token exchange",
            &[
                ("grant_type", exchange),
                ("subject_token", &token),
                ("subject_token_type", "urn:ietf:params:oauth:token-type:access_token"),
            ],
        );
        let reply = request.send().await?;
        told(s, s.refused_because(&reply, &GRANT_TYPE, &[&rfc6749::GRANT_TYPE_SERVED]), "the grant was token exchange")?;
    }
    let bearer = "urn:ietf:params:oauth:grant-type:jwt-bearer";
    if !listed.contains(&bearer) && s.variant().private_key_jwt() {
        let assertion = s.one.assertion().sign();
        let request = s.one.token("assertion grant", &[("grant_type", bearer), ("assertion", &assertion)]);
        let reply = request.send().await?;
        told(s, s.refused_because(&reply, &GRANT_TYPE, &[&rfc6749::GRANT_TYPE_SERVED]), "the grant was an assertion")?;
    }
    Ok(())
}

async fn again_and_again(s: &Session) -> Tried<()> {
    let code = s.one.code().await?;
    s.one.redeem(&code).tokens().await?;
    let once: &[&Requirement] = &[&rfc6749::CODE_ONCE, &fapi2_sp::CODE_ONCE, &rfc9700::CODE_INVALIDATED];
    for attempt in 2..=5 {
        let reply = s.one.redeem(&code).send().await?;
        told(s, s.refused_because(&reply, &wire::INVALID_GRANT, once), &format!("attempt {attempt} with this code"))?;
    }
    let by_another: &[&Requirement] = &[&rfc6749::CODE_ONCE, &fapi2_sp::CODE_ONCE, &rfc6749::CODE_BOUND_TO_CLIENT];
    for _ in 0..2 {
        let reply = s.two.redeem(&code).send().await?;
        told(s, s.refused_because(&reply, &wire::INVALID_GRANT, by_another), "by the second client, after the first one")?;
    }
    Ok(())
}

async fn again_ends_all(s: &Session) -> Tried<()> {
    let code = s.one.code().await?;
    let first = s.one.redeem(&code).tokens().await?;
    let Some(token) = first.refresh_token.clone() else { return skip("the server issues no refresh token") };
    let refreshed = s.one.refresh(&token).tokens().await?;
    let token = refreshed.refresh_token.clone().unwrap_or(token);
    let calls =
        [("the access token of the code", s.one.resource(&first)), ("the access token of a refresh", s.one.resource(&refreshed))];
    let callable = calls[0].1.url().is_ok();
    for (_, call) in calls.iter().filter(|_| callable) {
        call.served().await?;
    }
    s.refused_because(
        &s.one.redeem(&code).send().await?,
        &wire::INVALID_GRANT,
        &[&rfc6749::CODE_ONCE, &fapi2_sp::CODE_ONCE, &rfc9700::CODE_INVALIDATED],
    )?;
    let stays = |what: &str, got: String, exchange: u64| {
        let finding = Finding::new(format!("a refusal of {what}, whose code was presented again"), got);
        s.also(finding.shown_by(exchange).against(&rfc6749::CODE_REPLAY_REVOKES));
    };
    let reply = s.one.refresh(&token).send().await?;
    if reply.grants() {
        stays("the refresh token", "tokens".into(), reply.number());
    }
    for (what, call) in calls.iter().filter(|_| callable) {
        let reply = call.send().await?;
        if reply.grants() {
            stays(what, format!("status {}", reply.status()), reply.number());
        }
    }
    Ok(())
}

async fn repeated(s: &Session) -> Tried<()> {
    let twice: &[&'static Requirement] = &[&rfc6749::NO_REPEATED_TOKEN_PARAMETER];
    if !s.variant().front_channel() {
        for (first, second) in [("client_credentials", "client_credentials"), ("client_credentials", "authorization_code")] {
            for (sent, other) in [(first, second), (second, first)] {
                let reply = s.one.credentials().set("grant_type", sent).duplicate("grant_type", other).send().await?;
                told(s, s.refused_because(&reply, &ANY, twice), &format!("grant_type was {sent}, and then {other}"))?;
            }
        }
        return Ok(());
    }
    let wrong = [
        ("grant_type", "client_credentials".to_owned()),
        ("code", keys::random()),
        ("redirect_uri", "https://other.example/callback".to_owned()),
        ("code_verifier", keys::random()),
    ];
    let mut attempts = vec![];
    for (field, other) in wrong {
        let added = other.clone();
        attempts.push(Attempt {
            told: format!("{field} was sent twice: the right value, and then another"),
            because: twice.to_vec(),
            spoil: Box::new(move |request| request.duplicate(field, added.as_str())),
        });
        attempts.push(Attempt {
            told: format!("{field} was sent twice: another value, and then the right one"),
            because: twice.to_vec(),
            spoil: Box::new(move |request| {
                let right = value(&request, field);
                request.set(field, other.as_str()).duplicate(field, right)
            }),
        });
        attempts.push(Attempt {
            told: format!("{field} was sent twice, with the right value"),
            because: twice.to_vec(),
            spoil: Box::new(move |request| {
                let right = value(&request, field);
                request.duplicate(field, right)
            }),
        });
    }
    each_with_one_code(s, &s.one, &attempts, || s.one.code()).await
}

fn value(request: &FormRequest, name: &str) -> String {
    request.complete_fields().into_iter().find(|(field, _)| field == name).map(|(_, value)| value).unwrap_or_default()
}

async fn second_client(s: &Session) -> Tried<()> {
    let attempts = [
        attempt("code_verifier", keys::random(), "accepts another verifier", &[&rfc7636::VERIFIER_FITS]),
        Attempt {
            told: "there was no verifier".into(),
            because: vec![&rfc7636::VERIFIER_PRESENT],
            spoil: Box::new(|request| request.without("code_verifier")),
        },
        attempt(
            "redirect_uri",
            "https://other.example/callback".into(),
            "accepts another redirect URI",
            &[&rfc6749::REDIRECT_URI_IDENTICAL],
        ),
    ];
    each_with_one_code(s, &s.two, &attempts, || s.two.code()).await?;
    let code = s.two.code().await?;
    s.two.redeem(&code).tokens().await?;
    let once: &[&Requirement] = &[&fapi2_sp::CODE_ONCE, &rfc6749::CODE_ONCE, &rfc9700::CODE_INVALIDATED];
    let reply = s.two.redeem(&code).send().await?;
    told(s, s.refused_because(&reply, &wire::INVALID_GRANT, once), "the second client redeemed its code again")
}

async fn refresh_token(s: &Session) -> Tried<()> {
    let token = &refreshable(s, &s.one).await?.1;
    each_refused(s, token, &[], nearly::RANDOM, |value: String| async move {
        s.refused_because(&s.one.refresh(&value).send().await?, &GRANT_OR_REQUEST, &[&rfc6749::INVALID_GRANT])
    })
    .await
}

async fn refresh_of_others(s: &Session) -> Tried<()> {
    for (owner, other, shown) in [(&s.one, &s.two, "of the first client"), (&s.two, &s.one, "of the second client")] {
        let (_, token) = refreshable(s, owner).await?;
        let reply = other.refresh(&token).send().await?;
        let ended = s.refused_because(&reply, &wire::INVALID_GRANT, &[&rfc6749::REFRESH_BOUND_TO_CLIENT]);
        told(s, ended, &format!("the refresh token was {shown}"))?;
    }
    Ok(())
}

/// A word of a scope that is not one of OpenID Connect.
fn own_word(scope: &str) -> Option<&str> {
    let known = ["openid", "profile", "email", "address", "phone", "offline_access"];
    scope.split_whitespace().find(|word| !known.contains(word)).or_else(|| scope.split_whitespace().last())
}

async fn refresh_scope(s: &Session) -> Tried<()> {
    let (tokens, token) = refreshable(s, &s.one).await?;
    let granted = tokens.scope.unwrap_or_else(|| s.one.scope());
    let Some(word) = own_word(&granted) else { return skip("no scope was granted") };
    let (granted, token) = (&granted, &token);
    let all: Vec<String> = granted.split_whitespace().map(str::to_owned).collect();
    each_refused(s, word, &all, WORD, |value: String| async move {
        if value.contains(' ') {
            return Ok(());
        }
        let reply = s.one.refresh(token).set("scope", format!("{granted} {value}")).send().await?;
        not_given(s, &reply, &value, &rfc6749::REFRESH_SCOPE, &["invalid_scope", "invalid_grant"])
    })
    .await
}

async fn own_scope(s: &Session) -> Tried<()> {
    let Some(scope) = s.one.settings().client_scope.clone() else { return skip("the client asks for no scope of its own") };
    let Some(word) = own_word(&scope) else { return skip("the client has no scope of its own") };
    let all: Vec<String> = scope.split_whitespace().map(str::to_owned).collect();
    each_refused(s, word, &all, WORD, |value: String| async move {
        let reply = s.one.credentials().set("scope", value.as_str()).send().await?;
        not_given(s, &reply, &value, &rfc6749::UNAUTHORIZED_CLIENT, &["invalid_scope", "invalid_request"])
    })
    .await
}

async fn refresh_bare(s: &Session) -> Tried<()> {
    let (_, token) = refreshable(s, &s.one).await?;
    let request = s.one.refresh(&token).without("client_assertion").without("client_assertion_type").set("client_id", s.one.id());
    let errors = &["invalid_client", "invalid_grant", "invalid_request"];
    s.refused(&request.send().await?, &Wire::new(&[400, 401], errors).unauthorized(errors))
}

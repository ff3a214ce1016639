//! Pushed requests and authorization URLs that are wrong only where a careless check does not look.

use fapi::requirement::{Requirement, fapi2_sp, oidcc, rfc6749, rfc7636, rfc9101, rfc9126, rfc9700};
use url::Url;

use super::nearly_right::{each_refused, told};
use super::{Scenario, front_channel, rules, run};
use crate::browser::Landing;
use crate::client::FormRequest;
use crate::finding::{Finding, Stop, Tried};
use crate::keys;
use crate::nearly::{self, Way};
use crate::session::{Front, Session, Wire, wire};
use crate::target::OrdinaryKind;

const BAD: Front = Front { push: wire::INVALID_REQUEST_OBJECT, redirect: &["invalid_request", "invalid_request_object"] };
const BAD_TYPE: Front = Front {
    push: Wire::new(wire::ANY_4XX, &[]),
    redirect: &["unsupported_response_type", "invalid_request", "unauthorized_client"],
};
const REFUSED: &str = "each value: PAR answers 400, or the redirect URI gets an error, or an error page is shown; never a code";

pub(super) static SCENARIOS: &[Scenario] = &[
    Scenario::negative(
        "redirect-uri-nearly-right",
        "A pushed redirect URI that only resembles the registered one is refused.",
        run!(redirect_uri),
    )
    .requires(&[
        &rfc6749::REDIRECT_EXACT,
        &rfc6749::REDIRECT_REGISTERED,
        &rfc9700::REDIRECT_EXACT,
        &rfc9126::PUSH_VALIDATED,
        &rfc9126::PUSHED_REQUEST_VALIDATED,
        &oidcc::REQUEST_VALIDATED,
        &rfc6749::REDIRECT_WITHOUT_FRAGMENT,
        &fapi2_sp::REDIRECT_URI_ENCRYPTED,
        &rfc9700::REDIRECT_ENCRYPTED,
    ])
    .when(front_channel)
    .asserts(&[REFUSED, "a code is a warning, since RFC 9126 2.4 allows it for clients that authenticate; three codes at most"]),
    Scenario::negative(
        "response-type-nearly-right",
        "A response_type that only resembles code, or has it among others, is refused.",
        run!(response_type),
    )
    .requires(&[&rfc6749::RESPONSE_TYPE_PRESENT, &fapi2_sp::RESPONSE_TYPE_CODE])
    .under(rules::codes_only)
    .when(front_channel)
    .asserts(&[REFUSED]),
    Scenario::negative(
        "client-id-nearly-right",
        "A request_uri is refused beside a client_id that only resembles that of its client.",
        run!(client_id),
    )
    .requires(&[&rfc9126::REQUEST_URI_BOUND_TO_CLIENT, &rfc6749::NO_REDIRECT_ON_DOUBT])
    .when(front_channel)
    .asserts(&["each value: an error page is shown, or the redirect URI gets an error; never a code"]),
    Scenario::negative(
        "request-uri-nearly-right",
        "A request_uri that only resembles an issued one is refused.",
        run!(request_uri),
    )
    .requires(&[&rfc9126::REQUEST_URI_LIVE, &fapi2_sp::PUSHED_ONLY, &oidcc::REQUEST_URI_NOT_SUPPORTED])
    .when(front_channel)
    .asserts(&["each value: an error page is shown, or the redirect URI gets an error; never a code"]),
    Scenario::negative(
        "request-uri-again-and-again",
        "A request_uri that led to a code leads to no other one, however often it is presented.",
        run!(again_and_again),
    )
    .requires(&[&rfc9126::REQUEST_URI_ONCE])
    .when(front_channel)
    .asserts(&["three more visits: an error page is shown, or the redirect URI gets an error; no second code is issued"]),
    Scenario::negative("push-parameters-repeated", "A pushed request with a repeated parameter is refused.", run!(repeated))
        .requires(&[&rfc6749::NO_REPEATED_PARAMETER])
        .when(front_channel)
        .asserts(&[
            "redirect_uri, scope, state, code_challenge and response_type twice: with equal values, the right one first, the right one \
             last",
            "PAR answers 400 with an error, or 401 with invalid_client",
        ]),
    Scenario::negative(
        "present-parameters-repeated",
        "An authorization URL with different values of one parameter is refused.",
        run!(presented_repeated),
    )
    .requires(&[&rfc6749::NO_REPEATED_PARAMETER])
    .when(front_channel)
    .asserts(&[
        "two clients, and two pushed requests, in both orders; the same client twice",
        "an error page is shown, or the redirect URI gets an error; never a code",
    ]),
    Scenario::positive(
        "present-other-parameters",
        "Parameters of the authorization URL do not replace the pushed ones.",
        run!(other_parameters),
    )
    .requires(&[&rfc9101::OBJECT_ALONE_COUNTS])
    .when(front_channel)
    .asserts(&[
        "another redirect_uri, response_type and response_mode: the code goes to the pushed redirect URI, or there is an error",
        "another scope and code_challenge: the pushed verifier redeems the code, and the scope is the pushed one, or there is an error",
    ]),
    Scenario::negative("push-by-second-client", "The checks of pushed requests are also made for the second client.", run!(second))
        .requires(&[
            &rfc7636::CHALLENGE_PRESENT,
            &fapi2_sp::CHALLENGE_S256,
            &fapi2_sp::RESPONSE_TYPE_CODE,
            &rfc6749::RESPONSE_TYPE_PRESENT,
            &fapi2_sp::REDIRECT_URI_SENT,
            &oidcc::REDIRECT_URI_NAMED,
            &rfc6749::REDIRECT_EXACT,
            &rfc6749::REDIRECT_REGISTERED,
            &rfc9700::REDIRECT_EXACT,
        ])
        .under(rules::s256_only)
        .when(front_channel)
        .asserts(&[
            "no challenge, method plain, response_type code token, no redirect_uri, an unregistered redirect_uri",
            REFUSED,
            "a code for an unregistered redirect_uri is a warning, since RFC 9126 2.4 allows it for clients that authenticate",
        ]),
];

/// The number of redirect URIs with which a login is made.
const LOGINS: usize = 3;

async fn redirect_uri(s: &Session) -> Tried<()> {
    let registered = &s.one.settings().redirect_uri;
    // The port of a native app is its own choice (RFC 8252 7.3).
    let loopback = Url::parse(registered)
        .is_ok_and(|url| url.scheme() == "http" && matches!(url.host_str(), Some("127.0.0.1" | "[::1]" | "localhost")));
    let mut logins = 0;
    for (way, value) in nearly::wrong(registered, nearly::URL) {
        if (loopback && way.name == "port") || logins == LOGINS {
            continue;
        }
        let attempt = format!("redirect_uri resembled the registered one: the server {}", way.habit);
        let push = s.one.push().set("redirect_uri", value);
        let relaxed = |stop: Stop| match stop {
            Stop::Failed(finding) if finding.requirement.is_none() && !s.target.instance.strict() => {
                finding.against(&rfc9126::REDIRECT_URI_RELAXED).into()
            }
            other => other,
        };
        let ended = s.refused_in_front(&push, &BAD).await.map_err(relaxed);
        logins += usize::from(ended.is_err());
        told(s, ended, &attempt)?;
    }
    Ok(())
}

async fn response_type(s: &Session) -> Tried<()> {
    let word = [&nearly::BEGINNING, &nearly::SHORTENED, &nearly::END, &nearly::WITHIN, &nearly::CASE];
    each_refused(s, "code", &[], &word, |value: String| async move {
        s.refused_in_front(&s.one.push().set("response_type", value), &BAD_TYPE).await
    })
    .await?;
    for value in ["code token", "token code"] {
        let ended = s.refused_in_front(&s.one.push().set("response_type", value), &BAD_TYPE).await;
        told(s, ended, &format!("response_type was {value}"))?;
    }
    Ok(())
}

/// Demands that a visit ended with an error page or an error, for one of these requirements.
fn refused(s: &Session, landing: Tried<Landing>, because: &[&'static Requirement]) -> Tried<()> {
    s.rests_on(OrdinaryKind::Code);
    let landing = landing?;
    match &landing {
        Landing::Page(_) => s.is_an_end(&landing)?,
        Landing::Callback(callback) if callback.parameter("error").is_some() && callback.parameter("code").is_none() => {}
        other => {
            let finding = Finding::new("an error page, or an error at the redirect URI", other.describe());
            let requirement = because.first().copied();
            return Err(Finding { exchange: other.exchange(), requirement, ..finding }.into());
        }
    }
    s.judged(landing.exchange(), because)
}

async fn client_id(s: &Session) -> Tried<()> {
    let because: &[&Requirement] = &[&rfc9126::REQUEST_URI_BOUND_TO_CLIENT, &rfc6749::NO_REDIRECT_ON_DOUBT];
    each_refused(s, s.one.id(), &[s.two.id().to_owned()], nearly::NAME, |value: String| async move {
        let pushed = s.pushed().await?;
        refused(s, s.one.authorize(&pushed).set("client_id", value).land().await, because)
    })
    .await?;
    let pushed = s.pushed().await?;
    let landing = s.one.authorize(&pushed).set("client_id", format!("unknown-{}", keys::random())).land().await;
    told(s, refused(s, landing, because), "client_id was that of no client")
}

async fn request_uri(s: &Session) -> Tried<()> {
    let ways: &[&'static Way] = &[
        &nearly::BEGINNING,
        &nearly::SHORTENED,
        &nearly::END,
        &nearly::WITHIN,
        &nearly::CASE,
        &nearly::TRIMMED,
        &nearly::DECODED,
        &nearly::PADDED,
        &nearly::LENGTH,
    ];
    let because: &[&Requirement] = &[&rfc9126::REQUEST_URI_LIVE, &fapi2_sp::PUSHED_ONLY, &oidcc::REQUEST_URI_NOT_SUPPORTED];
    for way in ways {
        for place in 0..(way.wrong)("urn:x").len() {
            let pushed = s.pushed().await?;
            // The prefix is a URN of IETF, whose case does not count; the random part is compared as it is.
            let (prefix, random) = pushed.request_uri.rsplit_once(':').unwrap_or(("", &pushed.request_uri));
            let wrong = if way.name == "case" {
                (way.wrong)(random).into_iter().nth(place).map(|random| format!("{prefix}:{random}"))
            } else {
                (way.wrong)(&pushed.request_uri).into_iter().nth(place)
            };
            let Some(value) = wrong.filter(|value| *value != pushed.request_uri) else { continue };
            let landing = s.one.authorize(&pushed).set("request_uri", value).land().await;
            told(s, refused(s, landing, because), &format!("it resembled the right one: the server {}", way.habit))?;
        }
    }
    let pushed = s.pushed().await?;
    let Some((_, random)) = pushed.request_uri.rsplit_once(':') else { return Ok(()) };
    let landing = s.one.authorize(&pushed).set("request_uri", random).land().await;
    told(s, refused(s, landing, because), "it was only the random part of the right one")
}

async fn again_and_again(s: &Session) -> Tried<()> {
    let pushed = s.pushed().await?;
    s.one.authorize(&pushed).code().await?;
    for visit in 2..=4 {
        let landing = s.one.authorize(&pushed).land().await;
        told(s, refused(s, landing, &[&rfc9126::REQUEST_URI_ONCE]), &format!("visit {visit} with this request_uri"))?;
    }
    Ok(())
}

const TWICE: Wire = Wire::new(&[400, 401], &[]);

async fn repeated(s: &Session) -> Tried<()> {
    let others = [
        ("redirect_uri", "https://other.example/callback".to_owned()),
        ("scope", "openid".to_owned()),
        ("state", keys::random()),
        ("code_challenge", keys::digest("another")),
        ("response_type", "token".to_owned()),
    ];
    for (name, other) in others {
        let fields = s.one.push().complete_fields();
        let Some((_, right)) = fields.into_iter().find(|(field, _)| field == name) else { continue };
        let both =
            [(&right, &right, "twice the same"), (&right, &other, "first the right one"), (&other, &right, "last the right one")];
        for (first, second, shown) in both {
            let push = s.one.push().set(name, first.as_str()).duplicate(name, second.as_str());
            let ended = s.refused_because(&push.send().await?, &TWICE, &[&rfc6749::NO_REPEATED_PARAMETER]);
            told(s, ended, &format!("two values of {name}, {shown}"))?;
        }
    }
    Ok(())
}

async fn presented_repeated(s: &Session) -> Tried<()> {
    let because: &[&Requirement] = &[&rfc6749::NO_REPEATED_PARAMETER];
    let (one, two) = (s.one.id(), s.two.id());
    let both = [(one, one, "twice the same"), (one, two, "first that of this client"), (two, one, "last that of this client")];
    for (first, second, shown) in both {
        let pushed = s.pushed().await?;
        let visit = s.one.authorize(&pushed).set("client_id", first).duplicate("client_id", second);
        told(s, refused(s, visit.land().await, because), &format!("two values of client_id, {shown}"))?;
    }
    let (pushed, other) = (s.pushed().await?, s.pushed().await?);
    for (first, second, shown) in [(&pushed, &other, "first"), (&other, &pushed, "last")] {
        let visit = s.one.authorize(&pushed).set("request_uri", first.request_uri.as_str());
        let visit = visit.duplicate("request_uri", second.request_uri.as_str());
        told(s, refused(s, visit.land().await, because), &format!("two values of request_uri, {shown} that of this request"))?;
    }
    Ok(())
}

async fn other_parameters(s: &Session) -> Tried<()> {
    let broken = |got: String, exchange: Option<u64>| {
        let finding = Finding::new("the pushed parameters alone, or an error", got).against(&rfc9101::OBJECT_ALONE_COUNTS);
        s.also(Finding { exchange, ..finding });
    };
    let pushed = s.pushed().await?;
    let elsewhere = "https://other.example/callback";
    let visit = s.one.authorize(&pushed).set("redirect_uri", elsewhere);
    let visit = visit.set("response_type", "token").set("response_mode", "fragment");
    let landing = visit.land().await;
    let sent_away = s.http().exchanges().into_iter().find(|exchange| {
        let headers = match &exchange.answer {
            crate::http::Answer::Response { headers, .. } => headers.as_slice(),
            crate::http::Answer::Nothing(..) => &[],
        };
        headers.iter().any(|(name, value)| name == "location" && value.starts_with(elsewhere))
    });
    if let Some(exchange) = sent_away {
        broken("the response at the redirect_uri of the authorization URL".into(), Some(exchange.number));
    } else if let Landing::Callback(callback) = landing?
        && callback.parameter("error").is_none()
    {
        let fragment = callback.url.fragment().unwrap_or_default();
        if fragment.contains("access_token=") || fragment.contains("code=") || callback.parameter("access_token").is_some() {
            // A server may answer every request like that.
            s.one.code().await?;
            broken("a response in the mode or of the type of the authorization URL".into(), callback.exchange);
        }
    }
    let scope = s.one.scope();
    let more = "urn:example:more";
    let pushed = s.pushed().await?;
    let visit = s.one.authorize(&pushed).set("code_challenge", keys::digest(&keys::random()));
    let landing = visit.set("code_challenge_method", "S256").set("scope", format!("{scope} {more}").trim()).land().await?;
    if !matches!(&landing, Landing::Callback(callback) if callback.parameter("code").is_some()) {
        return s.is_an_end(&landing);
    }
    let code = s.one.accept(&pushed, landing)?;
    let reply = s.one.redeem(&code).send().await?;
    if !reply.grants() {
        broken("a code that the pushed verifier does not redeem".into(), Some(reply.number()));
    }
    if reply.member("scope").is_some_and(|granted| granted.split_whitespace().any(|word| word == more)) {
        broken("tokens for a scope of the authorization URL".into(), Some(reply.number()));
    }
    Ok(())
}

async fn second(s: &Session) -> Tried<()> {
    let push = || s.two.push();
    let attempts: [(&str, FormRequest, &Front, &'static Requirement); 5] = [
        (
            "there was no challenge",
            push().without("code_challenge").without("code_challenge_method"),
            &BAD,
            &fapi2_sp::CHALLENGE_S256,
        ),
        ("the method was plain", push().set("code_challenge_method", "plain"), &BAD, &fapi2_sp::CHALLENGE_S256),
        ("response_type was code token", push().set("response_type", "code token"), &BAD_TYPE, &fapi2_sp::RESPONSE_TYPE_CODE),
        ("there was no redirect_uri", push().without("redirect_uri"), &BAD, &fapi2_sp::REDIRECT_URI_SENT),
        (
            "redirect_uri was not registered",
            push().set("redirect_uri", format!("{}x", s.two.settings().redirect_uri.split('?').next().unwrap_or_default())),
            &BAD,
            if s.target.instance.strict() { &rfc6749::REDIRECT_EXACT } else { &rfc9126::REDIRECT_URI_RELAXED },
        ),
    ];
    for (shown, push, front, rule) in attempts {
        let ended = s.refused_in_front(&push, front).await.map_err(|stop| match stop {
            Stop::Failed(finding) if finding.requirement.is_none() => finding.against(rule).into(),
            other => other,
        });
        told(s, ended, &format!("by the second client: {shown}"))?;
    }
    Ok(())
}

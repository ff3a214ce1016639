//! Violations by the server, which the preflight leaves to the run.

use fapi_conformance::http::{Answer, Request};

use super::bench::{Bench, CREDENTIALS, KEYS, Mistake, changed, field, mistake, refusal, response};

fn breaches() -> Vec<Mistake> {
    let without = |name, header: &'static str| {
        mistake(name, KEYS).answer("/token", move |_, answer| match answer {
            Answer::Response { status, mut headers, body } => {
                headers.retain(|(name, _)| name != header);
                Answer::Response { status, headers, body }
            }
            other => other,
        })
    };
    let redirected = |name, change: fn(&str) -> String| {
        mistake(name, KEYS).answer("", move |request, answer| match answer {
            Answer::Response { status, mut headers, body } if request.purpose == "user agent" => {
                for (_, value) in headers.iter_mut().filter(|(name, value)| name == "location" && value.contains("code=")) {
                    *value = change(value);
                }
                Answer::Response { status, headers, body }
            }
            other => other,
        })
    };
    let id_token = |name, header: &str, claims: &str| {
        let part = |text: &str| data_encoding::BASE64URL_NOPAD.encode(text.as_bytes());
        let token = format!("{}.{}.c2ln", part(header), part(claims));
        mistake(name, KEYS).answer("/token", move |_, answer| {
            changed(answer, |json| {
                if json.get("id_token").is_some() {
                    json["id_token"] = token.as_str().into();
                }
            })
        })
    };
    let with_id_token = |name, header: &str| id_token(name, header, "{}");
    let issued = |name, later: i64| {
        let iat = jiff::Timestamp::now().as_second() + later;
        id_token(name, "{\"alg\":\"ES256\"}", &format!("{{\"iat\":{iat}}}"))
    };
    let grant = |request: &Request| field(request, "grant_type").unwrap_or_default();
    vec![
        without("no rule against storing", "cache-control"),
        without("no type of the tokens", "content-type"),
        mistake("no JSON of tokens", CREDENTIALS)
            .answer("/token", |_, _| response(200, &[("content-type", "application/json")], "{")),
        mistake("an access token that is a number", KEYS)
            .answer("/token", |_, answer| changed(answer, |json| json["access_token"] = 7.into())),
        mistake("no ID token", KEYS).answer("/token", |_, answer| changed(answer, |json| json["id_token"] = ().into())),
        mistake("an ID token that nobody signed", KEYS)
            .answer("/token", |_, answer| changed(answer, |json| json["id_token"] = "eyJhbGciOiJFUzI1NiJ9.e30.c2ln".into())),
        with_id_token("ID tokens with RS256", "{\"alg\":\"RS256\",\"kid\":\"1\"}"),
        with_id_token("ID tokens with a secret", "{\"alg\":\"HS256\"}"),
        with_id_token("ID tokens that nobody signed", "{\"alg\":\"none\"}"),
        issued("ID tokens with the time of a zone to the east", 7200),
        issued("ID tokens with the time of a zone to the west", -7200),
        issued("ID tokens of a moment that has not come", 40),
        // The resource refuses with status 200, which the run tells.
        mistake("a resource that refuses with the status of success", CREDENTIALS).answer("/resource", |request, answer| {
            match request.headers.iter().any(|(name, _)| name == "authorization") {
                true => answer,
                false => response(200, &[("content-type", "application/json")], "{\"error\":\"invalid_token\"}"),
            }
        }),
        mistake("Bearer tokens", KEYS).answer("/token", |_, answer| changed(answer, |json| json["token_type"] = "Bearer".into())),
        mistake("fresh codes that are refused", KEYS).answer("/token", |_, _| refusal(400, "invalid_grant", "no such code")),
        mistake("fresh refresh tokens that are refused", KEYS).answer("/token", move |request, answer| {
            match grant(request).as_str() {
                "refresh_token" => refusal(400, "invalid_grant", ""),
                _ => changed(answer, |json| json["refresh_token"] = "rt-2b7e151628aed2a6abf7158809cf4f3c".into()),
            }
        }),
        mistake("a pushed request that is not created", KEYS).answer("/par", |_, answer| match answer {
            Answer::Response { headers, body, .. } => Answer::Response { status: 200, headers, body },
            other => other,
        }),
        mistake("a request URI without an end", KEYS)
            .answer("/par", |_, answer| changed(answer, |json| json["expires_in"] = "soon".into())),
        mistake("metadata without an issuer", KEYS)
            .answer("/.well-known/", |_, answer| changed(answer, |json| json["issuer"] = ().into())),
        mistake("assertions for the endpoint only", KEYS).answer("/par", |request, answer| {
            let assertion = field(request, "client_assertion").unwrap_or_default();
            let claims = assertion.split('.').nth(1).unwrap_or_default();
            let claims = data_encoding::BASE64URL_NOPAD.decode(claims.as_bytes()).unwrap_or_default();
            let is_for_endpoint = String::from_utf8_lossy(&claims).contains("/par\"");
            let pushed = "{\"request_uri\":\"urn:example:1\",\"expires_in\":60}";
            match answer {
                Answer::Response { .. } if is_for_endpoint => response(201, &[("content-type", "application/json")], pushed),
                Answer::Response { .. } => refusal(401, "invalid_client", "aud"),
                other => other,
            }
        }),
        redirected("no issuer in the response", |url| url.split("&iss=").next().unwrap_or_default().to_owned()),
        redirected("a response in the fragment", |url| url.replace('?', "#")),
        redirected("another state", |url| url.replace("state=", "state=x")),
        redirected("neither code nor error", |url| url.replace("code=", "was=")),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn violations_by_the_server_are_left_to_the_run() {
    let bench = Bench::start().await;
    for breach in breaches() {
        let steps = bench.steps(&breach).await.unwrap_or_else(|told| panic!("{}: {told}", breach.name));
        assert!(steps.iter().any(|step| step.starts_with("ok  metadata")), "{}: {steps:#?}", breach.name);
        let noticed = steps.iter().filter(|step| step.starts_with("--") || step.ends_with("which the run tells"));
        let unnoticed = ["metadata without an issuer", "a resource that refuses with the status of success"];
        assert!(noticed.count() > 0 || unnoticed.contains(&breach.name), "{} changes nothing: {steps:#?}", breach.name);
    }
}

//! No report has a secret, unless that is requested.

mod support;

use fapi_conformance::expected;
use fapi_conformance::redact::{Chosen, Redactor, Shown};
use fapi_conformance::report::{html, json, junit, sarif, terminal};
use proptest::prelude::*;
use support::{SECRETS, exchange, response};

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
const JSON: (&str, &str) = ("content-type", "application/json");
const HTML: (&str, &str) = ("content-type", "text/html; charset=utf-8");

fn everything(shown: &Shown) -> String {
    format!("{shown:?}")
}

#[test]
fn no_report_holds_a_secret() {
    let report = support::report(true);
    let lines: String = report.results.iter().map(|entry| terminal::one_line(entry) + &terminal::explained(entry)).collect();
    let lines = lines + &terminal::findings(&report) + &terminal::closing(&report, &[], true);
    let junit = junit::write(&report).unwrap();
    let all = support::verbose_report(true);
    let others = [json::write(&all), html::write(&all), sarif::write(&report)];
    for text in [json::write(&report), html::write(&report), junit, lines, expected::draft(&report)].into_iter().chain(others) {
        for secret in SECRETS {
            let encoded: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
            assert!(!text.contains(secret) && !text.contains(&encoded), "{secret} in {text}");
        }
    }
}

#[test]
fn unredacted_is_everything() {
    let text = json::write(&support::verbose_report(false));
    assert!(SECRETS.iter().take(6).all(|secret| text.contains(secret)));
    assert!(!text.contains("‹redacted"));
}

#[test]
fn equal_values_are_seen_to_be_equal() {
    let flow = support::flow();
    let redactor = Redactor::over(&flow);
    let shown: Vec<_> = flow.iter().map(|one| everything(&redactor.exchange(one))).collect();
    let mark = |text: &str| text.split("code=‹").nth(1).map(|rest| rest.split('›').next().unwrap_or_default().to_owned());
    assert_eq!(mark(&shown[1]), mark(&shown[2]));
    assert!(mark(&shown[1]).unwrap().starts_with("redacted 31 chars sha256:"));
    assert!(shown[0].contains("JWT header: alg=ES256 typ=JWT; claims: "), "{}", shown[0]);
    assert!(shown[0].contains("iss=client-1 ") && !shown[0].contains("jti=x"));
    assert!(shown[1].contains("password=‹redacted›"), "a digest would help to guess it: {}", shown[1]);
}

#[test]
fn places() {
    let long = "0123456789abcdefghijklmnopqrstuv";
    let cases: Vec<(&str, (&str, &str), String)> = vec![
        ("twice", FORM, format!("code={long}&code=other&x=1")),
        ("encoded name", FORM, format!("%63ode={long}")),
        ("no content type", ("x", "y"), format!("a=1&code={long}")),
        ("broken JSON", JSON, format!("{{\"a\":[1,{{\"access_token\" :\n\"{long}")),
        ("duplicate members", JSON, format!("{{\"access_token\":\"{long}\",\"access_token\":\"x\"}}")),
        ("escaped name", JSON, format!("{{\"access\\u005ftoken\":\"{long}\"}}")),
        ("private JWK", JSON, format!("{{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"AA\",\"d\":\"{long}\"}}")),
        ("JSON as text", ("content-type", "text/plain"), format!("{{\"refresh_token\":\"{long}\"}}")),
        ("hidden input", HTML, format!("<p><INPUT type='hidden' name=code value='{long}'><input value={long}>")),
        ("link", HTML, format!("<a href=\"/next?a=1&amp;request_uri={long}\">")),
        ("PEM", ("content-type", "text/plain"), format!("-----BEGIN PRIVATE KEY-----\n{long}\n-----END PRIVATE KEY-----")),
        ("an unknown member", JSON, format!("{{\"surprise\":\"eyJhbGciOiJub25lIn0.{long}.\"}}")),
    ];
    for (name, header, body) in cases {
        for answered in [false, true] {
            let answer = if answered { response(200, &[header], &body) } else { response(200, &[], "") };
            let headers = if answered { vec![] } else { vec![header] };
            let sent = ("POST", "https://a.example/", &headers[..], if answered { "" } else { body.as_str() });
            let made = exchange(1, "a request", sent, answer);
            let shown = everything(&Redactor::over(std::slice::from_ref(&made)).exchange(&made));
            assert!(!shown.contains(long), "{name}: {shown}");
        }
    }
}

#[test]
fn names_of_secrets_have_any_spelling() {
    let long = "0123456789abcdefghijklmnopqrstuv";
    let names =
        ["accessToken", "sessionToken", "stateToken", "session_code", "loginTicket", "api-key", "JSESSIONID", "userSession"];
    for name in names {
        let body = format!("{{\"{name}\":\"{long}\",\"ok\":1}}");
        let header = (name, long);
        let url = format!("https://a.example/next?{name}={long}");
        let made = exchange(1, "resource request", ("GET", &url, &[header], ""), response(200, &[JSON, header], &body));
        let shown = everything(&Redactor::over(std::slice::from_ref(&made)).exchange(&made));
        assert!(!shown.contains(long), "{name}: {shown}");
    }
    let made = exchange(1, "x", ("GET", "https://a.example/", &[], ""), response(200, &[("X-Auth-Token", long)], ""));
    assert!(!everything(&Redactor::over(std::slice::from_ref(&made)).exchange(&made)).contains(long));
}

#[test]
fn what_the_target_file_types_is_hidden_wherever_it_stands_alone() {
    for field in ["pwd", "pass", "memorable"] {
        let typed = format!("user=alice&{field}=fluffy");
        let echo = "<p>You typed &quot;<b>fluffy</b>&quot;.</p><input name=x value='fluffy'>";
        let made = exchange(1, "user agent", ("POST", "https://a.example/login", &[FORM], &typed), response(200, &[HTML], echo));
        let known = Chosen::from_iter(["fluffy".to_owned()]);
        let redactor = Redactor::knowing(&known, std::slice::from_ref(&made));
        let shown = everything(&redactor.exchange(&made));
        assert!(!shown.contains("fluffy"), "{field}: {shown}");
        assert!(!redactor.text("the page says \"fluffy\"").contains("fluffy"));
        assert!(!format!("{known:?} {redactor:?}").contains("fluffy"));
        if field != "memorable" {
            let shown = everything(&Redactor::over(std::slice::from_ref(&made)).exchange(&made));
            assert!(!shown.contains("fluffy"), "{field}: {shown}");
        }
    }
}

#[test]
fn a_form_of_any_encoding_hides_what_a_user_typed() {
    let multipart = "--b\r\nContent-Disposition: form-data; name=\"user\"\r\n\r\nalice\r\n--b--\r\n";
    for (kind, body) in [("multipart/form-data; boundary=b", multipart), ("text/plain", "user=alice\r\n"), (FORM.1, "user=alice")]
    {
        let sent = ("POST", "https://as.example/login", &[("content-type", kind)][..], body);
        let exchanges = [exchange(1, "user agent", sent, response(200, &[], ""))];
        let shown = Redactor::over(&exchanges).exchange(&exchanges[0]);
        assert!(!shown.body.contains("alice") && shown.body.contains("‹redacted›"), "{kind}: {}", shown.body);
    }
}

#[test]
fn the_client_is_no_secret_of_a_page() {
    let page = "<form method=post><input type=hidden name=client_id value=a-client-of-24-characters><input type=hidden name=state value=f1e2d3c4b5a697887766></form>";
    let sent =
        ("POST", "https://as.example/authorize", &[FORM][..], "client_id=a-client-of-24-characters&state=f1e2d3c4b5a697887766");
    let exchanges = [exchange(1, "user agent", sent, response(200, &[HTML], page))];
    let redactor = Redactor::over(&exchanges);
    let shown = everything(&redactor.exchange(&exchanges[0]));
    assert!(shown.matches("a-client-of-24-characters").count() == 2 && !shown.contains("f1e2d3c4b5a697887766"), "{shown}");
    let told = "the user may not use the client `a-client-of-24-characters`";
    assert_eq!(redactor.text(told), told);
}

#[test]
fn short_secrets_in_named_fields_are_hidden() {
    for secret in ["ab1z", "hunt2", "s3cret7"] {
        let bodies = [
            (FORM, format!("grant_type=x&client_secret={secret}")),
            (FORM, format!("password={secret}&a=b")),
            (JSON, format!("{{\"client_id\":\"one\",\"client_secret\" : \"{secret}\"}}")),
            (JSON, format!("{{\"error_description\":\"the password: '{secret}' is wrong\"}}")),
            (HTML, format!("<input type=password name=pw value={secret}>")),
            (HTML, format!("<p data-password=\"{secret}\">client_secret={secret}</p>")),
            (("content-type", "text/plain"), format!("passwd={secret}\nsecret: \"{secret}\"")),
        ];
        for (kind, body) in bodies {
            for answered in [false, true] {
                let answer = if answered { response(200, &[kind], &body) } else { response(200, &[], "") };
                let sent = ("POST", "https://a.example/", &[kind, ("x-client-secret", secret)][..], body.as_str());
                let made = exchange(1, "a request", if answered { ("GET", sent.1, &sent.2[1..], "") } else { sent }, answer);
                let shown = everything(&Redactor::over(std::slice::from_ref(&made)).exchange(&made));
                assert!(!shown.contains(secret), "{body}: {shown}");
            }
        }
        // A secret that was sent is not repeated in a field of the reply, nor in the sentence of a finding.
        let echo = format!("{{\"got\":\"{secret}\",\"text\":\"the secret `{secret}` is wrong\"}}");
        let form = format!("client_secret={secret}");
        let sent = ("POST", "https://a.example/token", &[FORM][..], form.as_str());
        let made = exchange(1, "token request", sent, response(401, &[JSON], &echo));
        let redactor = Redactor::over(std::slice::from_ref(&made));
        assert!(!everything(&redactor.exchange(&made)).contains(secret));
        for text in [format!("a code, not \"{secret}\""), format!("client_secret={secret} is accepted")] {
            assert!(!redactor.text(&text).contains(secret), "{text}");
        }
    }
    let pin = exchange(1, "x", ("POST", "https://a.example/", &[JSON], "{\"pin\":4711,\"size\":4712}"), response(200, &[], ""));
    let shown = Redactor::over(std::slice::from_ref(&pin)).exchange(&pin);
    assert_eq!(shown.body, "{\"pin\":‹redacted›,\"size\":4712}");
}

#[test]
fn an_ordinary_word_stays_although_it_is_a_password() {
    let typed = ("POST", "https://a.example/login", &[FORM][..], "user=alice&password=page");
    let made = exchange(1, "user agent", typed, response(200, &[HTML], "<p>This page is for alice.</p>"));
    let shown = Redactor::over(std::slice::from_ref(&made)).exchange(&made);
    assert_eq!(shown.answer.map(|answer| answer.body), Ok("<p>This page is for alice.</p>".into()));
}

#[test]
fn what_is_no_secret_stays() {
    let body = "{\"error\":\"invalid_grant\",\"error_description\":\"the code is not known\",\"code\":400,\"client_secret_expires_at\":0,\"token_type\":\"DPoP\"}";
    let form = "grant_type=authorization_code&client_id=a&code_challenge=abc&state=s&token_type_hint=access_token";
    let made = exchange(1, "x", ("POST", "https://a.example/?scope=a", &[FORM], form), response(400, &[JSON], body));
    let shown = Redactor::over(std::slice::from_ref(&made)).exchange(&made);
    assert_eq!((shown.body.as_str(), shown.answer.unwrap().body.as_str()), (form, body));
}

#[test]
fn long_bodies_are_cut() {
    let made = exchange(1, "x", ("POST", "https://a.example/", &[FORM], &"é".repeat(1 << 20)), response(400, &[], ""));
    let shown = Redactor::over(std::slice::from_ref(&made)).exchange(&made);
    assert!(shown.body.len() < 40_000 && shown.body.ends_with(" more characters)"));
}

proptest! {
    /// A secret that was found in its place once must not be shown anywhere, even in surrounding or broken text.
    #[test]
    fn a_secret_is_shown_nowhere(
        secret in "[A-Za-z0-9_~-]{16,60}",
        before in "[ -~]{0,30}",
        after in "[ -~]{0,30}",
        kind in prop::sample::select(vec!["application/json", "text/html", "application/x-www-form-urlencoded", "text/plain", ""]),
    ) {
        let body = format!("{before}{secret}{after}");
        let bearer = format!("Bearer {secret}");
        let headers = [("authorization", bearer.as_str()), ("content-type", kind)];
        let answer = response(200, &[("content-type", kind), ("x-echo", &body)], &body);
        let made = exchange(1, "x", ("POST", "https://a.example/", &headers, &body), answer);
        let redactor = Redactor::over(std::slice::from_ref(&made));
        prop_assert!(!everything(&redactor.exchange(&made)).contains(&secret));
        prop_assert!(!redactor.text(&body).contains(&secret));
    }

    /// Redaction handles arbitrary text without panicking.
    #[test]
    fn nothing_panics(body in "\\PC{0,80}", tag in "[<=&?\"'{}:\\\\; a-z‹›é]{0,60}", kind in prop::sample::select(vec!["json", "html", "form-urlencoded", ""])) {
        for body in [body.as_str(), tag.as_str(), &format!("<input {tag}"), &format!("{{\"code\":{tag}")] {
            let made = exchange(1, "user agent", ("POST", "https://a.example/", &[("content-type", kind), ("cookie", body)], body), response(200, &[("set-cookie", body), ("location", body)], body));
            Redactor::over(std::slice::from_ref(&made)).exchange(&made);
        }
    }
}

//! Pages that the settings of the user do not fit.

use fapi_conformance::http::Answer;

use super::bench::{KEYS, Mistake, OAUTH, field as sent, mistake, response};

pub(crate) fn mistakes() -> Vec<Mistake> {
    // Failed logins of one mistake must not count for another.
    [fields(), buttons(), vec![boxes()], pages(), programs()].into_iter().flatten().map(Mistake::alone).collect()
}

/// A server whose login form has one more input, and comes back without it.
fn demanding(mistake: Mistake, field: &'static str, html: &'static str) -> Mistake {
    let form = format!(
        "<title>Log in</title><form method=post><input name=username><input type=password name=password>{html}<button>Log in</button></form>"
    );
    mistake.answer("", move |request, answer| match &answer {
        Answer::Response { body, .. } => {
            let asks = String::from_utf8_lossy(body).contains("type=\"password\"");
            let lacks = sent(request, "password").is_some() && sent(request, field).is_none_or(|value| value.is_empty());
            if asks || lacks { response(200, &[("content-type", "text/html")], &form) } else { answer }
        }
        Answer::Nothing(..) => answer,
    })
}

fn fields() -> Vec<Mistake> {
    let input = |name, field, html, says| demanding(mistake(name, KEYS), field, html).is("user", "fields", says);
    vec![
        mistake("a field of another name", KEYS).text("\"username\" = ", "\"login\" = ").is(
            "user",
            "fields",
            "the form of the page",
        ),
        mistake("fields of other names", OAUTH).value("user", "fields", "{ user = \"alice\", pass = \"x\" }").is(
            "user",
            "fields",
            "no form has an input of this name",
        ),
        mistake("a field of another name that the server does not miss", KEYS)
            .text("\"username\" = \"alice\"", "\"username\" = \"alice\", \"branch\" = \"1\"")
            .answer("", |request, answer| match answer {
                Answer::Response { status, headers, body } if request.purpose == "user agent" => {
                    let page = String::from_utf8_lossy(&body).replacen("<button", "<input name=office><button", 1);
                    Answer::Response { status, headers, body: page.into() }
                }
                other => other,
            })
            .is("user", "fields", "the forms have `office`, which no field fills"),
        mistake("no fields", KEYS).value("user", "fields", "{}").is("user", "fields", "which no field of the target file fills"),
        mistake("no field for the password", KEYS).value("user", "fields", "{ username = \"alice\" }").is(
            "user",
            "fields",
            "has `password`, which no field of the target file fills",
        ),
        mistake("no settings of the user", KEYS)
            .edit(|text, _| {
                let from = text.find("[user]").unwrap_or(0);
                let to = text.find("\n[[client]]").unwrap_or(from);
                text.replace_range(from..to, "");
            })
            .is("", "", "which no field of the target file fills"),
        input("a second password", "pin", "<input type=password name=pin>", "has `pin`"),
        mistake("a one-time code without which there is an error page", KEYS)
            .answer("", |request, answer| match (sent(request, "otp"), sent(request, "password")) {
                (Some(_), _) => response(400, &[("content-type", "text/html")], "<title>Invalid form</title><p>No."),
                (None, Some(_)) => {
                    let form = "<title>Second factor</title><form method=post><input name=otp><button>Verify</button></form>";
                    response(200, &[("content-type", "text/html")], form)
                }
                _ => answer,
            })
            .is("user", "fields", "has `otp`, which no field of the target file fills, as a second factor does"),
        input("a one-time code", "otp", "<input name=otp inputmode=numeric>", "has `otp`"),
        input("a branch of the bank", "branch", "<input type=text name=branch>", "has `branch`"),
    ]
}

fn buttons() -> Vec<Mistake> {
    vec![
        mistake("a button that no page has", KEYS).value("user", "approve", "[\"Continue\"]").is(
            "user",
            "approve",
            "it has `Allow` and `Deny`",
        ),
        mistake("the button of the login page only", KEYS).value("user", "approve", "[\"Log in\"]").is(
            "user",
            "approve",
            "it has `Allow` and `Deny`",
        ),
        mistake("a button in another language", OAUTH).value("user", "approve", "[\"Erlauben\", \"Weiter\"]").is(
            "user",
            "approve",
            "it has `Allow` and `Deny`",
        ),
        mistake("the button that refuses", KEYS).value("user", "approve", "[\"deny\"]").is(
            "user",
            "approve",
            "either this button refuses",
        ),
        mistake("the button that refuses consent", KEYS).value("user", "approve", "[\"Log in\", \"Deny\"]").is(
            "user",
            "approve",
            "the button `Deny` was pressed",
        ),
        mistake("a button for refusing that continues", KEYS).value("user", "deny", "[\"Allow\", \"Cancel\"]").is(
            "user",
            "deny",
            "this names the button `Allow`, which was pressed to continue",
        ),
        mistake("a button for refusing that logs in", OAUTH).value("user", "deny", "[\"Log in\"]").is(
            "user",
            "deny",
            "which was pressed to continue",
        ),
        mistake("a button for refusing that no page has", KEYS).value("user", "deny", "[\"No, thanks\"]").is(
            "user",
            "deny",
            "no button or link of the pages has one of these names",
        ),
    ]
}

/// A consent page with two check boxes, of which the server demands both.
fn boxes() -> Mistake {
    const PAGE: &str = "<title>Consent required</title><form method=post><input type=checkbox name=scope value=a>\
                        <input type=checkbox name=email value=b><button>Allow</button></form>";
    mistake("a check box that nothing ticks", KEYS)
        .value("user", "approve", "[\"Log in\", \"Allow\"]")
        .value("user", "fields", "{ username = \"alice\", password = \"x\", scope = \"a\" }")
        .answer("", |request, answer| {
            if request.purpose != "user agent" {
                return answer;
            }
            if sent(request, "scope").is_some() {
                let to = "https://client-1.example/callback/openid-private_key_jwt-dpop-1?error=access_denied";
                return response(302, &[("location", to)], "");
            }
            response(200, &[("content-type", "text/html")], PAGE)
        })
        .is("user", "fields", "has check boxes `email` that nothing ticks")
}

fn pages() -> Vec<Mistake> {
    let page = |name, html: &'static str, says| {
        mistake(name, KEYS)
            .answer("/authorize", move |_, _| response(200, &[("content-type", "text/html")], html))
            .is("user", "strategy", says)
    };
    let endless = |name, location: &'static str| {
        mistake(name, KEYS)
            .answer("", move |request, answer| match request.purpose.as_str() {
                "user agent" => response(302, &[("location", location)], ""),
                _ => answer,
            })
            .is("user", "strategy", "the browser made 25 requests")
    };
    let script = "no form that can be filled in without a script";
    vec![
        page("a page of a script", "<html><div id=app></div><script src=/app.js></script></html>", script),
        page("a page that redirects by a script", "<script>location='/login'</script>", script),
        page("an empty page", "<html><title>Login</title></html>", script),
        page("links to other providers", "<title>Log in</title><a href=https://idp.example>With the bank</a>", script),
        page("a login in a frame", "<title>Log in</title><iframe src=/login></iframe>", script),
        page("a form without controls", "<form action=/login></form><script src=/app.js></script>", script),
        demanding(mistake("a CAPTCHA", KEYS), "answer", "<div class=g-recaptcha></div><input name=answer>").is(
            "user",
            "strategy",
            "has a CAPTCHA",
        ),
        mistake("a CAPTCHA of a network", KEYS)
            .answer("/authorize", |_, _| {
                let html = "<title>Just a moment</title><script src=https://challenges.cloudflare.com/x.js></script>";
                response(403, &[("content-type", "text/html")], html)
            })
            .is("user", "strategy", "has a CAPTCHA"),
        endless("a redirect in a circle", "/again"),
        endless("a redirect to itself", ""),
        mistake("a page that only goes on", KEYS)
            .answer("", |request, answer| match request.purpose.as_str() {
                "user agent" => response(
                    200,
                    &[("content-type", "text/html")],
                    "<title>Hint</title><form method=post><button>Next</button></form>",
                ),
                _ => answer,
            })
            .is("user", "approve", "no button of the page \"Hint\" has one of these names; it has `Next`"),
        mistake("a page that comes again and again", KEYS)
            .value("user", "approve", "[\"Next\"]")
            .answer("", |request, answer| match request.purpose.as_str() {
                "user agent" => response(
                    200,
                    &[("content-type", "text/html")],
                    "<title>Hint</title><form method=post><button>Next</button></form>",
                ),
                _ => answer,
            })
            .is("user", "approve", "the browser made 25 requests"),
        mistake("another server for the login", KEYS)
            .answer("", |request, answer| match request.purpose.as_str() {
                "user agent" if request.url.host_str() == Some("localhost") => {
                    response(302, &[("location", "https://login.no-such-host.invalid/")], "")
                }
                _ => answer,
            })
            .is("", "issuer", "the name login.no-such-host.invalid cannot be resolved"),
        mistake("an error page", KEYS)
            .answer("/authorize", |_, _| {
                response(400, &[("content-type", "text/html")], "<title>We are sorry</title><h1>Invalid request</h1>")
            })
            .is("client 1", "", "\"We are sorry\" with status 400"),
        mistake("an error page of a broken server", OAUTH)
            .answer("/authorize", |_, _| response(500, &[("content-type", "text/html")], "<title>Oops</title>"))
            .is("client 1", "", "\"Oops\" with status 500"),
    ]
}

fn programs() -> Vec<Mistake> {
    let runs = |name, command, says| {
        mistake(name, KEYS).value("user", "strategy", "\"command\"").value("user", "command", command).is("user", "command", says)
    };
    vec![
        runs(
            "a program that is not there",
            "[\"./no-such-program\"]",
            "the program `./no-such-program` of `[user] command` cannot be run: ",
        ),
        runs("a program that does nothing", "[\"true\"]", "the program did not bring back a response"),
        runs(
            "a program that fails",
            "[\"false\"]",
            "the program `false` of `[user] command` ended with exit status: 1, without a word",
        ),
        runs(
            "a program that crashes",
            "[\"sh\", \"-c\", \"echo no browser >&2; echo and more >&2; exit 7\"]",
            "of `[user] command` ended with exit status: 7: no browser",
        ),
        runs(
            "a program that prints another address",
            "[\"echo\", \"https://elsewhere.example\"]",
            "the program did not bring back a response",
        ),
        mistake("no program", KEYS).value("user", "strategy", "\"command\"").is("user", "", "must name a program"),
    ]
}

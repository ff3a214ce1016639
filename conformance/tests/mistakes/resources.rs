//! A protected resource that is not the one.

use super::bench::{CREDENTIALS, KEYS, Mistake, OAUTH, changed, mistake, refusal, response};

const RESOURCE: &str = "/resource";
/// The challenge of a resource that does not know the token.
const STRANGER: &[(&str, &str)] = &[("www-authenticate", "DPoP error=\"invalid_token\"")];
/// The challenge of a resource that misses something in the token, and not the proof.
const INCOMPLETE: &[(&str, &str)] =
    &[("www-authenticate", "DPoP error=\"invalid_token\", error_description=\"The access token has no aud\"")];

pub(crate) fn mistakes() -> Vec<Mistake> {
    let at = |name, change: fn(&str) -> String, says| {
        let edit = move |text: &mut String, _: &std::path::Path| {
            let url =
                text.lines().find_map(|line| line.strip_prefix("url = \"")?.strip_suffix('"')).unwrap_or_default().to_owned();
            *text = text.replacen(&format!("url = \"{url}\""), &format!("url = \"{}\"", change(&url)), 1);
        };
        mistake(name, CREDENTIALS).edit(edit).is("resource", "url", says)
    };
    let answers = |name, variant, status, headers: &'static [(&'static str, &'static str)], line, says| {
        mistake(name, variant).answer(RESOURCE, move |_, _| response(status, headers, "{}")).is("resource", line, says)
    };
    vec![
        at("another path of the resource", |url| format!("{url}s"), "there is nothing at"),
        at("another host of the resource", |_| "https://no-such-host.invalid/accounts".into(), "cannot be resolved"),
        at("another port of the resource", |_| "https://localhost:1/resource".into(), "nothing listens at https://localhost:1"),
        at("a resource without TLS", |url| url.replace("https://", "http://"), "speaks TLS"),
        at("the metadata as a resource", |url| url.replace("/resource", "/.well-known/openid-configuration"), "without a token"),
        at("the keys as a resource", |url| url.replace("/resource", "/jwks"), "without a token"),
        mistake("a resource at the port without certificates", OAUTH)
            .edit(|text, _| {
                let issuer = text
                    .lines()
                    .find_map(|line| line.strip_prefix("issuer = \"")?.strip_suffix('"'))
                    .unwrap_or_default()
                    .to_owned();
                let url =
                    text.lines().find_map(|line| line.strip_prefix("url = \"")?.strip_suffix('"')).unwrap_or_default().to_owned();
                *text = text.replacen(&url, &format!("{issuer}/resource"), 1);
            })
            .is("resource", "url", "does not ask for a client certificate"),
        mistake("a method that the resource does not have", CREDENTIALS).value("resource", "method", "\"DELETE\"").is(
            "resource",
            "method",
            "refuses the method DELETE",
        ),
        mistake("a method that nobody has", CREDENTIALS).value("resource", "method", "\"FETCH\"").is(
            "resource",
            "method",
            "refuses the method FETCH",
        ),
        mistake("a method for which there is nothing", CREDENTIALS)
            .value("resource", "method", "\"POST\"")
            .answer(RESOURCE, |request, answer| if request.method == "POST" { response(404, &[], "") } else { answer })
            .is("resource", "method", "nothing for the method POST, but something for GET"),
        mistake("no address of the resource", CREDENTIALS).value("resource", "url", "").is("resource", "", "missing member"),
        mistake("a page as a resource", CREDENTIALS).page(RESOURCE, 200, "text/html", "<title>Accounts</title>").is(
            "resource",
            "url",
            "is an HTML page",
        ),
        mistake("a resource that refuses everything with the status of success", CREDENTIALS)
            .answer(RESOURCE, |_, _| response(200, &[("content-type", "application/json")], "{\"error\":\"invalid_token\"}"))
            .is("resource", "url", "refuses a fresh token with status 200 with the error invalid_token"),
        answers("a resource that redirects", CREDENTIALS, 302, &[("location", "/login")], "url", "redirects to /login"),
        answers("a resource of another server", CREDENTIALS, 401, STRANGER, "url", "it takes the tokens of another server"),
        answers("a resource that misses a claim", CREDENTIALS, 401, INCOMPLETE, "url", "it takes the tokens of another server"),
        answers("a resource for nobody", CREDENTIALS, 403, &[], "url", "refuses a fresh token"),
        answers("a resource behind a gateway", CREDENTIALS, 502, &[], "url", "a gateway answers"),
        answers("a resource that fails", CREDENTIALS, 500, &[], "url", "fails with status 500"),
        answers("a resource that wants another body", CREDENTIALS, 415, &[], "", "refuses the body"),
        answers("a resource that misses something", CREDENTIALS, 400, &[], "", "look at its `method`, `body`"),
        answers("a resource with a rate limit", CREDENTIALS, 429, &[("retry-after", "0")], "url", "asks for slower requests"),
        answers("a resource that is gone", CREDENTIALS, 410, &[], "url", "there is nothing at"),
        answers(
            "a resource of another provider",
            KEYS,
            401,
            STRANGER,
            "url",
            "although the userinfo endpoint takes the same token",
        ),
        mistake("a resource that wants more scope", CREDENTIALS)
            .answer(RESOURCE, |_, _| {
                response(403, &[("www-authenticate", "DPoP error=\"insufficient_scope\", scope=\"api:write\"")], "")
            })
            .is("client 1", "client_scope", "needs more scope"),
        mistake("a resource that wants more scope of a user", OAUTH)
            .answer(RESOURCE, |_, _| response(403, &[("www-authenticate", "Bearer error=\"insufficient_scope\"")], ""))
            .is("client 1", "scope", "needs more scope"),
        mistake("a scope that is granted in part", KEYS)
            .answer("/token", |_, answer| changed(answer, |json| json["scope"] = "openid profile".into()))
            .answer(RESOURCE, |_, _| refusal(403, "forbidden", ""))
            .is("client 1", "scope", "(granted: openid profile)"),
    ]
}

//! Mistakes in the target file itself.

use std::sync::Mutex;

use fapi_conformance::http::{Answer, Request};

use super::bench::{CERTIFICATES, CREDENTIALS, KEYS, Mistake, OAUTH, field, mistake, refusal, response};

pub(crate) fn mistakes() -> Vec<Mistake> {
    [ids(), redirect_uris(), scopes(), parameters(), forms_of_the_file()].into_iter().flatten().collect()
}

fn ids() -> Vec<Mistake> {
    let unknown = "does not know the client";
    vec![
        mistake("the same id twice", KEYS).value("client 2", "id", "\"openid-private_key_jwt-dpop-1\"").is(
            "client 2",
            "id",
            "the same id as that of the other client (line",
        ),
        mistake("an unknown first client", KEYS).value("client 1", "id", "\"nobody\"").is("client 1", "id", unknown),
        mistake("an unknown second client", KEYS).value("client 2", "id", "\"nobody\"").is("client 2", "id", unknown),
        mistake("an id in upper case", KEYS)
            .value("client 1", "id", "\"OPENID-private_key_jwt-dpop-1\"")
            .is("client 1", "id", unknown),
        mistake("an id with a space", OAUTH)
            .value("client 1", "id", "\"oauth-private_key_jwt-mtls-1 \"")
            .is("client 1", "id", unknown),
        mistake("an id without its number", CREDENTIALS)
            .value("client 2", "id", "\"client_credentials-private_key_jwt-dpop\"")
            .is("client 2", "id", unknown),
        mistake("an unknown client with a certificate", CERTIFICATES)
            .value("client 1", "id", "\"nobody\"")
            .is("client 1", "id", unknown),
        mistake("ids in the wrong order", KEYS)
            .text("id = \"openid-private_key_jwt-dpop-1\"", "id = \"other\"")
            .text("id = \"openid-private_key_jwt-dpop-2\"", "id = \"openid-private_key_jwt-dpop-1\"")
            .text("id = \"other\"", "id = \"openid-private_key_jwt-dpop-2\"")
            .is("client 1", "key", "that is the key of the other client, `key` (line"),
    ]
}

fn redirect_uris() -> Vec<Mistake> {
    let unregistered = |name, client, value| {
        mistake(name, KEYS).value(client, "redirect_uri", value).is(
            client,
            "redirect_uri",
            "not a redirect URI that is registered",
        )
    };
    vec![
        unregistered("another path", "client 1", "\"https://client-1.example/cb\""),
        unregistered("another host", "client 1", "\"https://client-3.example/callback/openid-private_key_jwt-dpop-1\""),
        unregistered("another scheme", "client 1", "\"http://client-1.example/callback/openid-private_key_jwt-dpop-1\""),
        unregistered("a slash at the end", "client 1", "\"https://client-1.example/callback/openid-private_key_jwt-dpop-1/\""),
        unregistered("a port", "client 1", "\"https://client-1.example:8443/callback/openid-private_key_jwt-dpop-1\""),
        unregistered("upper case", "client 1", "\"https://client-1.example/Callback/openid-private_key_jwt-dpop-1\""),
        unregistered("without the query", "client 2", "\"https://client-2.example/callback/openid-private_key_jwt-dpop-2\""),
        unregistered("with a query", "client 1", "\"https://client-1.example/callback/openid-private_key_jwt-dpop-1?a=b\""),
        unregistered("of the other client", "client 2", "\"https://client-1.example/callback/openid-private_key_jwt-dpop-1\""),
        mistake("a redirect URI with a fragment", KEYS)
            .value("client 1", "redirect_uri", "\"https://client-1.example/callback/openid-private_key_jwt-dpop-1#a\"")
            .is("client 1", "redirect_uri", "redirect"),
        mistake("no redirect URI", KEYS).value("client 1", "redirect_uri", "").is("client 1", "", "missing member"),
        mistake("a redirect URI without a scheme", KEYS).value("client 2", "redirect_uri", "\"client-2.example/cb\"").is(
            "client 2",
            "redirect_uri",
            "not a URL",
        ),
    ]
}

/// A server that refuses unknown scopes, where ours leaves them out.
fn strict(mistake: Mistake) -> Mistake {
    mistake.answer("/par", |request, answer| {
        let scope = field(request, "scope").unwrap_or_default();
        let known = |token: &str| ["openid", "profile", "email", "api:read"].contains(&token);
        if scope.split_whitespace().all(known) { answer } else { refusal(400, "invalid_scope", "Invalid scopes") }
    })
}

fn scopes() -> Vec<Mistake> {
    vec![
        strict(mistake("an unknown scope", KEYS)).value("client 1", "scope", "\"openid profile api:read payments\"").is(
            "client 1",
            "scope",
            "refuses `payments`",
        ),
        strict(mistake("a misspelt scope", KEYS)).value("client 2", "scope", "\"openid profil api:read\"").is(
            "client 2",
            "scope",
            "refuses `profil`",
        ),
        strict(mistake("two unknown scopes", KEYS)).value("client 1", "scope", "\"openid accounts payments\"").is(
            "client 1",
            "scope",
            "some of its scope tokens",
        ),
        strict(mistake("an unknown scope without OpenID", OAUTH)).value("client 1", "scope", "\"accounts\"").is(
            "client 1",
            "scope",
            "refuses `accounts`",
        ),
        mistake("no openid", KEYS).value("client 1", "scope", "\"profile api:read\"").is(
            "client 1",
            "scope",
            "expected a scope with `openid`",
        ),
        mistake("a scope without that of the resource", KEYS).value("client 1", "scope", "\"openid profile\"").is(
            "client 1",
            "scope",
            "needs more scope than the token has",
        ),
        mistake("a scope of OpenID only, at a resource", OAUTH).value("client 2", "scope", "\"profile\"").is(
            "client 2",
            "scope",
            "needs more scope than the token has",
        ),
        mistake("an unknown scope of a client's own", CREDENTIALS).value("client 1", "client_scope", "\"api:delete\"").is(
            "client 1",
            "client_scope",
            "refuses this scope",
        ),
        mistake("a scope of users for a client's own", CREDENTIALS).value("client 2", "client_scope", "\"profile\"").is(
            "client 2",
            "client_scope",
            "scope",
        ),
        mistake("commas between scopes", KEYS).value("client 1", "scope", "\"openid,profile\"").is(
            "client 1",
            "scope",
            "expected a scope with `openid`",
        ),
    ]
}

fn parameters() -> Vec<Mistake> {
    let refused =
        |name, member, value| mistake(name, KEYS).value("client 1", "parameters", value).is("client 1", "parameters", member);
    vec![
        refused(
            "a prompt with and without pages",
            "client[0].parameters.prompt: the server refuses a request with this parameter",
            "{ prompt = \"none login\" }",
        ),
        refused("no prompt at all", "instead of showing a page", "{ prompt = \"none\" }"),
        refused("an age that is none", "client[0].parameters.max_age", "{ prompt = \"consent\", max_age = \"never\" }"),
        refused("claims that are no JSON", "client[0].parameters.claims", "{ claims = \"email\" }"),
        refused("a response mode that is none", "client[0].parameters.response_mode", "{ response_mode = \"carrier-pigeon\" }"),
        refused("a challenge of one's own", "the suite sets this parameter itself", "{ code_challenge = \"abc\" }"),
        refused(
            "a request URI of one's own",
            "the suite sets this parameter itself",
            "{ request_uri = \"https://client-1.example/request\" }",
        ),
        refused("a response in the fragment", "the suite sets this parameter itself", "{ response_mode = \"fragment\" }"),
        refused("a response in a form", "the suite sets this parameter itself", "{ response_mode = \"form_post\" }"),
        refused(
            "a key of one's own",
            "client[0].parameters.dpop_jkt",
            "{ dpop_jkt = \"0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I\" }",
        ),
        refused("a request object of one's own", "the suite sets this parameter itself", "{ request = \"e30.e30.\" }"),
        mistake("a parameter that the login does not survive", KEYS)
            .value("client 1", "parameters", "{ ui_locales = \"en\", acr_values = \"gold\" }")
            .answer("", with_gold_at_login)
            .is(
                "client 1",
                "parameters",
                "client[0].parameters.acr_values: the server shows an error page (status 400) to requests with this parameter",
            ),
        refused("a parameter that is a number", "expected a string", "{ max_age = 10 }"),
    ]
}

/// Shows an error page for a pushed request with `acr_values`.
fn with_gold_at_login(request: &Request, answer: Answer) -> Answer {
    static GOLD: Mutex<Vec<String>> = Mutex::new(Vec::new());
    let is_push = request.url.path().ends_with("/par");
    if let (true, Some(_), Answer::Response { body, .. }) = (is_push, field(request, "acr_values"), &answer) {
        let pushed: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
        GOLD.lock().unwrap().extend(pushed["request_uri"].as_str().map(str::to_owned));
    }
    let uri = request.url.query_pairs().find(|(name, _)| name == "request_uri").map(|(_, uri)| uri.into_owned());
    match uri {
        Some(uri) if GOLD.lock().unwrap().contains(&uri) => {
            response(400, &[("content-type", "text/html")], "<title>Sorry</title><p>This login is not offered.</p>")
        }
        _ => answer,
    }
}

fn forms_of_the_file() -> Vec<Mistake> {
    vec![
        mistake("a gap", KEYS).value("client 1", "id", "\"FILL-IN\"").is("client 1", "id", "replace FILL-IN"),
        mistake("a misspelt member", KEYS).text("redirect_uri = ", "redirect_url = ").is(
            "client 1",
            "redirect_url",
            "did you mean `redirect_uri`?",
        ),
        mistake("a text that is not closed", KEYS).value("", "issuer", "\"https://localhost").is("", "issuer", ""),
        mistake("no features", KEYS).text("[features]", "[feature]").is("", "", "missing member"),
        mistake("an unknown feature", KEYS).value("features", "sender_constraint", "[\"dpopp\"]").is(
            "features",
            "sender_constraint",
            "did you mean \"dpop\"?",
        ),
        mistake("features without the client's", KEYS).value("client 1", "features", "{ protocol = [\"oauth\"] }").is(
            "client 2",
            "",
            "the only client for openid/private_key_jwt/dpop, which needs two",
        ),
        mistake("a tolerance below zero", KEYS).value("", "clock_tolerance", "-40").is(
            "",
            "clock_tolerance",
            "must not be negative",
        ),
        mistake("an issuer with a query", KEYS)
            .value("", "issuer", "\"https://localhost/?tenant=1\"")
            .is("", "issuer", "no query"),
        mistake("an issuer without TLS", KEYS).value("", "issuer", "\"http://as.example\"").is(
            "",
            "issuer",
            "must begin with https://",
        ),
        mistake("an issuer that is a name", KEYS).value("", "issuer", "\"as.example\"").is("", "issuer", "not a URL"),
        mistake("one client", KEYS).edit(|text, _| text.truncate(text.rfind("[[client]]").unwrap_or(0))).is(
            "client 1",
            "",
            "two [[client]] sections are needed",
        ),
        mistake("an unknown strategy", KEYS).value("user", "strategy", "\"forms\"").is(
            "user",
            "strategy",
            "did you mean \"form\"?",
        ),
    ]
}

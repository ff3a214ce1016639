//! The file is right, but the server has another registration of the client, or is configured in another way.

use std::sync::atomic::{AtomicBool, Ordering};

use fapi_conformance::http::{Answer, Request};
use fapi_server::config::Config;

use super::bench::{CERTIFICATES, CREDENTIALS, KEYS, Mistake, OAUTH, changed, field, mistake, refusal, response};

pub(crate) fn mistakes() -> Vec<Mistake> {
    [clients(), wrong_features(), what_no_plan_covers(), played()].into_iter().flatten().collect()
}

fn clients() -> Vec<Mistake> {
    vec![
        mistake("a client that is removed", KEYS)
            .server(|config| config.clients.retain(|client| client.metadata.client_id != "openid-private_key_jwt-dpop-2"))
            .is("client 2", "id", "does not know the client"),
        mistake("no clients of users", CREDENTIALS)
            .server(|config| config.clients.retain(|client| !client.metadata.client_id.starts_with("client_credentials")))
            .is("client 1", "id", "does not know the client"),
        mistake("another redirect URI is registered", KEYS)
            .server(|config| every(config, |client| client.redirect_uris = vec!["https://elsewhere.example/cb".into()]))
            .is("client 1", "redirect_uri", "not a redirect URI that is registered"),
        mistake("another redirect URI is registered for one", OAUTH)
            .server(|config| {
                one(config, "oauth-private_key_jwt-mtls-2", |client| {
                    client.redirect_uris = vec!["https://elsewhere.example/cb".into()]
                })
            })
            .is("client 2", "redirect_uri", "not a redirect URI that is registered"),
        mistake("less scope is registered", KEYS)
            .server(|config| every(config, |client| client.scope = fapi::scope::Scope::parse("openid profile").ok()))
            .is("client 1", "scope", "needs more scope"),
        mistake("less scope is registered for a client's own", CREDENTIALS)
            .server(|config| every(config, |client| client.scope = fapi::scope::Scope::parse("openid profile").ok()))
            .is("client 1", "client_scope", "refuses the scope"),
        mistake("another key is registered", KEYS)
            .server(|config| {
                let other =
                    config.clients.iter().find(|client| client.metadata.client_id == "client_credentials-private_key_jwt-dpop-1");
                let jwks = other.and_then(|client| client.metadata.jwks.clone());
                one(config, "openid-private_key_jwt-dpop-1", |client| client.jwks = jwks);
            })
            .is("client 1", "key", "this is not the key that is registered"),
        mistake("another subject of the certificate is registered", CERTIFICATES)
            .server(|config| {
                one(config, "openid-mtls-mtls-1", |client| client.tls_client_auth_san_dns = Some("elsewhere.example".into()))
            })
            .is("client 1", "certificate", "this is not the certificate that is registered"),
        mistake("no grant for users", KEYS).answer("/par", |_, _| refusal(400, "unauthorized_client", "")).is(
            "client 1",
            "features",
            "is not registered for",
        ),
        mistake("no grant of a client's own", CREDENTIALS)
            .server(|config| every(config, |client| client.grant_types = vec!["authorization_code".into()]))
            .is("client 1", "features", "is not registered for the grant"),
    ]
}

/// The clients of another variant, in this one.
fn wrong_features() -> Vec<Mistake> {
    let uses = |name, variant, id| mistake(name, variant).value("client 1", "id", id);
    vec![
        uses("a client with a certificate, by assertions", KEYS, "\"openid-mtls-mtls-1\"")
            .value("client 1", "redirect_uri", "\"https://client-1.example/callback/openid-mtls-mtls-1\"")
            .is("client 1", "features", "is not registered for openid/private_key_jwt/dpop"),
        uses("a client with a certificate of its own, by assertions", KEYS, "\"openid-mtls-mtls-2\"").is(
            "client 1",
            "features",
            "is not registered for openid/private_key_jwt/dpop",
        ),
        uses("a client with a key, by certificate", CERTIFICATES, "\"openid-private_key_jwt-dpop-1\"").is(
            "client 1",
            "features",
            "is not registered for openid/mtls/mtls",
        ),
        mistake("a client that is bound to certificates, with proofs", OAUTH)
            .value("features", "sender_constraint", "[\"dpop\"]")
            .is("client 1", "features", "sender constraint"),
        mistake("plain OAuth for an OpenID provider's client", OAUTH).value("features", "protocol", "[\"openid\"]").is(
            "client 1",
            "scope",
            "expected a scope with `openid`",
        ),
    ]
}

/// What a registration can demand and no variant of a plan has.
fn what_no_plan_covers() -> Vec<Mistake> {
    let with_id_token = |name, token: String| {
        mistake(name, KEYS).answer("/token", move |_, answer| {
            changed(answer, |json| {
                if json.get("id_token").is_some() {
                    json["id_token"] = token.as_str().into()
                }
            })
        })
    };
    vec![
        with_id_token("encrypted ID tokens", "eyJhbGciOiJSU0EtT0FFUCJ9.a.b.c.d".into()).is(
            "client 1",
            "",
            "`id_token_encrypted_response_alg`",
        ),
        mistake("signed responses", KEYS)
            .answer("", |request, answer| match answer {
                Answer::Response { status, mut headers, body } if request.purpose == "user agent" => {
                    for (_, value) in headers.iter_mut().filter(|(name, value)| name == "location" && value.contains("code=")) {
                        *value =
                            format!("{}?response=eyJhbGciOiJQUzI1NiJ9.e30.c2ln", value.split('?').next().unwrap_or_default());
                    }
                    Answer::Response { status, headers, body }
                }
                other => other,
            })
            .is("client 1", "", "`authorization_signed_response_alg`"),
        mistake("request objects that the words tell", KEYS)
            .answer("/par", |_, _| refusal(400, "invalid_request", "This client must use a signed request object"))
            .is("client 1", "", "wants a signed request object"),
    ]
}

/// A server that refuses client authentication without a reason.
fn silent(mistake: Mistake) -> Mistake {
    mistake.answer("/par", |_, _| refusal(401, "invalid_client", "client authentication failed"))
}

/// A server that takes a pushed request and shows an error page for it.
fn error_page(name: &'static str, refuses: fn(&Request) -> bool) -> Mistake {
    let refused = AtomicBool::new(false);
    mistake(name, KEYS).answer("", move |request, answer| {
        if request.url.path() == "/par" {
            refused.store(refuses(request), Ordering::Relaxed);
        }
        let is_refused = request.purpose == "user agent" && refused.load(Ordering::Relaxed);
        if is_refused { response(400, &[("content-type", "text/html")], "<title>Error</title>") } else { answer }
    })
}

/// Other servers, whose answers are played.
fn played() -> Vec<Mistake> {
    let grant = |request: &Request| field(request, "grant_type").unwrap_or_default();
    let ends = |name, error: &'static str, line, says| {
        mistake(name, KEYS)
            .answer("", move |request, answer| match answer {
                Answer::Response { status, mut headers, body } if request.purpose == "user agent" => {
                    for (_, value) in headers.iter_mut().filter(|(name, value)| name == "location" && value.contains("code=")) {
                        *value = value.replace("code=", &format!("error={error}&was="));
                    }
                    Answer::Response { status, headers, body }
                }
                other => other,
            })
            .is("client 1", line, says)
    };
    vec![
        silent(mistake("a client that is refused without a reason", KEYS)).is(
            "client 1",
            "key",
            "either this is not its key, or its registration does not fit",
        ),
        silent(mistake("a certificate that is refused without a reason", CERTIFICATES)).is(
            "client 1",
            "certificate",
            "either this is not its certificate",
        ),
        silent(mistake("an unknown client that is refused without a reason", KEYS).value("client 1", "id", "\"nobody\"")).is(
            "client 1",
            "id",
            "does not know the client `nobody`",
        ),
        silent(mistake("a server that tells no reason to users either", KEYS))
            .page("/authorize", 400, "text/html", "<h1>Bad request</h1>")
            .is("client 1", "id", "or `key` (line"),
        silent(mistake("a server that tells no reason for certificates", CERTIFICATES))
            .page("/authorize", 400, "text/html", "<h1>Bad request</h1>")
            .is("client 1", "id", "or `certificate` (line"),
        error_page("a scope that only the pages refuse", |request| {
            field(request, "scope").is_some_and(|scope| scope.contains("email"))
        })
        .is("client 1", "scope", "to requests with the scope `email`, and none without"),
        error_page("a parameter that only the pages refuse", |request| field(request, "ui_locales").is_some())
            .value("client 1", "parameters", "{ ui_locales = \"xx\" }")
            .is("client 1", "parameters", "parameters.ui_locales: the server shows an error page"),
        mistake("a client that is switched off", KEYS)
            .answer("/par", |request, answer| match field(request, "client_id").as_deref() {
                Some("openid-private_key_jwt-dpop-1") => refusal(401, "invalid_client", "The client is disabled"),
                _ => answer,
            })
            .is("client 1", "key", "The client is disabled"),
        mistake("requests that are refused without a reason", KEYS)
            .answer("/par", |_, _| refusal(400, "invalid_request", ""))
            .is("client 1", "", "either a setting of the client does not fit its registration, or the server is broken"),
        rejected("a registration that lacks a member", "invalid_client_metadata", "Missing token_endpoint_auth_signing_alg").is(
            "client 1",
            "",
            "rejects the registration of the client `openid-private_key_jwt-dpop-1`: it answers status 400",
        ),
        rejected("a registration of another kind of client", "invalid_request", "Only native clients may do this").is(
            "client 1",
            "",
            "rejects the pushed request of the client `openid-private_key_jwt-dpop-1`: it answers status 400",
        ),
        rejected("a redirect URI that no word names", "invalid_request", "").is(
            "client 1",
            "redirect_uri",
            "It answers so as well to a redirect URI that nobody registered",
        ),
        mistake("response types that are not registered", KEYS)
            .answer("/par", |_, _| refusal(400, "unsupported_response_type", ""))
            .is("client 1", "features", "is not registered for openid"),
        mistake("a redirect URI that only the words name", OAUTH)
            .answer("/par", |_, _| refusal(400, "invalid_request", "Invalid parameter: redirect_uri"))
            .is("client 1", "redirect_uri", "Invalid parameter: redirect_uri"),
        mistake("codes that may not be redeemed", KEYS)
            .answer("/token", move |request, answer| {
                if grant(request) == "authorization_code" { refusal(400, "unauthorized_client", "") } else { answer }
            })
            .is("client 1", "features", "is not registered for the grant"),
        mistake("a client that authenticates at one endpoint only", KEYS)
            .answer("/token", |_, _| refusal(401, "invalid_client", ""))
            .is("client 1", "", "its registration has another rule for tokens"),
        mistake("refresh tokens that may not be used", KEYS)
            .answer("/token", move |request, answer| match grant(request).as_str() {
                "refresh_token" => refusal(400, "unauthorized_client", ""),
                _ => changed(answer, |json| json["refresh_token"] = "rt-2b7e151628aed2a6abf7158809cf4f3c".into()),
            })
            .is("client 1", "", "register it for the grant refresh_token"),
        mistake("proofs of a client without them", KEYS)
            .answer("/token", |_, _| refusal(400, "invalid_request", "This client is bound to certificates"))
            .is("client 1", "features", "another sender constraint"),
        mistake("token requests that are refused without a reason", CREDENTIALS)
            .answer("/token", |_, _| refusal(400, "invalid_request", ""))
            .is("client 1", "", "either its registration does not fit"),
        ends("a client without this scope", "invalid_scope", "scope", "refuses the scope"),
        ends("a client without codes", "unauthorized_client", "features", "is not registered for openid"),
        ends("a login that is not enough", "unmet_authentication_requirements", "", "its registration does not fit"),
        ends("a client that must not ask", "consent_required", "", "instead of showing a page"),
    ]
}

/// A server that rejects every complete request in this way, and others in another way.
fn rejected(name: &'static str, error: &'static str, description: &'static str) -> Mistake {
    mistake(name, KEYS).answer("/par", move |request, _| match field(request, "response_type") {
        Some(_) => refusal(400, error, description),
        None => refusal(400, "invalid_request", "response_type is missing"),
    })
}

fn every(config: &mut Config, change: impl Fn(&mut fapi::ClientMetadata)) {
    config.clients.iter_mut().for_each(|client| change(&mut client.metadata));
}

fn one(config: &mut Config, id: &str, change: impl FnOnce(&mut fapi::ClientMetadata)) {
    let client = config.clients.iter_mut().find(|client| client.metadata.client_id == id);
    change(&mut client.unwrap_or_else(|| panic!("no client {id}")).metadata);
}

//! Metadata of another issuer, documents that are none, and features that the server does not have.

use serde_json::{Value, json};

use super::bench::{CERTIFICATES, CREDENTIALS, KEYS, Mistake, OAUTH, changed, field, mistake, refusal, response};

const METADATA: &str = "/.well-known/";

pub(crate) fn mistakes() -> Vec<Mistake> {
    [issuers(), documents(), endpoints(), features()].into_iter().flatten().collect()
}

/// The issuer of the target file, changed.
fn with_issuer(name: &'static str, change: fn(&str) -> String) -> Mistake {
    mistake(name, KEYS).edit(move |text, _| {
        let issuer =
            text.lines().find_map(|line| line.strip_prefix("issuer = \"")?.strip_suffix('"')).unwrap_or_default().to_owned();
        *text = text.replacen(&format!("\"{issuer}\""), &format!("\"{}\"", change(&issuer)), 1);
    })
}

/// Metadata with one member changed.
fn with_member(mistake: Mistake, name: &'static str, value: Value) -> Mistake {
    mistake.answer(METADATA, move |_, answer| {
        changed(answer, |json| match &value {
            Value::Null => _ = json.as_object_mut().and_then(|members| members.remove(name)),
            value => json[name] = value.clone(),
        })
    })
}

fn issuers() -> Vec<Mistake> {
    let said =
        |name, issuer: &'static str, says| with_member(mistake(name, KEYS), "issuer", issuer.into()).is("", "issuer", says);
    vec![
        with_issuer("an issuer with a slash", |issuer| format!("{issuer}/")).is(
            "",
            "issuer",
            "only the slash at the end differs",
        ),
        with_issuer("an issuer by its address", |issuer| issuer.replace("localhost", "127.0.0.1")).is(
            "",
            "issuer",
            "by its address, but has a name",
        ),
        with_issuer("an issuer in upper case", |issuer| issuer.replace("localhost", "LOCALHOST")).is(
            "",
            "issuer",
            "they are written differently",
        ),
        with_issuer("an issuer with a path", |issuer| format!("{issuer}/realms/test")).is(
            "",
            "issuer",
            "is the metadata of https://localhost",
        ),
        with_issuer("the address of the metadata", |issuer| format!("{issuer}/.well-known/openid-configuration")).is(
            "",
            "issuer",
            "is the metadata of",
        ),
        with_issuer("an endpoint as issuer", |issuer| format!("{issuer}/token")).is("", "issuer", "is the metadata of"),
        said("another host in the metadata", "https://prod.example", "the metadata says https://prod.example (the host differs)"),
        said("another scheme in the metadata", "http://localhost", "the scheme differs"),
        said("another port in the metadata", "https://localhost:1", "the port differs"),
        said("no URL in the metadata", "as", "it is no URL"),
        mistake("another tenant", KEYS)
            .answer(METADATA, |request, answer| {
                changed(answer, |json| json["issuer"] = format!("{}/tenant-2", &request.url[..url::Position::BeforePath]).into())
            })
            .is("", "issuer", "the path differs"),
    ]
}

fn documents() -> Vec<Mistake> {
    let page = |name, status, media, body, says| mistake(name, KEYS).page(METADATA, status, media, body).is("", "issuer", says);
    vec![
        page("no metadata", 404, "text/html", "<h1>Not found</h1>", "no metadata at"),
        page("metadata that are gone", 410, "text/plain", "gone", "no metadata at"),
        page("a list as metadata", 200, "application/json", "[]", "JSON, but no object"),
        page("half a document", 200, "application/json", "{\"issuer\": \"https://loc", "is no JSON"),
        page("an empty document", 200, "application/json", "", "is no JSON"),
        page(
            "a start page as metadata",
            200,
            "text/html",
            "<!doctype html><title>Welcome</title>",
            "an HTML page instead of metadata",
        ),
        page("a page without a type", 200, "", " <html><body>Hello</body></html>", "an HTML page instead of metadata"),
        page("metadata that fail", 500, "application/json", "{}", "fails with status 500"),
        mistake("no metadata of a client's own", CREDENTIALS).page(METADATA, 404, "", "").is("", "issuer", "no metadata at"),
    ]
}

fn endpoints() -> Vec<Mistake> {
    let without =
        |name, variant, endpoint, says| with_member(mistake(name, variant), endpoint, Value::Null).is("features", "", says);
    let with = |name, endpoint, value: &'static str, says| {
        with_member(mistake(name, KEYS), endpoint, value.into()).is("features", "", says)
    };
    vec![
        without(
            "no pushed requests",
            KEYS,
            "pushed_authorization_request_endpoint",
            "the server does not offer it, or does not say so",
        ),
        without("no authorization endpoint", OAUTH, "authorization_endpoint", "the server does not offer it, or does not say so"),
        without("no token endpoint", CREDENTIALS, "token_endpoint", "the server does not offer it, or does not say so").is(
            "features",
            "grant",
            "`token_endpoint`",
        ),
        with("an endpoint that is a path", "token_endpoint", "/token", "no address of a server"),
        with("an endpoint of another kind", "authorization_endpoint", "urn:as", "no address of a server"),
        with_member(mistake("no aliases for certificates", CERTIFICATES), "mtls_endpoint_aliases", Value::Null).is(
            "features",
            "client_authentication",
            "does not ask for one in the TLS handshake",
        ),
        with_member(mistake("no aliases for certificates, with assertions", OAUTH), "mtls_endpoint_aliases", Value::Null).is(
            "features",
            "sender_constraint",
            "does not ask for one in the TLS handshake",
        ),
        with_member(
            mistake("aliases of another endpoint", CERTIFICATES),
            "mtls_endpoint_aliases",
            json!({ "userinfo_endpoint": "https://localhost/me" }),
        )
        .is("features", "client_authentication", "although clients with certificates are to use this address"),
    ]
}

fn features() -> Vec<Mistake> {
    let refuses = |mistake: Mistake, url, status, error: &'static str| {
        mistake.answer(url, move |request, answer| match field(request, "client_id").or(field(request, "grant_type")) {
            Some(_) => refusal(status, error, "Not supported"),
            None => answer,
        })
    };
    let signed = with_member(mistake("signed requests", KEYS), "require_signed_request_object", true.into());
    let methods =
        with_member(mistake("secrets only", KEYS), "token_endpoint_auth_methods_supported", json!(["client_secret_basic"]));
    let certificates = with_member(
        mistake("no certificates", CERTIFICATES),
        "token_endpoint_auth_methods_supported",
        json!(["private_key_jwt"]),
    );
    let algorithms =
        with_member(mistake("another algorithm", KEYS), "token_endpoint_auth_signing_alg_values_supported", json!(["RS256"]));
    let grants =
        with_member(mistake("no client credentials", CREDENTIALS), "grant_types_supported", json!(["authorization_code"]));
    let codes = with_member(mistake("no codes", KEYS), "grant_types_supported", json!(["client_credentials"]));
    let dpop = with_member(mistake("no DPoP", CREDENTIALS), "dpop_signing_alg_values_supported", Value::Null);
    vec![
        refuses(signed, "/par", 400, "invalid_request").is("features", "", "requires signed request objects"),
        refuses(methods, "/par", 401, "invalid_client").is(
            "features",
            "client_authentication",
            "offer only `client_secret_basic`",
        ),
        refuses(certificates, "/par", 401, "invalid_client").is(
            "features",
            "client_authentication",
            "offer only `private_key_jwt`",
        ),
        refuses(algorithms, "/par", 401, "invalid_client").is(
            "client 1",
            "key",
            "signs with ES256, but the server's metadata offer only `RS256`",
        ),
        refuses(grants, "/token", 400, "unauthorized_client").is("features", "grant", "offer only `authorization_code`"),
        refuses(codes, "/par", 400, "unauthorized_client").is("features", "", "offer only `client_credentials`"),
        dpop.answer("/token", |_, _| refusal(400, "invalid_request", "DPoP is not supported")).is(
            "features",
            "sender_constraint",
            "no `dpop_signing_alg_values_supported`",
        ),
        mistake("request objects that only the error tells", KEYS)
            .answer("/par", |_, _| refusal(400, "invalid_request_object", "A request object is required"))
            .is("client 1", "", "a signed request object"),
        mistake("a server that is no OpenID provider", KEYS)
            .answer("/par", |request, answer| {
                let openid = field(request, "scope").is_some_and(|scope| scope.contains("openid"));
                let pushed = "{\"request_uri\":\"urn:example:1\",\"expires_in\":60}";
                match openid {
                    true => refusal(400, "invalid_scope", "unknown scope"),
                    false if field(request, "client_id").is_some() => {
                        response(201, &[("content-type", "application/json")], pushed)
                    }
                    false => answer,
                }
            })
            .is("features", "protocol", "either it is no OpenID provider"),
    ]
}

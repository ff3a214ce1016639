//! Authorization requests with any parameters: a client reads back what the response says, wherever it is.

use bytes::Bytes;
use fapi::form::{Form, FormLimits};
use fapi::jose::{Json, Jwk, Jws, Object};
use fapi::policy::{AuthenticationMethod as Method, Policy};
use fapi::primitives::aws_lc;
use fapi::*;
use std::cell::RefCell;
use std::sync::{Arc, LazyLock};

const ISSUER: &str = "https://as.example";
const CALLBACK: &str = "https://app.example/cb";
const NOW: i64 = 1_800_000_000;
const KEY: &str = r#"{"kty":"EC","crv":"P-256","alg":"ES256","kid":"a",
    "x":"axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY","y":"T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU"}"#;

/// A server without rules, and a store with the client `app`, whose users are not asked for consent.
static START: LazyLock<(Arc<AuthorizationServer>, Memory)> = LazyLock::new(|| {
    let key = Jwk::parse(&Object::parse(KEY.as_bytes()).expect("an object"), aws_lc()).expect("a key");
    let mut settings = Settings::new(ISSUER, Policy::default(), vec![key]);
    settings.serve_only(Api::open("https://api.example", "read write".parse().expect("a scope")));
    settings.scopes = "openid email offline_access".parse().expect("a scope");
    settings.claims = vec!["email".into()];
    let server = AuthorizationServer::new(settings).expect("settings");
    let mut app = ClientMetadata::new("app", Method::None);
    app.redirect_uris = vec![CALLBACK.into()];
    app.grant_types = vec![GrantType::AuthorizationCode, GrantType::Implicit];
    let types = ["code", "id_token", "id_token token", "code id_token", "code token", "code id_token token"];
    app.response_types = types.map(Into::into).to_vec();
    let mut terms = ClientTerms::default();
    terms.first_party = true;
    let host = Signs(RefCell::default());
    let registered = drive(&host, server.register(vec![Registration::of(app).terms(terms)], context(0)));
    assert!(matches!(registered.reply, Registered::Stored), "{:?}", registered.event);
    (server, host.0.into_inner())
});

fn context(seed: u8) -> Context {
    Context::new(Timestamp::from_seconds(NOW), Entropy::new([seed; 32]))
}

/// A host that signs with a fixed value.
struct Signs(RefCell<Memory>);

impl Host for Signs {
    fn load(&self, load: &Load) -> Result<Loaded, Unavailable> {
        Ok(self.0.borrow().load(&load.keys))
    }

    fn list(&self, list: &List) -> Result<Listed, Unavailable> {
        Ok(self.0.borrow().list(list))
    }

    fn commit(&self, commit: &Commit) -> Result<Committed, Unavailable> {
        Ok(self.0.borrow_mut().commit(commit))
    }

    fn use_key(&self, key_use: &KeyUse) -> Result<Vec<u8>, Unavailable> {
        match key_use {
            KeyUse::Sign { .. } => Ok(vec![1; 64]),
            _ => Err(Unavailable),
        }
    }

    fn fetch(&self, _: &DocumentRequest) -> Result<FetchedDocument, Unavailable> {
        Err(Unavailable)
    }

    fn claims(&self, request: &ClaimsRequest) -> Result<UserClaims, Unavailable> {
        Ok(request.names.iter().map(|name| (name.clone(), "a claim".into())).collect())
    }
}

/// Sends the input as the body of an authorization request, and returns true if the response was a JWT.
pub fn run(input: &[u8]) -> bool {
    let (server, store) = &*START;
    let host = Signs(RefCell::new(store.clone()));
    let request = http::Request::post("/authorize").header("content-type", "application/x-www-form-urlencoded");
    let request = request.body(Bytes::copy_from_slice(input)).expect("a request");
    let mut shown = drive(&host, server.authorization_request(Inbound::new(&request), context(1))).reply;
    for seed in 2..5 {
        let Navigation::Interact(page) = &shown else { break };
        let answer = http::Request::post("/").body(Bytes::new()).expect("a request");
        let inbound = Inbound::new(&answer).browser(Some(&page.browser));
        let decision = match page.kind {
            PromptKind::Consent => UserDecision::consented(page.permissions.scope.clone(), false),
            _ => UserDecision::LoggedIn(Authentication::of("alice")),
        };
        shown = drive(&host, server.answer(inbound, &page.id, decision, context(seed))).reply;
    }
    let Navigation::Respond(response) = shown else { return false };
    let sent = Form::parse(input, FormLimits::default()).expect("it was answered");
    let parameters = parameters(&response);
    match parameters.iter().find(|(name, _)| name == "response") {
        Some((_, jwt)) => {
            assert_eq!(parameters.len(), 1, "everything is inside");
            let claims = Jws::parse(jwt).expect("a JWS").claims().expect("claims").into_members();
            let text = |name: &str| claims.get(name).and_then(Json::as_str);
            assert_eq!((text("iss"), text("aud")), (Some(ISSUER), Some("app")));
            assert_eq!(claims.get("exp"), Some(&Json::Integer(NOW + 600)));
            check(&sent, &text, claims.iter().map(|(name, _)| name));
            true
        }
        None => {
            let text = |name: &str| parameters.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
            assert_eq!(text("iss"), Some(ISSUER));
            check(&sent, &text, parameters.iter().map(|(name, _)| name.as_str()));
            false
        }
    }
}

/// Checks what every response says, signed or not.
fn check<'a>(sent: &Form, text: &dyn Fn(&str) -> Option<&'a str>, names: impl Iterator<Item = &'a str>) {
    assert_eq!(text("state"), sent.get("state"), "state comes back unchanged");
    let (mut has, words) = (vec![], sent.get("response_type").unwrap_or_default());
    for name in names {
        let known = ["iss", "aud", "exp", "state", "token_type", "expires_in", "scope", "error_description"];
        if !known.contains(&name) {
            has.push(if name == "access_token" { "token" } else { name });
        }
    }
    let mut asked: Vec<_> = if has.contains(&"error") { vec!["error"] } else { words.split(' ').collect() };
    has.sort_unstable();
    asked.sort_unstable();
    assert_eq!(has, asked, "a response has what its type names, or an error");
    if let Some(id_token) = text("id_token") {
        let claims = Jws::parse(id_token).expect("a JWS").claims().expect("claims").into_members();
        assert_eq!(claims.get("nonce").and_then(Json::as_str), sent.get("nonce"));
        assert_eq!(claims.contains("c_hash"), text("code").is_some());
        assert_eq!(claims.contains("at_hash"), text("access_token").is_some());
        assert_eq!(claims.contains("s_hash"), text("state").is_some());
    }
}

/// The parameters of a response, where it has them.
fn parameters(response: &Response) -> Vec<(String, String)> {
    let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
    if let Some(location) = response.headers().get("location") {
        let location = location.to_str().expect("text").strip_prefix(CALLBACK).expect("the registered address");
        let form = Form::parse(&location.as_bytes()[1..], FormLimits::default()).expect("a form");
        return form.iter().map(owned).collect();
    }
    let page = std::str::from_utf8(response.body()).expect("text");
    let inputs = page.split("<input type=\"hidden\" name=\"").skip(1).map(|input| {
        let (name, rest) = input.split_once("\" value=\"").expect("a value");
        let value = rest.split_once('"').expect("its end").0.replace("&quot;", "\"").replace("&gt;", ">").replace("&lt;", "<");
        (name.to_owned(), value.replace("&amp;", "&"))
    });
    inputs.collect()
}

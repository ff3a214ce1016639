//! Servers with one false statement: the independent client crates detect it, so their acceptance of other servers is meaningful.

#[path = "support/foreign.rs"]
mod foreign;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use data_encoding::BASE64URL_NOPAD;
use fapi_conformance::jwt::Jwt;
use fapi_conformance::keys::{self, SigningKey};
use fapi_conformance::runner::clause_of;
use serde_json::{Value, json};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lie {
    Nothing,
    MetadataIssuer,
    ResponseIssuer,
    NoResponseIssuer,
    ResponseState,
    TokenType,
    NoIdToken,
    Signature,
    IdTokenIssuer,
    Audience,
    Expired,
    Nonce,
    AccessTokenHash,
    UserinfoSubject,
    RefreshedSubject,
    RefreshAfterRevocation,
    Inactive,
    /// A proof does not fit a request whose URL has a query.
    QueryInHtu,
    /// The resource refuses unknown parameters.
    UnknownParameter,
    /// A challenge without a method is one for S256.
    AbsentMethodIsS256,
    /// A challenge without a method is a plain one, and is taken.
    AbsentMethodIsPlain,
    /// The state comes back without line breaks.
    StateWithoutLineBreaks,
    /// What stands after a line break of the state becomes a header.
    StateAsHeader,
    /// A cookie of the server has the state in it.
    StateInCookie,
}

type Form = BTreeMap<String, String>;

/// An authorization server that accepts every request.
#[derive(Clone)]
struct Liar {
    lie: Lie,
    issuer: Arc<OnceLock<String>>,
    keys: [SigningKey; 2],
    pushed: Arc<Mutex<BTreeMap<String, Form>>>,
    revoked: Arc<Mutex<Vec<String>>>,
}

impl Respond for Liar {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let form: Form =
            request.url.query_pairs().into_owned().chain(form_urlencoded::parse(&request.body).into_owned()).collect();
        let of = |name: &str| form.get(name).cloned().unwrap_or_default();
        match request.url.path() {
            "/.well-known/openid-configuration" | "/.well-known/oauth-authorization-server" => ok(self.metadata()),
            "/jwks" => ok(json!({ "keys": [self.public_key()] })),
            "/par" => {
                let code = keys::random();
                lock(&self.pushed).insert(code.clone(), form);
                let pushed = json!({ "request_uri": format!("urn:ietf:params:oauth:request_uri:{code}"), "expires_in": 60 });
                ResponseTemplate::new(201).set_body_json(pushed)
            }
            "/authorize" => self.redirect(of("request_uri").trim_start_matches("urn:ietf:params:oauth:request_uri:")),
            "/token" if of("grant_type") == "refresh_token" => {
                let refused = lock(&self.revoked).contains(&of("refresh_token")) && self.lie != Lie::RefreshAfterRevocation;
                if refused { refusal("invalid_grant") } else { self.tokens(&of("refresh_token"), true) }
            }
            "/token" if !self.verifies(&of("code"), &of("code_verifier")) => refusal("invalid_grant"),
            "/token" => self.tokens(&of("code"), false),
            "/userinfo" if self.refuses_query(request.url.query()) => refusal("invalid_request"),
            "/userinfo" => ok(json!({ "sub": if self.lie == Lie::UserinfoSubject { "bob" } else { "alice" } })),
            "/introspect" => ok(json!({ "active": self.lie != Lie::Inactive })),
            "/revoke" => {
                lock(&self.revoked).push(of("token"));
                ResponseTemplate::new(200)
            }
            _ => ResponseTemplate::new(404),
        }
    }
}

impl Liar {
    fn metadata(&self) -> Value {
        let issuer = self.issuer();
        json!({
            "issuer": if self.lie == Lie::MetadataIssuer { "https://other.example" } else { issuer },
            "authorization_endpoint": format!("{issuer}/authorize"),
            "token_endpoint": format!("{issuer}/token"),
            "jwks_uri": format!("{issuer}/jwks"),
            "userinfo_endpoint": format!("{issuer}/userinfo"),
            "introspection_endpoint": format!("{issuer}/introspect"),
            "revocation_endpoint": format!("{issuer}/revoke"),
            "pushed_authorization_request_endpoint": format!("{issuer}/par"),
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["ES256"],
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": true,
        })
    }

    fn redirect(&self, code: &str) -> ResponseTemplate {
        let pushed = lock(&self.pushed).get(code).cloned().unwrap_or_default();
        let (state, without) = (&pushed["state"], pushed["state"].replace(['\r', '\n'], ""));
        let state = match self.lie {
            Lie::ResponseState => "another",
            Lie::StateWithoutLineBreaks => &without,
            _ => state,
        };
        let issuer = if self.lie == Lie::ResponseIssuer { "https://other.example" } else { self.issuer() };
        let mut parameters = vec![("code", code), ("state", state)];
        if self.lie != Lie::NoResponseIssuer {
            parameters.push(("iss", issuer));
        }
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
        let response = ResponseTemplate::new(303).insert_header("location", format!("{}?{query}", pushed["redirect_uri"]));
        match (self.lie, pushed["state"].rsplit_once("set-cookie: ")) {
            (Lie::StateAsHeader, Some((_, cookie))) => response.insert_header("set-cookie", cookie),
            (Lie::StateInCookie, _) => response.insert_header("set-cookie", format!("session=\"{without}\"")),
            _ => response,
        }
    }

    fn verifies(&self, code: &str, verifier: &str) -> bool {
        let pushed = lock(&self.pushed).get(code).cloned().unwrap_or_default();
        let challenge = pushed.get("code_challenge").map_or("", String::as_str);
        match self.lie {
            Lie::AbsentMethodIsS256 => keys::digest(verifier) == challenge,
            Lie::AbsentMethodIsPlain if !pushed.contains_key("code_challenge_method") => verifier == challenge,
            _ => true,
        }
    }

    fn refuses_query(&self, query: Option<&str>) -> bool {
        match self.lie {
            Lie::QueryInHtu => query.is_some(),
            Lie::UnknownParameter => query.is_some_and(|query| !query.is_empty()),
            _ => false,
        }
    }

    fn tokens(&self, code: &str, refreshed: bool) -> ResponseTemplate {
        let pushed = lock(&self.pushed).get(code).cloned().unwrap_or_default();
        let access_token = keys::random();
        let mut tokens = json!({
            "access_token": access_token,
            "token_type": if self.lie == Lie::TokenType { "Bearer" } else { "DPoP" },
            "expires_in": 60,
            "refresh_token": code,
        });
        if pushed.contains_key("nonce") && self.lie != Lie::NoIdToken {
            tokens["id_token"] = self.id_token(&pushed, &access_token, refreshed).into();
        }
        ok(tokens).insert_header("cache-control", "no-store")
    }

    fn id_token(&self, pushed: &Form, access_token: &str, refreshed: bool) -> String {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |now| i64::try_from(now.as_secs()).unwrap_or(0));
        let digest = BASE64URL_NOPAD.decode(keys::digest(access_token).as_bytes()).unwrap_or_default();
        let hashed = if self.lie == Lie::AccessTokenHash { &digest[16..] } else { &digest[..16] };
        Jwt::new(&self.keys[usize::from(self.lie == Lie::Signature)], now)
            .header("kid", "key")
            .claim("iss", if self.lie == Lie::IdTokenIssuer { "https://other.example" } else { self.issuer() })
            .claim("sub", if refreshed && self.lie == Lie::RefreshedSubject { "bob" } else { "alice" })
            .claim("aud", if self.lie == Lie::Audience { "another" } else { &pushed["client_id"] })
            .claim("nonce", if self.lie == Lie::Nonce { "another" } else { &pushed["nonce"] })
            .claim("at_hash", BASE64URL_NOPAD.encode(hashed))
            .issued(0)
            .expires(if self.lie == Lie::Expired { -3600 } else { 60 })
            .sign()
    }

    fn public_key(&self) -> Value {
        let mut jwk = self.keys[0].public_jwk();
        jwk.extend([("kid", "key"), ("use", "sig"), ("alg", "ES256")].map(|(name, value)| (name.to_owned(), value.into())));
        jwk.into()
    }

    fn issuer(&self) -> &str {
        self.issuer.get().map_or("", String::as_str)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn refusal(error: &str) -> ResponseTemplate {
    ResponseTemplate::new(400).set_body_json(json!({ "error": error }))
}

fn ok(body: Value) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(body)
}

async fn server(lie: Lie) -> MockServer {
    let keys = [SigningKey::es256(), SigningKey::es256()];
    let liar = Liar { lie, issuer: Arc::default(), keys, pushed: Arc::default(), revoked: Arc::default() };
    let server = MockServer::start().await;
    liar.issuer.get_or_init(|| server.uri());
    Mock::given(any()).respond_with(liar).mount(&server).await;
    server
}

/// The verdict of one scenario on a server with this lie, with its clause, and with true if an exchange shows it.
async fn verdict(lie: Lie, scenario: &str) -> (&'static str, Option<&'static str>, bool) {
    let server = server(lie).await;
    let judgements = foreign::judged(&server.uri(), &["openid/private_key_jwt/dpop"], scenario).await;
    let judgement = judgements.iter().find(|judgement| judgement.scenario.id == scenario).unwrap();
    let shown_by = judgement.finding().map_or(judgement.shown_by, |finding| finding.exchange);
    let shown = judgement.exchanges.iter().any(|exchange| Some(exchange.number) == shown_by);
    (judgement.outcome.word(), judgement.clause().map(|clause| clause.id), shown)
}

/// The first finding of each client crate's code flow and its clause; `None` for a flow that passed.
async fn findings(lie: Lie) -> BTreeMap<&'static str, (&'static str, String)> {
    let server = server(lie).await;
    let variants = ["openid/private_key_jwt/dpop", "oauth/private_key_jwt/dpop"];
    let judgements = foreign::judged(&server.uri(), &variants, "relying-party-*").await;
    let found = judgements.iter().filter(|judgement| judgement.variant.openid() || judgement.scenario.id.ends_with("oauth2"));
    found
        .filter_map(|judgement| {
            // Deviations seen in passing are told once more for the whole server, in a judgement of no client crate.
            let party = judgement.scenario.id.strip_prefix("relying-party-")?;
            let finding = judgement.findings.iter().chain(&judgement.in_passing).next()?;
            let clause = clause_of(judgement.scenario, finding).map_or("", |requirement| requirement.id);
            let detail = format!("expected {}; got {}", finding.expected, finding.got);
            Some((party, (clause, detail)))
        })
        .collect()
}

async fn noticed(lie: Lie, expected: &[(&'static str, &'static str)]) {
    let found = findings(lie).await;
    let clauses: Vec<_> = found.iter().map(|(party, (clause, _))| (*party, *clause)).collect();
    assert_eq!(clauses, expected, "{lie:?}: {found:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_honest_server_satisfies_all() {
    noticed(Lie::Nothing, &[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn metadata_of_another_issuer() {
    noticed(Lie::MetadataIssuer, &[("huskarl", "FAPI2-SP-5.3.2.1-1"), ("openidconnect", "OIDCD-3-2")]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_response_of_another_issuer_or_of_none() {
    let another = [("huskarl", "RFC9207-2-1"), ("oauth2", "RFC9207-2.3-1"), ("openidconnect", "RFC9207-2.3-1")];
    noticed(Lie::ResponseIssuer, &another).await;
    let none = [("huskarl", "FAPI2-SP-5.3.2.2-7"), ("oauth2", "FAPI2-SP-5.3.2.2-7"), ("openidconnect", "FAPI2-SP-5.3.2.2-7")];
    noticed(Lie::NoResponseIssuer, &none).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_response_with_another_state() {
    let all = ["huskarl", "oauth2", "openidconnect"].map(|party| (party, "RFC6749-4.1.2-5"));
    noticed(Lie::ResponseState, &all).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bearer_token_for_a_proof() {
    let all = ["huskarl", "oauth2", "openidconnect"].map(|party| (party, "RFC9449-5-3"));
    noticed(Lie::TokenType, &all).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn id_tokens_that_must_not_be_believed() {
    for (lie, clause) in [
        (Lie::NoIdToken, "OIDCC-3.1.3.3-1"),
        (Lie::Signature, "OIDCC-2-6"),
        (Lie::IdTokenIssuer, "OIDCC-2-1"),
        (Lie::Audience, "OIDCC-2-1"),
        (Lie::Expired, "OIDCC-2-1"),
        (Lie::Nonce, "OIDCC-2-5"),
        (Lie::RefreshedSubject, "OIDCC-12.2-1"),
    ] {
        noticed(lie, &[("huskarl", clause), ("openidconnect", clause)]).await;
    }
    // huskarl does not check at_hash, which is optional in the code flow.
    noticed(Lie::AccessTokenHash, &[("openidconnect", "OIDCC-3.1.3.6-1")]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn userinfo_of_somebody_else() {
    noticed(Lie::UserinfoSubject, &[("huskarl", "OIDCC-5.3.2-1"), ("openidconnect", "OIDCC-5.3.2-1")]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_that_do_not_die_or_never_lived() {
    noticed(Lie::RefreshAfterRevocation, &[("huskarl", "RFC7009-2-1")]).await;
    noticed(Lie::Inactive, &[("oauth2", "RFC7662-2.2-3")]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_that_is_refused_is_told_from_a_proof_that_is() {
    let verdict = |lie| verdict(lie, "proof-for-url-with-query");
    assert_eq!(verdict(Lie::Nothing).await, ("passed", None, false));
    assert_eq!(verdict(Lie::QueryInHtu).await, ("failed", Some("RFC9449-4.3-9"), true));
    assert_eq!(verdict(Lie::UnknownParameter).await, ("skipped", None, true));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_challenge_without_a_method_is_plain() {
    let verdict = |lie| verdict(lie, "push-without-challenge-method");
    assert_eq!(verdict(Lie::AbsentMethodIsS256).await, ("failed", Some("RFC7636-4.3-1"), true));
    assert_eq!(verdict(Lie::AbsentMethodIsPlain).await, ("failed", Some("FAPI2-SP-5.3.2.2-5"), true));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_state_with_a_line_break_does_harm_only_as_a_header() {
    let verdict = |lie| verdict(lie, "push-state-with-control-characters");
    for lie in [Lie::Nothing, Lie::StateWithoutLineBreaks, Lie::StateInCookie] {
        assert_eq!(verdict(lie).await, ("warning", Some("RFC6749-A.5-1"), true), "{lie:?}");
    }
    assert_eq!(verdict(Lie::StateAsHeader).await, ("failed", Some("RFC6749-10.14-1"), true));
    assert_eq!(verdict(Lie::ResponseState).await, ("failed", Some("RFC6749-4.1.2-5"), true));
}

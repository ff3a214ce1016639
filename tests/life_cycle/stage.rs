//! The library with its clients and browsers: sends the requests and reads the replies.

use super::request::Reply;
use super::request::*;
use super::wallet::{Seen, Wallet};
use crate::support::client::BEARER;
use crate::support::keys::{Key, sha256};
use crate::support::{World, get, member, post, redirected, settings};
use data_encoding::{BASE64, HEXLOWER};
use fapi::jose::{Json, Object, base64url};
use fapi::policy::{AuthenticationMethod as Method, FAPI2_SECURITY, OAUTH};
use fapi::primitives::{aws_lc, sha256 as digest};
use fapi::scope::Scope;
use fapi::*;
use rcgen::{CertificateParams, KeyPair, PublicKeyData};
use rustls_pki_types::CertificateDer;
use std::cell::RefCell;
use std::sync::OnceLock;

const API: &str = "https://api.example";
const SCOPES: [&str; 3] = ["accounts", "payments", "openid"];

pub struct Stage {
    pub world: World,
    pub wallet: RefCell<Wallet>,
}

fn names(scope: u8) -> Scope {
    let names: Vec<_> = (0..3).filter(|bit| scope & 1 << bit != 0).map(|bit| SCOPES[bit]).collect();
    Scope::parse(&names.join(" ")).unwrap_or_default()
}

pub fn bits(scope: &Scope) -> u8 {
    (0..3).filter(|bit| scope.contains(SCOPES[*bit])).map(|bit| 1u8 << bit).sum()
}

fn client_id(client: usize) -> String {
    format!("client-{client}")
}

fn user(subject: &str) -> Option<usize> {
    subject.strip_prefix("user-").map(|number| number.parse().unwrap())
}

fn callback(client: usize) -> String {
    format!("https://client-{client}.example/cb")
}

/// Returns the client at whose redirect URI the response is delivered.
fn deliver_to(response: &Response) -> Option<usize> {
    let location = response.headers().get("location")?.to_str().unwrap();
    let found = (0..CLIENTS).find(|client| location.starts_with(&format!("{}?", callback(*client))));
    Some(found.unwrap_or_else(|| panic!("a foreign address: {location}")))
}

fn verifier(id: Id) -> String {
    HEXLOWER.encode(&digest(aws_lc(), format!("verifier {id}").as_bytes()))
}

fn keys() -> &'static [Key; KEYS] {
    static KEYS_: OnceLock<[Key; KEYS]> = OnceLock::new();
    KEYS_.get_or_init(|| [100, 101, 102, 103, 104].map(|seed| Key::es256("dpop", seed)))
}

fn certificate() -> &'static (Object, Vec<u8>) {
    static CERTIFICATE: OnceLock<(Object, Vec<u8>)> = OnceLock::new();
    CERTIFICATE.get_or_init(|| {
        let key = KeyPair::generate().unwrap();
        let der = CertificateParams::default().self_signed(&key).unwrap().der().to_vec();
        let point = key.der_bytes();
        let jwk = Object::default().with("kty", "EC").with("crv", "P-256").with("x5c", vec![BASE64.encode(&der)]);
        let jwk = jwk.with("x", base64url::encode(&point[1..33])).with("y", base64url::encode(&point[33..]));
        (Object::default().with("keys", vec![jwk]), der)
    })
}

fn signer(client: usize) -> Key {
    Key::es256("k1", 10 + client as u8)
}

fn registration(client: usize) -> Registration {
    let method = [Method::PrivateKeyJwt, Method::PrivateKeyJwt, Method::SelfSignedTlsClientAuth, Method::None][client];
    let (mut metadata, mut terms) = (ClientMetadata::new(client_id(client), method), ClientTerms::default());
    // Every client registers the redirect URIs of all clients: only the requested one shows to which client a response belongs.
    metadata.redirect_uris = (0..CLIENTS).map(|client| callback(client).into()).collect();
    metadata.grant_types.push("refresh_token".into());
    if client != PHONE {
        metadata.grant_types.push("client_credentials".into());
        terms.profiles = vec![FAPI2_SECURITY.id()];
        let jwks = if client == MUTUAL { certificate().0.clone() } else { signer(client).jwks() };
        metadata.jwks = Some(Json::Object(jwks));
    }
    if client == MUTUAL {
        terms.introspects = vec![API.into()];
    }
    Registration::of(metadata).terms(terms)
}

impl Stage {
    pub fn new(opaque: bool, nonces: bool, window: u32) -> Self {
        let mut settings = settings(OAUTH.policy());
        settings.claims = vec![];
        settings.lifetimes.refresh_retry_window = window;
        if opaque {
            settings.apis[0].dialect = Dialect::Opaque;
        }
        let stage = Self { world: World::with(settings), wallet: RefCell::default() };
        for client in 0..CLIENTS {
            stage.world.registered(registration(client), None);
        }
        if nonces {
            stage.world.nonces.replace(Some(DpopNonces { current: "0".into(), accepted: vec![] }));
        }
        stage
    }

    /// Moves to the next nonce. The previous one is still accepted.
    pub fn change_nonce(&self) {
        if let Some(nonces) = &mut *self.world.nonces.borrow_mut() {
            let next = nonces.current.parse::<u32>().unwrap() + 1;
            nonces.accepted = vec![std::mem::replace(&mut nonces.current, next.to_string())];
        }
    }

    fn context(&self, id: Id) -> Context {
        let entropy = digest(aws_lc(), format!("entropy {id}").as_bytes());
        let context = Context::new(Timestamp::from_seconds(self.world.now.get()), Entropy::new(entropy));
        match &*self.world.nonces.borrow() {
            Some(nonces) => context.dpop_nonces(nonces.clone()),
            None => context,
        }
    }

    /// Returns the credentials that a caller sends in the form.
    fn credentials(&self, id: Id, caller: &Caller) -> Vec<(&'static str, String)> {
        self.wallet.borrow_mut().name(id, caller);
        let (name, by) = match *caller {
            Caller::Own(client) => (client, client),
            Caller::Forged { name, by } => (name, by),
            Caller::Replayed(before) => return asserted(self.wallet.borrow().assertions[&before].clone()),
        };
        if !asserts(by) {
            return vec![("client_id", client_id(name))];
        }
        let (now, key) = (self.world.now.get(), signer(by));
        let claims = Object::default().with("iss", client_id(name)).with("sub", client_id(name));
        let claims = claims.with("aud", crate::support::ISSUER).with("jti", format!("a{id}")).with("iat", now);
        let header = Object::default().with("alg", "ES256").with("kid", key.kid());
        let assertion = key.jws(&header, &claims.with("exp", now + 60));
        self.wallet.borrow_mut().assertions.insert(id, assertion.clone());
        asserted(assertion)
    }

    fn proof(&self, id: Id, proof: &Proof) -> Option<String> {
        let (key, place, token) = match *proof {
            Proof::None => return None,
            Proof::Replayed(before) => return Some(self.wallet.borrow().proofs[&before].clone()),
            Proof::Fresh { key, place, token } => (&keys()[key], place, token),
        };
        let (method, target) = match place {
            Place::Push => ("POST", "https://as.example/par"),
            Place::Token => ("POST", "https://as.example/token"),
            Place::Resource => ("GET", API),
        };
        let claims = Object::default().with("jti", format!("p{id}")).with("htm", method).with("htu", target);
        let mut claims = claims.with("iat", self.world.now.get());
        if let Some(token) = token {
            claims = claims.with("ath", sha256(self.wallet.borrow().tokens[&token].token.as_bytes()));
        }
        if let Some(nonces) = &*self.world.nonces.borrow() {
            claims = claims.with("nonce", nonces.current.as_str());
        }
        let header = Object::default().with("typ", "dpop+jwt").with("alg", "ES256").with("jwk", key.jwk());
        let proof = key.jws(&header, &claims);
        self.wallet.borrow_mut().proofs.insert(id, proof.clone());
        Some(proof)
    }

    /// Sends a request, records everything that the reply contains, and returns the relevant part of it.
    pub fn send(&self, host: &impl Host, id: Id, request: &Request) -> Reply {
        let server = &self.world.server;
        let wire = |caller: &Caller, proof: &Proof, parameters: &[(&str, &str)]| {
            let credentials = self.credentials(id, caller);
            let mut all: Vec<_> = credentials.iter().map(|(name, value)| (*name, &**value)).collect();
            all.extend(parameters);
            crate::support::client::with_proof(post(&all), self.proof(id, proof).as_deref())
        };
        let back = |caller: &Caller, request: http::Request<bytes::Bytes>, begin: &dyn Fn(Inbound<'_>, Context) -> Step| {
            let chain = [CertificateDer::from(certificate().1.as_slice())];
            let chain = if caller.certificate().is_some() { &chain[..] } else { &[] };
            let inbound = Inbound::new(&request).certificates(ClientCertificates::Unverified { chain });
            fapi::drive(host, begin(inbound, self.context(id)))
        };
        let par = |inbound: Inbound<'_>, context| server.pushed_authorization_request(inbound, context);
        let token = |inbound: Inbound<'_>, context| server.token_request(inbound, context);
        match request {
            Request::Withheld { caller, proof } => {
                wire(caller, proof, &[]);
                Reply::Withheld
            }
            Request::Push { caller, proof, scope } => {
                let name = match *caller {
                    Caller::Own(client) | Caller::Forged { name: client, .. } => client,
                    Caller::Replayed(before) => self.wallet.borrow().named(before),
                };
                // The credentials name the client.
                let parameters = asking(id, name, *scope).split_off(1);
                let outcome = back(caller, wire(caller, proof, &pairs(&parameters)), &par);
                self.spent(id, caller, proof, &outcome);
                self.answered(outcome, |reply| {
                    let uri = member(reply, "request_uri");
                    self.wallet.borrow_mut().pushed(id, uri, name);
                    Reply::Pushed
                })
            }
            Request::Present { visit, client, pushed } => {
                let uri = self.wallet.borrow().pushed[pushed].handle.clone();
                let request = get(&[("client_id", &client_id(*client)), ("request_uri", &uri)]);
                let begin = |inbound: Inbound<'_>| server.authorization_request(inbound, self.context(id));
                self.visit(host, (id, id, *pushed), visit, &request, begin)
            }
            Request::Direct { visit, client, scope } => {
                let parameters = asking(id, *client, *scope);
                let begin = |inbound: Inbound<'_>| server.authorization_request(inbound, self.context(id));
                self.visit(host, (id, id, id), visit, &get(&pairs(&parameters)), begin)
            }
            Request::Answer { visit, page, say } => {
                let (handle, origin) = {
                    let wallet = self.wallet.borrow();
                    (wallet.pages[page].handle.clone(), wallet.pages[page].origin)
                };
                let verdict = match say {
                    Say::LogIn(user) => UserDecision::LoggedIn(Authentication::of(format!("user-{user}"))),
                    Say::Consent { scope, remember } => UserDecision::consented(names(*scope), *remember),
                    Say::Deny => UserDecision::Denied,
                };
                let at = InteractionId::new(handle);
                let begin = |inbound: Inbound<'_>| server.answer(inbound, &at, verdict.clone(), self.context(id));
                self.visit(host, (id, *page, origin), visit, &post(&[]), begin)
            }
            Request::Redeem { caller, proof, code, verifier: fitting, redirect } => {
                let handle = self.wallet.borrow().codes[code].handle.clone();
                let (fitting, redirect) = (verifier(*fitting), callback(*redirect));
                let parameters = [("grant_type", "authorization_code"), ("code", &*handle), ("redirect_uri", &*redirect)];
                let parameters = [&parameters[..], &[("code_verifier", &*fitting)]].concat();
                let outcome = back(caller, wire(caller, proof, &parameters), &token);
                if outcome.reply.status() == 200 {
                    self.wallet.borrow_mut().redeemed_once(*code);
                }
                self.tokens(id, caller, proof, outcome)
            }
            Request::Refresh { caller, proof, refresh, scope } => {
                let handle = self.wallet.borrow().refreshes[refresh].token.clone();
                let scope = scope.map(|scope| names(scope).to_string());
                let mut parameters = vec![("grant_type", "refresh_token"), ("refresh_token", &*handle)];
                parameters.extend(scope.as_deref().map(|scope| ("scope", scope)));
                self.tokens(id, caller, proof, back(caller, wire(caller, proof, &parameters), &token))
            }
            Request::Itself { caller, proof, scope } => {
                let scope = names(*scope).to_string();
                let parameters = [("grant_type", "client_credentials"), ("scope", &*scope)];
                self.tokens(id, caller, proof, back(caller, wire(caller, proof, &parameters), &token))
            }
            Request::Call(call) => self.call(host, id, call),
            Request::Introspect { caller, token, refresh } => {
                let handle = self.wallet.borrow().handle(*token, *refresh);
                let introspect = |inbound: Inbound<'_>, context| server.introspection_request(inbound, context);
                let outcome = back(caller, wire(caller, &Proof::None, &[("token", &handle)]), &introspect);
                self.spent(id, caller, &Proof::None, &outcome);
                self.answered(outcome, introspected)
            }
            Request::Revoke { caller, token, refresh } => {
                let handle = self.wallet.borrow().handle(*token, *refresh);
                let revoke = |inbound: Inbound<'_>, context| server.revocation_request(inbound, context);
                let outcome = back(caller, wire(caller, &Proof::None, &[("token", &handle)]), &revoke);
                self.spent(id, caller, &Proof::None, &outcome);
                self.answered(outcome, |_| Reply::Done)
            }
            Request::RevokeSubject { user } => {
                let outcome = fapi::drive(host, server.revoke_subject(&format!("user-{user}"), self.context(id)));
                match outcome.reply {
                    SubjectRevoked::Revoked => Reply::Done,
                    SubjectRevoked::Failed(_) => Reply::Unavailable,
                }
            }
            Request::Withdraw { user, client } => {
                let step = server.withdraw(&format!("user-{user}"), &client_id(*client), self.context(id));
                administered(fapi::drive(host, step), |_| Reply::Done)
            }
            Request::RevokeGrant { token } => {
                let grant = self.wallet.borrow().grants[token].clone();
                administered(fapi::drive(host, server.revoke_grant(&grant, self.context(id))), Reply::Ended)
            }
            Request::EndSessions { user } => {
                let step = server.end_sessions(&format!("user-{user}"), None, self.context(id));
                administered(fapi::drive(host, step), |_| Reply::Done)
            }
            Request::Remove { client } => {
                let step = server.remove_clients(vec![client_id(*client)], self.context(id));
                let reply = administered(fapi::drive(host, step), |number| Reply::Ended(number == 1));
                if reply == Reply::Ended(true) {
                    self.wallet.borrow_mut().removed.insert(*client);
                }
                reply
            }
            Request::Register { client } => {
                let outcome = fapi::drive(host, server.register(vec![registration(*client)], self.context(id)));
                if let Registered::Refused(response) = &outcome.reply {
                    return refused(response, &outcome.event, None);
                }
                self.wallet.borrow_mut().removed.remove(client);
                Reply::Done
            }
        }
    }

    fn visit(
        &self,
        host: &impl Host,
        (id, page, origin): (Id, Id, Id),
        visit: &Visit,
        request: &http::Request<bytes::Bytes>,
        begin: impl Fn(Inbound<'_>) -> Step<Navigation>,
    ) -> Reply {
        let browser = BrowserHandle::new(sha256(format!("browser {}", visit.browser).as_bytes()));
        let session = visit.session.map(|session| SessionHandle::new(self.wallet.borrow().sessions[&session].clone()));
        let outcome = fapi::drive(host, begin(Inbound::new(request).browser(Some(&browser)).session(session.as_ref())));
        let mut wallet = self.wallet.borrow_mut();
        let began = match &outcome.session {
            SessionChange::Start { session, .. } => {
                wallet.logged_in(id, visit.browser, session.as_str());
                true
            }
            _ => false,
        };
        let reply = match outcome.reply {
            Navigation::Interact(prompt) => {
                let client = (0..CLIENTS).find(|client| client_id(*client) == prompt.client_id).unwrap();
                assert_eq!(prompt.redirect_uri, Some(callback(client)));
                let to_log_in = prompt.kind == PromptKind::Login;
                wallet.shown(page, prompt.id.as_str(), (visit.browser, origin), to_log_in);
                let user = prompt.subject.as_deref().and_then(user);
                Reply::Asked { to_log_in, client, user, scope: bits(&prompt.permissions.scope) }
            }
            Navigation::Respond(response) => match deliver_to(&response) {
                Some(client) if redirected(&response, "code").is_some() => {
                    wallet.coded(id, redirected(&response, "code").unwrap(), client, origin);
                    Reply::Code { client }
                }
                at => refused(&response, &outcome.event, at),
            },
            Navigation::Inform(page) => refused(&page.response(), &outcome.event, None),
        };
        if began { Reply::LoggedIn(Box::new(reply)) } else { reply }
    }

    fn call(&self, host: &impl Host, id: Id, call: &Call) -> Reply {
        let token = self.wallet.borrow().tokens[&call.token].token.clone();
        let scheme = if call.dpop { "DPoP" } else { "Bearer" };
        let request = http::Request::get("/").header("authorization", format!("{scheme} {token}"));
        let request = request.body(bytes::Bytes::new()).unwrap();
        let request = crate::support::client::with_proof(request, self.proof(id, &call.proof).as_deref());
        let chain = [CertificateDer::from(certificate().1.as_slice())];
        let chain = if call.certificate { &chain[..] } else { &[] };
        let inbound = Inbound::new(&request).at(EndpointAddress::Resource(API));
        let inbound = inbound.certificates(ClientCertificates::Unverified { chain });
        let needed = if call.needed == 0 { RequiredAccess::token() } else { RequiredAccess::scope(names(call.needed)) };
        let outcome = fapi::drive(
            host,
            self.world.server.resource_server("https://api.example").expect("an API").protect(inbound, needed, self.context(id)),
        );
        match outcome.reply {
            Access::Allowed(authorized) => {
                if call.dpop {
                    self.wallet.borrow_mut().proven_once(call.proof.sent(id).unwrap());
                }
                let client = (0..CLIENTS).find(|client| client_id(*client) == authorized.client_id).unwrap();
                let user = authorized.subject.as_deref().and_then(user);
                Reply::Allowed { client, user, scope: bits(&authorized.scope) }
            }
            Access::Denied(response) => refused(&response, &outcome.event, None),
        }
    }

    fn tokens(&self, id: Id, caller: &Caller, proof: &Proof, outcome: Outcome) -> Reply {
        self.spent(id, caller, proof, &outcome);
        let grant = outcome.event.issued.as_ref().and_then(|issued| issued.grant.clone());
        self.answered(outcome, |reply| {
            let body: serde_json::Value = serde_json::from_slice(reply.body()).unwrap();
            let text = |name: &str| body[name].as_str().map(str::to_owned);
            let client = caller_of(&self.wallet.borrow(), caller);
            let given = |token: String| Seen { token, client };
            let mut wallet = self.wallet.borrow_mut();
            wallet.tokens.insert(id, given(text("access_token").unwrap()));
            wallet.grants.insert(id, grant.clone().unwrap());
            let refresh = text("refresh_token");
            wallet.refreshes.extend(refresh.clone().map(|refresh| (id, given(refresh))));
            let id_token_of = text("id_token").map(|id_token| {
                let claims = base64url::decode(id_token.split('.').nth(1).unwrap()).unwrap();
                let claims: serde_json::Value = serde_json::from_slice(&claims).unwrap();
                assert_eq!(claims["aud"], client_id(client));
                user(claims["sub"].as_str().unwrap()).unwrap()
            });
            let scope = bits(&Scope::parse(&text("scope").unwrap()).unwrap());
            Reply::Tokens { dpop: text("token_type").unwrap() == "DPoP", scope, refresh: refresh.is_some(), id_token_of }
        })
    }

    fn answered(&self, outcome: Outcome, read: impl FnOnce(&Response) -> Reply) -> Reply {
        if outcome.reply.status().is_success() { read(&outcome.reply) } else { refused(&outcome.reply, &outcome.event, None) }
    }

    /// Checks that an assertion or a proof is accepted for the first time.
    fn spent(&self, id: Id, caller: &Caller, proof: &Proof, outcome: &Outcome) {
        let mut wallet = self.wallet.borrow_mut();
        let told = !matches!(outcome.event.disposition, Disposition::Unavailable);
        if let Some(assertion) = caller.assertion(id).filter(|_| told && outcome.event.client.is_some()) {
            wallet.authenticated_once(assertion);
        }
        if let Some(proof) = proof.sent(id).filter(|_| outcome.reply.status().is_success()) {
            wallet.proven_once(proof);
        }
    }
}

fn administered<T>(outcome: Outcome<Administered<T>>, read: impl FnOnce(T) -> Reply) -> Reply {
    match outcome.reply {
        Administered::Done(value) => read(value),
        Administered::Failed(response) => refused(&response, &outcome.event, None),
    }
}

fn caller_of(wallet: &Wallet, caller: &Caller) -> usize {
    match *caller {
        Caller::Own(client) | Caller::Forged { name: client, .. } => client,
        Caller::Replayed(before) => wallet.named(before),
    }
}

fn refused(response: &Response, event: &Event, at: Option<usize>) -> Reply {
    match &event.disposition {
        Disposition::Unavailable => Reply::Unavailable,
        Disposition::Refused { requirements, .. } if !requirements.is_empty() => Reply::Refused { at },
        ending => panic!("{} {ending:?}", response.status()),
    }
}

fn introspected(reply: &Response) -> Reply {
    let body: serde_json::Value = serde_json::from_slice(reply.body()).unwrap();
    if body["active"] == false {
        assert_eq!(body.as_object().unwrap().len(), 1, "an inactive token must not be described");
        return Reply::Inactive;
    }
    let client = (0..CLIENTS).find(|client| client_id(*client) == body["client_id"]).unwrap();
    let key = |jkt: &serde_json::Value| keys().iter().position(|key| key.thumbprint() == *jkt).unwrap();
    let bound = match (&body["cnf"]["jkt"], &body["cnf"]["x5t#S256"]) {
        (serde_json::Value::Null, serde_json::Value::Null) => Bound::Nobody,
        (serde_json::Value::Null, thumbprint) => {
            assert_eq!(*thumbprint, sha256(&certificate().1));
            Bound::Certificate
        }
        (jkt, _) => Bound::Key(key(jkt)),
    };
    let scope = bits(&Scope::parse(body["scope"].as_str().unwrap()).unwrap());
    Reply::Active { client, user: user(body["sub"].as_str().unwrap()), scope, bound }
}

fn asserted(assertion: String) -> Vec<(&'static str, String)> {
    vec![("client_assertion_type", BEARER.into()), ("client_assertion", assertion)]
}

fn asking(id: Id, client: usize, scope: u8) -> Vec<(&'static str, String)> {
    vec![
        ("client_id", client_id(client)),
        ("response_type", "code".into()),
        ("redirect_uri", callback(client)),
        ("scope", names(scope).to_string()),
        ("code_challenge", sha256(verifier(id).as_bytes())),
        ("code_challenge_method", "S256".into()),
    ]
}

fn pairs<'p>(parameters: &'p [(&'static str, String)]) -> Vec<(&'static str, &'p str)> {
    parameters.iter().map(|(name, value)| (*name, &**value)).collect()
}

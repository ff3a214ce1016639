//! The actions: requests of the clients, decisions of the user, and changes by the operator.

use super::World;
use super::servers::{self, ALIAS};
use super::wallet::{self, BEARER, CALLBACK, CALLERS, CERTIFICATE, ISSUER, OWN_CERTIFICATE, Sender};
use bytes::Bytes;
use fapi::jose::{Algorithm, Json};
use fapi::policy::{AuthenticationMethod as Method, FAPI2_SECURITY, OPENID};
use fapi::scope::Scope;
use fapi::*;
use http::HeaderValue;
use rustls_pki_types::CertificateDer;

const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// A request of a client as it arrives.
struct Sent {
    request: http::Request<Bytes>,
    certificate: Shown,
    sender: Sender,
}

/// The certificate of the connection.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shown {
    Nothing,
    /// A certificate that a proxy has validated.
    Vouched,
    /// A certificate that was not validated.
    Own,
}

impl World<'_> {
    pub(super) fn act(&mut self, action: u8) {
        match action % 18 {
            0 => {
                let sent = self.post(
                    "par",
                    &[
                        ("response_type", "code"),
                        ("redirect_uri", CALLBACK),
                        ("scope", "openid read offline_access"),
                        ("code_challenge", CHALLENGE),
                        ("code_challenge_method", "S256"),
                    ],
                );
                let reply = self.send(&sent, AuthorizationServer::pushed_authorization_request);
                self.keep(&reply, sent.sender);
            }
            1 => {
                let (client, request_uri) = (self.client, self.request_uri.clone());
                let form = self.input.form(&[("client_id", client), ("request_uri", &request_uri)]);
                self.present(&form);
            }
            2 => {
                let direct = [("response_type", "code"), ("redirect_uri", CALLBACK), ("scope", "read"), ("prompt", "none")];
                let client = [("client_id", self.client), ("code_challenge", CHALLENGE)];
                let form = self.input.form(&[&client, &direct[..]].concat());
                self.present(&form);
            }
            3 => self.answer(&UserDecision::LoggedIn(Authentication::of("alice"))),
            4 => self.answer(&UserDecision::consented(Scope::parse("openid read offline_access").expect("a scope"), true)),
            5 => self.answer(&UserDecision::Denied),
            6 => {
                let code = self.code.clone();
                let grant = [("grant_type", "authorization_code"), ("redirect_uri", CALLBACK), ("code_verifier", VERIFIER)];
                self.token(&[&grant[..], &[("code", &*code)]].concat());
            }
            7 => {
                let last = self.input.byte() % 16 == 15;
                let refresh_token = if last { &self.last_refresh_token } else { &self.refresh_token }.clone();
                self.token(&[("grant_type", "refresh_token"), ("refresh_token", &refresh_token)]);
            }
            8 => self.token(&[("grant_type", "client_credentials"), ("scope", "read")]),
            9 => {
                let token = if self.input.first() { &self.access_token } else { &self.refresh_token }.clone();
                let sent = self.post("introspect", &[("token", &token)]);
                if self.input.first() {
                    self.send(&sent, AuthorizationServer::introspection_request);
                } else {
                    self.send(&sent, AuthorizationServer::revocation_request);
                }
            }
            10 => self.resource(),
            11 => self.host.now += i64::from(self.input.byte()) * 10,
            12 => {
                let choice = self.input.byte();
                self.server = servers::chosen(choice).server.clone();
                self.nonces = (choice & 8 != 0).then(|| DpopNonces { current: "nonce-0".into(), accepted: vec![] });
            }
            13 => {
                let nonces = self.nonces.take();
                self.nonces = nonces.map(|nonces| DpopNonces {
                    current: format!("nonce-{}", self.exchange),
                    accepted: if self.input.first() { vec![nonces.current] } else { vec![] },
                });
            }
            14 => self.register(),
            15 => {
                let subject = if self.input.first() { "alice" } else { "bob" };
                self.exchange(|server, context| server.revoke_subject(subject, context));
            }
            16 => self.reload(),
            _ => {
                // The client changes its key, and either publishes the new one or does not.
                let choice = self.input.byte();
                let key = &mut self.wallet.keys[usize::from(choice & 7) ^ 4];
                *key = *key % 12 + 1;
                if choice & 8 == 0 {
                    self.host.published = *key;
                }
            }
        }
    }

    /// Builds a request of a client. A choice may replace its usual proof or certificate.
    fn post(&mut self, endpoint: &str, parameters: &[(&str, &str)]) -> Sent {
        let choice = self.input.byte();
        let at = usize::from(choice & 7);
        let caller = &CALLERS[at];
        let sender = match choice >> 3 & 3 {
            0 => caller.sender,
            1 => Sender::Nothing,
            2 => Sender::Proof,
            _ => Sender::Certificate,
        };
        if endpoint == "par" {
            self.client = caller.id;
        }
        let now = self.host.now;
        let mut given = vec![];
        match caller.method {
            Method::ClientSecretPost => given.push(("client_secret", wallet::SECRET.to_owned())),
            Method::PrivateKeyJwt | Method::ClientSecretJwt => {
                let assertion = self.wallet.assertion(at, now, &mut self.input);
                given.extend([("client_assertion_type", BEARER.to_owned()), ("client_assertion", assertion)]);
            }
            _ => {}
        }
        let certificate = match (caller.method, sender) {
            (Method::TlsClientAuth, _) => Shown::Vouched,
            (Method::SelfSignedTlsClientAuth, _) | (_, Sender::Certificate) => Shown::Own,
            _ => Shown::Nothing,
        };
        // A choice is read only where it is needed, so that saved inputs keep their meaning.
        let certificate = match certificate {
            Shown::Nothing => Shown::Nothing,
            usual => match self.input.byte() {
                253 => Shown::Nothing,
                254 => Shown::Vouched,
                255 => Shown::Own,
                _ => usual,
            },
        };
        let base = if certificate == Shown::Nothing { ISSUER } else { ALIAS };
        let proofs = match sender {
            // This endpoint ignores proofs.
            _ if endpoint == "introspect" => vec![],
            Sender::Proof => self.wallet.proof("POST", &format!("{base}/{endpoint}"), None, now, &mut self.input),
            _ => vec![],
        };
        let given: Vec<_> = given.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let form = self.input.form(&[&[("client_id", caller.id)], &given[..], parameters].concat());
        // The forged value may have been left out of the form.
        self.wallet.forged &= !self.input.spoilt;
        let request = http::Request::post("/").header("content-type", "application/x-www-form-urlencoded");
        let request = with_fields(request, "dpop", &proofs).body(form.into()).expect("a request");
        Sent { request, certificate, sender }
    }

    fn send<R: Reply + std::fmt::Debug>(
        &mut self,
        sent: &Sent,
        endpoint: impl Fn(&std::sync::Arc<AuthorizationServer>, Inbound<'_>, Context) -> Step<R>,
    ) -> R {
        let certificates = sent.certificate.to_vec();
        self.exchange(|server, context| {
            let inbound = sent.certificate.inbound(&sent.request, &certificates);
            let alias = sent.certificate != Shown::Nothing;
            endpoint(server, if alias { inbound.at(EndpointAddress::MtlsAlias) } else { inbound }, context)
        })
    }

    fn token(&mut self, parameters: &[(&str, &str)]) {
        let sent = self.post("token", parameters);
        let reply = self.send(&sent, AuthorizationServer::token_request);
        self.keep(&reply, sent.sender);
    }

    fn present(&mut self, form: &str) {
        let Ok(request) = http::Request::get(format!("/authorize?{form}")).body(Bytes::new()) else { return };
        let session = self.session.clone();
        let inbound = Inbound::new(&request).session(session.as_ref());
        let shown = self.exchange(|server, context| server.authorization_request(inbound, context));
        self.shown(shown);
    }

    fn answer(&mut self, verdict: &UserDecision) {
        let Some(page) = self.page.take() else { return };
        let request = http::Request::post("/").body(Bytes::new()).expect("a request");
        let browser = Some(&page.browser).filter(|_| self.input.byte() % 16 != 15);
        let inbound = Inbound::new(&request).browser(browser);
        let shown = self.exchange(|server, context| server.answer(inbound, &page.id, verdict.clone(), context));
        self.shown(shown);
        self.page = self.page.take().or(Some(page));
    }

    fn reload(&mut self) {
        let Some(page) = self.page.clone() else { return };
        let request = http::Request::get("/").body(Bytes::new()).expect("a request");
        let browser = Some(&page.browser).filter(|_| self.input.byte() % 16 != 15);
        let inbound = Inbound::new(&request).browser(browser);
        let shown = self.exchange(|server, context| server.interaction(inbound, &page.id, context));
        self.shown(shown);
    }

    fn resource(&mut self) {
        let (bound, now, userinfo) = (self.bound, self.host.now, self.input.first());
        let target = if userinfo { "https://as.example/userinfo" } else { "https://api.example/" };
        let (scheme, proofs) = match bound {
            Sender::Proof => ("DPoP", self.wallet.proof("GET", target, Some(&self.access_token), now, &mut self.input)),
            _ => ("Bearer", vec![]),
        };
        let certificate = match bound {
            Sender::Certificate => [Shown::Vouched, Shown::Own, Shown::Nothing][usize::from(self.input.byte() % 3)],
            _ => Shown::Nothing,
        };
        let request = http::Request::get("/").header("authorization", format!("{scheme} {}", self.access_token));
        let request = with_fields(request, "dpop", &proofs).body(Bytes::new()).expect("a request");
        let certificates = certificate.to_vec();
        let inbound = certificate.inbound(&request, &certificates);
        if userinfo {
            let reply = self.exchange(|server, context| server.userinfo_request(inbound, context));
            self.keep(&reply, bound);
        } else {
            let needed = || RequiredAccess::scope(Scope::parse("read").expect("a scope"));
            let inbound = inbound.at(EndpointAddress::Resource(target));
            let access = self.exchange(|server, context| {
                server.resource_server("https://api.example").expect("an API").protect(inbound, needed(), context)
            });
            if let Access::Denied(reply) = access {
                self.keep(&reply, bound);
            }
        }
    }

    /// Registers a client for the first time, or again with other metadata.
    fn register(&mut self) {
        let choice = self.input.byte();
        let at = usize::from(choice & 7) ^ 7;
        let caller = &CALLERS[at];
        let mut registration = wallet::registration(caller, self.wallet.keys[at]);
        let (client, terms) = (&mut registration.metadata, &mut registration.terms);
        match self.input.byte() {
            1 => terms.profiles = vec![FAPI2_SECURITY.id()],
            2 => terms.profiles = vec![OPENID.id()],
            3 => client.dpop_bound_access_tokens = true,
            4 => client.tls_client_certificate_bound_access_tokens ^= true,
            5 => client.require_pushed_authorization_requests = true,
            6 => client.redirect_uris = vec!["https://app.example/other".into()],
            7 => client.grant_types = vec!["authorization_code".into()],
            8 => (client.jwks, client.jwks_uri) = (None, Some(wallet::JWKS_URI.into())),
            9 => (client.require_auth_time, client.default_max_age) = (true, Some(30)),
            10 => client.token_endpoint_auth_method = Method::None,
            11 => terms.introspects = vec!["https://api.example".into()],
            12 => client.scope = Some(Scope::parse("read").expect("a scope")),
            13 => client.token_endpoint_auth_signing_alg = Some(Algorithm::Ed25519),
            14 => client.jwks = Some(Json::Object(wallet::jwks(wallet::STRANGERS_KEY))),
            15 => terms.first_party = true,
            _ => {}
        }
        self.exchange(|server, context| server.register(vec![registration.clone()], context));
    }
}

impl Shown {
    fn to_vec(self) -> Vec<CertificateDer<'static>> {
        match self {
            Self::Nothing => vec![],
            Self::Vouched => vec![CertificateDer::from(CERTIFICATE)],
            Self::Own => vec![CertificateDer::from(OWN_CERTIFICATE)],
        }
    }

    fn inbound<'a>(self, request: &'a http::Request<Bytes>, shown: &'a [CertificateDer<'static>]) -> Inbound<'a> {
        let certificates = match (self, shown) {
            (Self::Vouched, [leaf]) => ClientCertificates::VerifiedBy { leaf },
            (Self::Own, chain) => ClientCertificates::Unverified { chain },
            _ => ClientCertificates::None,
        };
        Inbound::new(request).certificates(certificates)
    }
}

fn with_fields(request: http::request::Builder, name: &str, values: &[String]) -> http::request::Builder {
    let values = values.iter().filter_map(|value| HeaderValue::from_str(value).ok());
    values.fold(request, |request, value| request.header(name, value))
}

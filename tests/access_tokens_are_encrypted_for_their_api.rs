//! Access tokens that only their API can read: signed, then encrypted for the key that the API registered.

use crate::support::client::Client;
use crate::support::recipient::{Recipient, parts};
use crate::support::*;
use fapi::jose::{Json, KeyManagement as Alg, Object, base64url};
use fapi::policy::OAUTH;
use fapi::record::Versioned;
use fapi::*;
use serde_json::{Value, json};
use std::sync::Arc;

const API: &str = "https://api.example";

/// The public key of a recipient as SubjectPublicKeyInfo in PEM.
fn pem(recipient: &Recipient) -> String {
    let member = |name: &str| base64url::decode(recipient.bare().get(name).and_then(Json::as_str).unwrap()).unwrap();
    let unsigned = |octets: Vec<u8>| der(2, &[if octets[0] & 0x80 != 0 { vec![0] } else { vec![] }, octets].concat());
    let key = der(0x30, &[unsigned(member("n")), unsigned(member("e"))].concat());
    let algorithm = [0x30, 13, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 13, 1, 1, 1, 5, 0];
    let info = der(0x30, &[&algorithm[..], &der(3, &[&[0][..], &key].concat())].concat());
    format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", data_encoding::BASE64.encode(&info))
}

fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).unwrap().to_be_bytes();
    let header = match content.len() {
        0..=0x7f => vec![tag, length[1]],
        0x80..=0xff => vec![tag, 0x81, length[1]],
        _ => vec![tag, 0x82, length[0], length[1]],
    };
    [header, content.to_vec()].concat()
}

fn encrypted(recipient: &Recipient, alg: Alg, kid: Option<&str>) -> World {
    let mut settings = settings(fapi2());
    let mut key = TokenEncryptionKey::new(alg, pem(recipient));
    key.kid = kid.map(str::to_owned);
    settings.apis[0].token_encryption = Some(TokenEncryption::new(key));
    World::with(settings)
}

fn granted(world: &World, client: &Client) -> String {
    member(&client.redeem(world, &client.code(world, &[])).reply, "access_token")
}

#[test]
fn a_token_is_signed_and_then_encrypted() {
    for alg in TokenEncryption::ALGORITHMS.iter().copied() {
        let recipient = Recipient::new("", alg);
        for kid in [None, Some("payments-1")] {
            let world = encrypted(&recipient, alg, kid);
            let client = Client::registered(&world, "client-1", 10);
            let token = granted(&world, &client);
            let (header, signed) = recipient.open(&token).expect("it is for the API");
            let mut expected = json!({ "alg": alg.name(), "enc": "A256GCM", "cty": "JWT" });
            if let Some(kid) = kid {
                expected["kid"] = json!(kid);
            }
            assert_eq!(header, expected);
            let (header, claims) = parts(&signed);
            assert_eq!((&header["typ"], &claims["aud"], &claims["sub"]), (&json!("at+jwt"), &json!(API), &json!("alice")));
            let visible = String::from_utf8_lossy(&base64url::decode(token.split('.').next().unwrap()).unwrap()).into_owned();
            assert!(!visible.contains("alice") && !visible.contains("client-1"), "nothing is readable: {visible}");
        }
    }
}

#[test]
fn without_the_setting_a_token_is_only_signed() {
    let world = World::fapi2();
    let client = Client::registered(&world, "client-1", 10);
    assert_eq!(parts(&granted(&world, &client)).0["typ"], json!("at+jwt"));
}

#[test]
fn the_server_knows_its_tokens_again() {
    let recipient = Recipient::new("", Alg::RsaOaep256);
    let world = encrypted(&recipient, Alg::RsaOaep256, None);
    let client = Client::registered(&world, "client-1", 10);
    let token = granted(&world, &client);
    let introspected = || {
        let request = client.token_request(&world, &[("token", &token)], None);
        let told = world.drive(world.server.introspection_request(Inbound::new(&request), world.context()));
        serde_json::from_slice::<Value>(told.reply.body()).unwrap()
    };
    assert_eq!(introspected()["cnf"], json!({ "jkt": client.dpop.thumbprint() }));
    assert_eq!(client.userinfo(&world, &token).reply.status(), 200);
    assert!(matches!(client.resource(&world, &token).reply, Access::Allowed(_)));
    let altered = format!("{}AAAA", &token[..token.len() - 4]);
    assert!(matches!(client.resource(&world, &altered).reply, Access::Denied(_)), "another token is unknown");
    let request = client.token_request(&world, &[("token", &token)], None);
    let told = world.drive(world.server.revocation_request(Inbound::new(&request), world.context()));
    assert_eq!(told.reply.status(), 200);
    assert_eq!(introspected(), json!({ "active": false }));
    assert!(matches!(client.resource(&world, &token).reply, Access::Denied(_)));
}

/// The process of a resource server that holds the private key of the API, and nothing of the store.
struct Elsewhere<'a> {
    issuer: &'a World,
    own: World,
}

impl Host for Elsewhere<'_> {
    fn load(&self, load: &Load) -> Result<Vec<Option<Versioned>>, Unavailable> {
        self.own.load(load)
    }

    fn list(&self, list: &List) -> Result<Listed, Unavailable> {
        self.own.list(list)
    }

    fn commit(&self, commit: &Commit) -> Result<Committed, Unavailable> {
        self.own.commit(commit)
    }

    fn use_key(&self, key_use: &KeyUse) -> Result<Vec<u8>, Unavailable> {
        self.own.use_key(key_use)
    }

    fn fetch(&self, _: &DocumentRequest) -> Result<FetchedDocument, Unavailable> {
        let now = Timestamp::from_seconds(self.issuer.now.get());
        Ok(FetchedDocument::new(self.issuer.server.jwks(now).to_string(), now))
    }
}

impl Elsewhere<'_> {
    fn admits(&self, resource: &Arc<ResourceServer>, client: &Client, token: &str) -> u16 {
        let request = client.resource_request(self.issuer, token, API);
        let step = resource.protect(Inbound::new(&request), RequiredAccess::token(), self.issuer.context());
        match fapi::drive(self, step).reply {
            Access::Allowed(authorized) => {
                assert_eq!(authorized.client_id, "client-1");
                200
            }
            Access::Denied(response) => response.status().as_u16(),
        }
    }
}

#[test]
fn a_resource_server_alone_decrypts_and_then_verifies() {
    let recipient = Recipient::new("payments-1", Alg::RsaOaep256);
    let world = encrypted(&recipient, Alg::RsaOaep256, Some("payments-1"));
    let client = Client::registered(&world, "client-1", 10);
    let token = granted(&world, &client);
    let key = ServerDecryptionKey::new(recipient.public());
    let alone = |keys: Vec<ServerDecryptionKey>| {
        let mut settings = ResourceSettings::new(ISSUER, API, fapi2());
        settings.jwks_uri = Some("https://as.example/jwks".into());
        settings.decryption_keys = keys;
        ResourceServer::standalone(settings).expect("settings")
    };
    let elsewhere = Elsewhere { issuer: &world, own: World::new(OAUTH.policy()) };
    let public = recipient.public();
    elsewhere.own.decryption.borrow_mut().push(recipient);
    assert_eq!(elsewhere.admits(&alone(vec![key.clone()]), &client, &token), 200);
    assert_eq!(elsewhere.admits(&alone(vec![]), &client, &token), 401, "without the key it is no JWT");
    let altered = format!("{}AAAA", &token[..token.len() - 4]);
    assert_eq!(elsewhere.admits(&alone(vec![key.clone()]), &client, &altered), 401);
    let other = Recipient::new("payments-2", Alg::RsaOaep256);
    assert_eq!(elsewhere.admits(&alone(vec![ServerDecryptionKey::new(other.public())]), &client, &token), 401);
    // Anybody can encrypt for the API: what is inside must be signed by the issuer.
    let header = r#"{"alg":"RSA-OAEP-256","enc":"A256GCM","cty":"JWT","kid":"payments-1"}"#;
    let forge = |inner: String| {
        let sent = KeyUse::Encrypt { recipient: public.clone(), header: header.into(), input: inner.into_bytes() };
        String::from_utf8(world.use_key(&sent).unwrap()).unwrap()
    };
    let claims = Object::new().with("iss", ISSUER).with("aud", API).with("sub", "alice").with("client_id", "client-1");
    let header = Object::new().with("alg", "ES256").with("typ", "at+jwt").with("kid", "as-1");
    assert_eq!(elsewhere.admits(&alone(vec![key.clone()]), &client, &forge(client.key.jws(&header, &claims))), 401);
    assert_eq!(elsewhere.admits(&alone(vec![key.clone()]), &client, &forge("no JWT".into())), 401);
    let (_, signed) = elsewhere.own.decryption.borrow()[0].open(&token).unwrap();
    let again = forge(signed);
    assert_eq!(elsewhere.admits(&alone(vec![key]), &client, &again), 200, "the control: the issuer's own token, encrypted again");
}

fn mistakes(change: impl FnOnce(&mut Settings)) -> Vec<(String, &'static str)> {
    let mut settings = settings(fapi2());
    change(&mut settings);
    let error = AuthorizationServer::new(settings).unwrap_err();
    error.mistakes.iter().map(|mistake| (mistake.place.clone(), mistake.basis.id)).collect()
}

#[test]
fn keys_that_cannot_be_used_are_mistakes() {
    let recipient = Recipient::new("", Alg::RsaOaep256);
    let with = |key: TokenEncryptionKey| mistakes(|settings| settings.apis[0].token_encryption = Some(TokenEncryption::new(key)));
    let place = |member: &str| format!("apis[0].token_encryption.encryption_key.{member}");
    let right = pem(&recipient);
    for alg in [Alg::RsaOaep, Alg::EcdhEs, Alg::Dir] {
        assert_eq!(with(TokenEncryptionKey::new(alg, &*right)), [(place("alg"), "OCP-JWE-03")]);
    }
    let private = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
    for wrong in ["", "no PEM", private, &format!("{right}{right}"), &right.replace("PUBLIC KEY", "CERTIFICATE")] {
        assert_eq!(with(TokenEncryptionKey::new(Alg::RsaOaep256, wrong)), [(place("pem"), "OCP-JWE-04")], "{wrong}");
    }
    let found = mistakes(|settings| {
        settings.apis[0].dialect = Dialect::Opaque;
        settings.apis[0].token_encryption = Some(TokenEncryption::new(TokenEncryptionKey::new(Alg::RsaOaep256, &*right)));
    });
    assert_eq!(found, [("apis[0].token_encryption".to_owned(), "OCP-JWE-01")]);
    let found = mistakes(|settings| {
        settings.apis[0].token_encryption = Some(TokenEncryption::new(TokenEncryptionKey::new(Alg::RsaOaep256, &*right)));
        let mut second = settings.apis[0].clone();
        second.identifier = "https://other.example".into();
        settings.apis.push(second);
    });
    assert_eq!(found.iter().map(|(_, id)| *id).collect::<Vec<_>>(), ["OCP-JWE-08", "OCP-JWE-08"]);
}

#[test]
fn the_setting_is_data_and_shows_its_key_by_thumbprint() {
    let recipient = Recipient::new("", Alg::RsaOaep256);
    let written = json!({
        "format": "compact-nested-jwe",
        "encryption_key": { "name": "payments", "alg": "RSA-OAEP-384", "kid": "payments-1", "pem": pem(&recipient) },
    });
    let read: TokenEncryption = serde_json::from_value(written.clone()).unwrap();
    assert_eq!(serde_json::to_value(&read).unwrap(), written);
    let shown = format!("{read:?}");
    assert!(shown.contains("payments-1") && !shown.contains("BEGIN"), "{shown}");
    let thumbprint = read.encryption_key.thumbprint_sha256(primitives::aws_lc()).unwrap();
    let jwk = fapi::jose::Jwk::parse(&recipient.bare(), primitives::aws_lc()).unwrap();
    assert_eq!(thumbprint, jwk.thumbprint(primitives::aws_lc()));
    for wrong in [json!("jwe"), json!({ "format": "jwe" }), json!({ "format": "compact-nested-jwe", "encryption_key": [] })] {
        assert!(serde_json::from_value::<TokenEncryption>(wrong.clone()).is_err(), "{wrong}");
    }
}

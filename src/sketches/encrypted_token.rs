//! A token that only its API can read: signed, then encrypted by the host for a key that the API registered.

use super::{Host, context, server};
use crate::delivery::{AuthenticationChallenge, Delivery};
use crate::event::Endpoint;
use crate::exchange::{Decision, Entrance, KeyUse, Operation, Pause, Turn, begin};
use crate::issue::{encrypt, sign};
use crate::jose::{Algorithm, EncryptionKey, Object};
use crate::primitives::aws_lc;
use crate::response::{Response, json};
use crate::server::AuthorizationServer;
use http::StatusCode;
use std::sync::Arc;

struct Encrypts(Arc<AuthorizationServer>);

impl Operation<Response> for Encrypts {
    fn decide(&self, turn: &Turn<'_>) -> Result<Decision<Response>, Pause> {
        let turn = self.0.at(turn);
        let signed = sign(&turn, Algorithm::ES256, "at+jwt", &Object::new().with("sub", "alice"))?;
        let token = encrypt(&turn, &recipient(), "A256GCM", signed)?;
        Ok(Decision::replies(json(StatusCode::OK, &Object::new().with("access_token", token))))
    }
}

fn recipient() -> EncryptionKey {
    let jwk = super::KEY.replace("ES256", "ECDH-ES").replace(r#""kid":"a""#, r#""kid":"payments-1","use":"enc""#);
    EncryptionKey::parse(&Object::parse(jwk.as_bytes()).expect("an object"), aws_lc()).expect("a key")
}

#[test]
fn it_is_signed_before_the_host_encrypts_it() {
    let (server, mut host) = (server(), Host::default());
    let delivery = Delivery::Direct(AuthenticationChallenge::Body);
    let entrance = Entrance::new(Endpoint::Token, delivery, server.settings.primitives);
    let outcome = host.drive(begin(entrance, context(3), || Ok(Encrypts(server))));
    assert_eq!(&outcome.reply.body()[..], br#"{"access_token":"made by the host"}"#);
    let [KeyUse::Sign { input, .. }, KeyUse::Encrypt { recipient, header, input: plain }] = &host.uses[..] else {
        panic!("{:?}", host.uses)
    };
    assert!(plain.starts_with(input), "what is encrypted is the signed token");
    assert_eq!(recipient.kid(), Some("payments-1"));
    assert_eq!(header, r#"{"alg":"ECDH-ES","enc":"A256GCM","cty":"JWT","kid":"payments-1"}"#);
}

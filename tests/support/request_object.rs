//! Request objects of a correct client, every part of which a test can modify, and the requests that carry them.

use super::client::{BEARER, Client};
use super::refusal::{Told, refused};
use super::*;
use fapi::jose::{Json, Object};
use fapi::policy::FAPI2_SIGNED_REQUESTS;

/// FAPI 2.0 with signed requests.
pub fn fapi2_signed() -> Policy {
    fapi2().tighten(&FAPI2_SIGNED_REQUESTS.policy()).unwrap()
}

/// The place of an error at the authorization endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum At {
    /// A page, because nothing in the request object is trusted.
    Page,
    /// The client.
    Client,
}

impl Client {
    pub fn object_header(&self) -> Object {
        Object::default().with("typ", "oauth-authz-req+jwt").with("alg", "ES256").with("kid", self.key.kid())
    }

    pub fn object_claims(&self, world: &World) -> Object {
        let now = world.now.get();
        let own = Object::default().with("iss", &*self.id).with("aud", ISSUER);
        let own = own.with("nbf", now).with("iat", now).with("exp", now + 300);
        self.push_parameters().into_iter().fold(own, |claims, (name, value)| claims.with(name, value))
    }

    /// A request object with these claims changed; `None` removes one.
    pub fn object(&self, world: &World, changes: &[(&str, Option<Json>)]) -> String {
        self.key.jws(&self.object_header(), &changed(self.object_claims(world), changes))
    }

    /// Pushes a request object with these parameters beside it.
    pub fn push_object(&self, world: &World, object: &str, beside: &[(&str, &str)]) -> Outcome {
        let assertion = self.assertion(world);
        let mut parameters = vec![("client_assertion_type", BEARER), ("client_assertion", &assertion), ("request", object)];
        parameters.extend(beside);
        let request = post(&parameters);
        world.drive(world.server.pushed_authorization_request(Inbound::new(&request), world.context()))
    }

    /// Sends a request object to the authorization endpoint with these parameters beside it.
    pub fn present_object(&self, world: &World, object: &str, beside: &[(&str, &str)]) -> Outcome<Navigation> {
        let mut parameters = vec![("client_id", self.id.as_str()), ("request", object)];
        parameters.extend(beside);
        let request = get(&parameters);
        world.drive(world.server.authorization_request(Inbound::new(&request), world.context()))
    }

    /// Checks that both endpoints accept a request object.
    #[track_caller]
    pub fn accepted_at_both(&self, world: &World, object: &str) {
        let pushed = self.push_object(world, object, &[]);
        assert_eq!(pushed.reply.status(), 201, "{:?}", pushed.event);
        prompt(self.present_object(world, object, &[]));
    }

    /// Checks that both endpoints refuse a request object like this, and store nothing but the use of the client assertion.
    #[track_caller]
    pub fn refused_at_both(&self, world: &World, object: &str, at: At, error: &str, requirements: &[&str]) {
        let before = world.holdings();
        let pushed = self.push_object(world, object, &[]);
        refused(&pushed, 400, error, requirements);
        assert_eq!(pushed.reply.told().headers()["content-type"], "application/json");
        assert_eq!(world.written_since(&before), "+use_marker");
        let before = world.holdings();
        let presented = self.present_object(world, object, &[]);
        refused(&presented, if at == At::Page { 400 } else { 303 }, error, requirements);
        let location = presented.reply.told().headers().get("location").cloned();
        assert_eq!(location.is_some(), at == At::Client, "{location:?}");
        assert_eq!(world.written_since(&before), "");
    }
}

/// An object with some members replaced, added or removed.
pub fn changed(mut object: Object, changes: &[(&str, Option<Json>)]) -> Object {
    for (name, value) in changes {
        match value {
            Some(value) => drop(object.insert(*name, value.clone())),
            None => drop(object.remove(name)),
        }
    }
    object
}

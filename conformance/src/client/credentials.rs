//! Credentials of a client: assertions and DPoP proofs.

use serde_json::Value;
use url::Url;

use super::{Client, Place};
use crate::jwt::Jwt;
use crate::keys::{self, SigningKey};

impl Client {
    /// A client assertion that FAPI 2.0 accepts: for the issuer, new, valid for one minute.
    pub fn assertion(&self) -> Jwt {
        let stand_in = SigningKey::es256;
        let key = self.settings().key.clone().unwrap_or_else(stand_in);
        let jwt = Jwt::new(&key, self.now())
            .claim("iss", self.id())
            .claim("sub", self.id())
            .claim("aud", self.target().issuer.as_str())
            .claim("jti", keys::random())
            .issued(0)
            .expires(60);
        match key.kid() {
            Some(kid) => jwt.header("kid", kid),
            None => jwt,
        }
    }

    /// A DPoP proof for one request to this URL.
    pub fn proof(&self, method: &str, url: &Url) -> Jwt {
        let mut address = url.clone();
        address.set_query(None);
        address.set_fragment(None);
        Jwt::new(self.dpop_key(), self.now())
            .header("typ", "dpop+jwt")
            .header("jwk", Value::Object(self.dpop_key().public_jwk()))
            .claim("htm", method)
            .claim("htu", address.as_str())
            .claim("jti", keys::random())
            .issued(0)
    }

    /// A DPoP proof for the authorization server, with the nonce that it provided.
    pub fn proof_now(&self, method: &str, url: &Url) -> Jwt {
        self.proof_for(Place::Server, method, url)
    }

    /// Returns true if the resource server uses nonces.
    pub fn resource_gives_nonces(&self) -> bool {
        self.nonce(Place::Resource).is_some()
    }

    /// Returns true if the authorization server uses nonces.
    pub fn server_gives_nonces(&self) -> bool {
        self.nonce(Place::Server).is_some()
    }

    /// A DPoP proof with the nonce that this server provided.
    pub(super) fn proof_for(&self, place: Place, method: &str, url: &Url) -> Jwt {
        match self.nonce(place) {
            Some(nonce) => self.proof(method, url).claim("nonce", nonce),
            None => self.proof(method, url),
        }
    }
}

//! Request objects: the parameters of an authorization request in a signed JWT, which may be encrypted.

use serde_json::{Map, Value};

use super::Client;
use super::spoil::Spoil;
use crate::finding::{Tried, skip};
use crate::jwe::{ALGORITHMS, CONTENTS, Jwe};
use crate::jwt::Jwt;
use crate::keys::{self, SigningKey};

/// The fields of a request that are never in its request object: those of the client's authentication, and those that carry an object.
const OUTSIDE: &[&str] = &["client_assertion", "client_assertion_type", "client_secret", "request", "request_uri"];

/// Numbers and objects, as opposed to strings, inside a request object (RFC 9101, section 4; OpenID Connect Core 6.1).
const TYPED: &[&str] = &["max_age", "claims", "authorization_details"];

/// The way in which the parameters of a request become a request object.
#[derive(Clone, Default)]
pub(super) struct Object {
    spoil: Option<Spoil>,
    seal: Option<Jwe>,
    text: Option<String>,
    plain: bool,
}

/// The parameters of a request in two parts: those that are sent as they are, and those of its request object.
struct Parts {
    /// The fields beside the request object.
    outside: Vec<(String, String)>,
    /// The claims of the request object.
    inside: Vec<(String, String)>,
}

impl Client {
    /// A request object with these parameters that every profile accepts: for the issuer, new, valid for five minutes. That of the
    /// second client has a `typ` and an `iat` as well.
    pub fn request_object(&self, parameters: &[(String, String)]) -> Jwt {
        let key = self.settings().key.clone().unwrap_or_else(SigningKey::es256);
        let mut jwt = Jwt::new(&key, self.now());
        if let Some(kid) = key.kid() {
            jwt = jwt.header("kid", kid);
        }
        for (place, (name, value)) in parameters.iter().enumerate() {
            let is_repeated = parameters[..place].iter().any(|(before, _)| before == name);
            if !is_repeated {
                jwt = jwt.claim(name, typed(name, value));
            }
        }
        jwt = jwt
            .claim("iss", self.id())
            .claim("aud", self.target().issuer.as_str())
            .claim("jti", keys::random())
            .not_before(0)
            .expires(300);
        jwt = if self.number() == 1 { jwt.header("typ", "oauth-authz-req+jwt").issued(0) } else { jwt };
        // A repeated claim fixes the text of the payload, so that it comes last.
        let repeated = parameters
            .iter()
            .enumerate()
            .find(|(place, (name, _))| parameters[..*place].iter().any(|(before, _)| before == name));
        match repeated {
            Some((_, (name, value))) => jwt.repeat_claim(name, typed(name, value)),
            None => jwt,
        }
    }

    /// An encryption to a key that the server publishes for this, with algorithms that its metadata lists; skips without them.
    pub async fn sealing(&self) -> Tried<Jwe> {
        let metadata = self.metadata();
        let algorithms = metadata.list("request_object_encryption_alg_values_supported");
        let contents = metadata.list("request_object_encryption_enc_values_supported");
        let keys = self.server_keys().await?;
        let fits = |algorithm: &str, key: &Map<String, Value>| {
            let is = |name: &str, value: &str| key.get(name).and_then(Value::as_str).is_none_or(|own| own == value);
            let kinds: &[&str] = if algorithm.starts_with("RSA") { &["RSA"] } else { &["EC", "OKP"] };
            let kty = key.get("kty").and_then(Value::as_str).unwrap_or_default();
            kinds.contains(&kty) && key.get("use").and_then(Value::as_str) == Some("enc") && is("alg", algorithm)
        };
        let known = ALGORITHMS.iter().filter(|algorithm| algorithms.contains(*algorithm));
        let mut fitting = known.filter_map(|algorithm| Some((*algorithm, keys.iter().find(|key| fits(algorithm, key))?)));
        let content = CONTENTS.iter().find(|content| contents.contains(*content));
        match (fitting.next(), content) {
            (Some((algorithm, key)), Some(content)) => Ok(Jwe::to(key, algorithm, content).header("cty", "JWT")),
            _ => skip("the server publishes no key and no algorithms for encrypted request objects that the suite knows"),
        }
    }
}

impl Object {
    pub(super) fn spoilt(self, spoil: Spoil) -> Self {
        Self { spoil: Some(spoil), ..self }
    }

    pub(super) fn sealed(self, seal: Jwe) -> Self {
        Self { seal: Some(seal), ..self }
    }

    /// The object encrypted without a signature.
    pub(super) fn sealed_unsigned(self, seal: Jwe) -> Self {
        Self { plain: true, ..self.sealed(seal) }
    }

    /// This text instead of the object.
    pub(super) fn of_text(self, text: String) -> Self {
        Self { text: Some(text), ..self }
    }

    /// The fields of a request whose parameters are in this object, with others beside it.
    pub(super) fn fields(
        &self,
        client: &Client,
        fields: Vec<(String, String)>,
        outside: &[(String, String)],
    ) -> Vec<(String, String)> {
        let parts = Parts::of(fields);
        let mut sent = parts.outside.clone();
        if !client.variant().pushed() {
            // OpenID Connect Core 6.1: these are in the query as well.
            let both = ["response_type", "scope"].into_iter();
            sent.extend(both.filter_map(|name| Some((name.to_owned(), parts.inside(name)?.to_owned()))));
        }
        sent.retain(|(name, _)| !outside.iter().any(|(other, _)| other == name));
        sent.extend_from_slice(outside);
        sent.push(("request".into(), self.serialized(client, &parts)));
        sent
    }

    /// The serialization of the object.
    fn serialized(&self, client: &Client, parts: &Parts) -> String {
        if let Some(text) = &self.text {
            return text.clone();
        }
        let object = client.request_object(&parts.inside);
        let object = self.spoil.as_ref().map_or_else(|| object.clone(), |spoil| spoil(object.clone()));
        let text = if self.plain { object.payload() } else { object.sign() };
        match &self.seal {
            Some(seal) => seal.seal(&text).unwrap_or_else(|error| unreachable!("a key of the server can be used: {error}")),
            None => text,
        }
    }
}

impl Parts {
    /// Divides the fields of a request. `client_id` is in both parts.
    fn of(fields: Vec<(String, String)>) -> Self {
        let is_outside = |name: &str| OUTSIDE.contains(&name);
        let inside = fields.iter().filter(|(name, _)| !is_outside(name)).cloned().collect();
        let outside = fields.into_iter().filter(|(name, _)| is_outside(name) || name == "client_id").collect();
        Self { outside, inside }
    }

    /// The value of a parameter of the object.
    fn inside(&self, name: &str) -> Option<&str> {
        self.inside.iter().find(|(parameter, _)| parameter == name).map(|(_, value)| value.as_str())
    }
}

/// The claim of a parameter.
fn typed(name: &str, value: &str) -> Value {
    let parsed = TYPED.contains(&name).then(|| serde_json::from_str(value).ok()).flatten();
    parsed.unwrap_or_else(|| value.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_divided_and_the_client_is_named_in_both_parts() {
        let fields = ["client_id", "scope", "client_assertion", "request_uri"].map(|name| (name.to_owned(), "x".to_owned()));
        let parts = Parts::of(fields.to_vec());
        let names = |fields: &[(String, String)]| fields.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
        assert_eq!(names(&parts.outside), ["client_id", "client_assertion", "request_uri"]);
        assert_eq!(names(&parts.inside), ["client_id", "scope"]);
        assert_eq!((parts.inside("scope"), parts.inside("request_uri")), (Some("x"), None));
    }

    #[test]
    fn numbers_and_objects_are_no_strings_inside() {
        assert_eq!(typed("max_age", "60"), 60);
        assert_eq!(typed("claims", "{\"userinfo\":{}}"), serde_json::json!({ "userinfo": {} }));
        assert_eq!(typed("claims", "no JSON"), "no JSON");
        assert_eq!(typed("state", "60"), "60");
    }
}

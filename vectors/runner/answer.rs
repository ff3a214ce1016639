//! The answer of the authorization endpoint: where its parameters are, and what a signed one contains.

use super::Otherwise;
use super::group::{maybe, object};
use super::recipients::recipients;
use super::world::World;
use fapi::Response;
use fapi::jose::jwe::decrypt;
use fapi::jose::{Algorithm, Algorithms, Jwe, Jws, Object};
use fapi::primitives::{Hash, aws_lc};
use http::header::LOCATION;

/// The parameters of an answer, and their place.
pub(super) struct Answer {
    /// `query`, `fragment` or `form_post`.
    pub(super) mode: &'static str,
    pub(super) sent_to: String,
    pub(super) parameters: Object,
}

impl Answer {
    /// Reads a redirect, or a page that posts a form.
    pub(super) fn of(response: &Response) -> Result<Self, Otherwise> {
        let Some(location) = response.headers().get(LOCATION).and_then(|location| location.to_str().ok()) else {
            return form_post(response).ok_or_else(|| Otherwise::Differs("the answer is neither a redirect nor a form".into()));
        };
        let (mode, split) = match location.split_once('#') {
            Some(split) => ("fragment", split),
            None => ("query", location.split_once('?').unwrap_or((location, ""))),
        };
        let pairs = form_urlencoded::parse(split.1.as_bytes());
        let parameters = pairs.fold(Object::new(), |known, (name, value)| known.with(&*name, value.into_owned()));
        Ok(Self { mode, sent_to: split.0.to_owned(), parameters })
    }
}

/// The page has one form, whose values are attributes in double quotes.
fn form_post(response: &Response) -> Option<Answer> {
    let page = std::str::from_utf8(response.body()).ok()?;
    let plain = |text: &str| {
        let text = text.replace("&quot;", "\"").replace("&gt;", ">").replace("&lt;", "<");
        text.replace("&amp;", "&")
    };
    let (action, rest) = page.split_once("<form method=\"post\" action=\"")?.1.split_once('"')?;
    let mut parameters = Object::new();
    for input in rest.split("<input type=\"hidden\" name=\"").skip(1) {
        let (name, rest) = input.split_once("\" value=\"")?;
        parameters.insert(plain(name), plain(rest.split_once('"')?.0));
    }
    Some(Answer { mode: "form_post", sent_to: plain(action), parameters })
}

/// A JWT of the server, which may be encrypted.
pub(super) struct Opened {
    /// The header of the encryption, without what is drawn for each message.
    pub(super) encryption: Option<Object>,
    pub(super) header: Object,
    pub(super) claims: Object,
}

impl Opened {
    /// Decrypts a JWT with the keys of the group's `recipients`, and verifies that what the host signed is in it unchanged: a MAC under
    /// the client's secret, or the host's answer.
    pub(super) fn of(world: &World, group: &Object, compact: &str) -> Result<Self, Otherwise> {
        let (encryption, signed) = match Jwe::looks_like(compact) {
            true => decrypted(group, compact).map(|(header, text)| (Some(header), text))?,
            false => (None, compact.to_owned()),
        };
        let jws = Jws::parse(&signed).map_err(|error| Otherwise::Differs(format!("{signed} is not a JWS: {error}")))?;
        let header = jws.header().members().clone();
        let fits = match maybe(&header, "alg").and_then(Algorithm::parse) {
            Some(algorithm) if algorithm.is_symmetric() => {
                let secret =
                    world.secret().ok_or_else(|| Otherwise::Differs("it is signed with a secret that is none".into()))?;
                jws.verify_mac(&secret, Algorithms::of(&[algorithm]), aws_lc()).is_ok()
            }
            _ => aws_lc().mac(Hash::Sha256, World::SIGNS_WITH, jws.signing_input()) == jws.signature(),
        };
        if !fits {
            return Err(Otherwise::Differs(format!("the signature of {signed} is another")));
        }
        let claims = jws.claims().map_err(|error| Otherwise::Differs(error.to_string()))?.into_members();
        Ok(Self { encryption, header, claims })
    }
}

fn decrypted(group: &Object, compact: &str) -> Result<(Object, String), Otherwise> {
    let jwe = Jwe::parse(compact, aws_lc()).map_err(|error| Otherwise::Differs(format!("{compact} is no JWE: {error}")))?;
    let mut header = jwe.header().members().clone();
    for drawn in ["epk", "iv", "tag"] {
        header.remove(drawn);
    }
    for (kid, key) in recipients(group, "recipients")? {
        let named = maybe(&header, "kid").is_none_or(|known| known == kid);
        if let (true, Ok(text)) = (named, decrypt(&jwe, &key)) {
            return Ok((header, String::from_utf8(text).map_err(Otherwise::unjudged)?));
        }
    }
    Err(Otherwise::Differs(format!("none of the recipients can decrypt {compact}")))
}

/// The names of the members in order, and the values that the file lists.
pub(super) fn listed(members: &Object, wanted: Option<&Object>) -> Result<Object, Otherwise> {
    let mut names: Vec<&str> = members.iter().map(|(name, _)| name).collect();
    names.sort_unstable();
    let mut listed = Object::new().with("names", names);
    if let Some(values) = wanted.and_then(|wanted| wanted.get("values")) {
        let known = object(values)?.iter().filter_map(|(name, _)| Some((name, members.get(name)?.clone())));
        listed.insert("values", known.fold(Object::new(), |values, (name, value)| values.with(name, value)));
    }
    Ok(listed)
}

//! The header of a JWS ([RFC 7515 §4](https://www.rfc-editor.org/rfc/rfc7515#section-4)).

use crate::jose::{Algorithm, JoseError, Json, Object};

/// The header of a JWS. It is well-formed, but must not be trusted before the signature is verified.
#[derive(Debug, Clone, PartialEq)]
pub struct Header {
    alg: Algorithm,
    members: Object,
}

impl Header {
    /// Parses a header. Unknown parameters are ignored; critical ones are refused
    /// ([RFC 7515 §4.1.11](https://www.rfc-editor.org/rfc/rfc7515#section-4.1.11)).
    pub(super) fn parse(text: &[u8]) -> Result<Self, JoseError> {
        let members = Object::parse(text).map_err(JoseError::Header)?;
        for name in ["typ", "cty", "kid"] {
            if members.get(name).is_some_and(|value| value.as_str().is_none()) {
                return Err(JoseError::Parameter(name));
            }
        }
        if members.get("jwk").is_some_and(|value| value.as_object().is_none()) {
            return Err(JoseError::Parameter("jwk"));
        }
        if let Some(crit) = members.get("crit") {
            return Err(refuse_crit(crit, &members));
        }
        if let Some(name) = ["b64", "zip"].into_iter().find(|name| members.contains(name)) {
            return Err(JoseError::Unsupported(name));
        }
        let alg = match members.get("alg").and_then(Json::as_str) {
            None => return Err(JoseError::Parameter("alg")),
            Some(name) if name.eq_ignore_ascii_case("none") => return Err(JoseError::AlgNone),
            Some(name) => Algorithm::parse(name).ok_or_else(|| JoseError::AlgUnknown(name.to_owned()))?,
        };
        Ok(Self { alg, members })
    }

    /// Returns the algorithm that the header names.
    pub fn alg(&self) -> Algorithm {
        self.alg
    }

    /// Returns the media type of the whole JWS, as the sender declares it.
    pub fn typ(&self) -> Option<&str> {
        self.text("typ")
    }

    /// Returns the media type of the payload, as the sender declares it.
    pub fn cty(&self) -> Option<&str> {
        self.text("cty")
    }

    /// Returns the key ID.
    pub fn kid(&self) -> Option<&str> {
        self.text("kid")
    }

    /// Returns the key in the header, as it was sent. It is meant only for DPoP, where the access token itself names the key
    /// ([RFC 9449 §4.2](https://www.rfc-editor.org/rfc/rfc9449#section-4.2)).
    pub fn jwk(&self) -> Option<&Object> {
        self.members.get("jwk").and_then(Json::as_object)
    }

    /// Returns all parameters in the sender's order.
    pub fn members(&self) -> &Object {
        &self.members
    }

    /// Returns true if `typ` is this media type. A name without a slash stands for one with the prefix `application/`, and case
    /// is ignored ([RFC 7515 §4.1.9](https://www.rfc-editor.org/rfc/rfc7515#section-4.1.9)).
    pub fn typ_is(&self, media_type: &str) -> bool {
        self.typ().is_some_and(|typ| same_media_type(typ, media_type))
    }

    /// Like [`typ_is`](Self::typ_is), for `cty`.
    pub fn cty_is(&self, media_type: &str) -> bool {
        self.cty().is_some_and(|cty| same_media_type(cty, media_type))
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.members.get(name).and_then(Json::as_str)
    }
}

fn same_media_type(one: &str, other: &str) -> bool {
    fn short(media_type: &str) -> &str {
        match media_type.split_at_checked(APPLICATION.len()) {
            Some((prefix, rest)) if prefix.eq_ignore_ascii_case(APPLICATION) && !rest.contains('/') => rest,
            _ => media_type,
        }
    }
    short(one).eq_ignore_ascii_case(short(other))
}

const APPLICATION: &str = "application/";

/// Returns the error for a `crit` parameter. No extension is supported, so every `crit` is refused; only the reason differs.
fn refuse_crit(crit: &Json, members: &Object) -> JoseError {
    let Some(names) = crit.as_strings() else { return JoseError::CritMalformed };
    let distinct = names.iter().enumerate().all(|(at, name)| !names[..at].contains(name));
    let extensions = names.iter().all(|name| !REGISTERED.contains(name) && members.contains(name));
    match names.first() {
        Some(first) if distinct && extensions => JoseError::CritUnknown((*first).to_owned()),
        _ => JoseError::CritMalformed,
    }
}

const REGISTERED: [&str; 17] =
    ["alg", "jku", "jwk", "kid", "x5u", "x5c", "x5t", "x5t#S256", "typ", "cty", "crit", "enc", "zip", "epk", "apu", "apv", "iv"];

#[cfg(test)]
mod tests {
    use super::*;

    fn header(text: &str) -> Result<Header, JoseError> {
        Header::parse(text.as_bytes())
    }

    #[test]
    fn a_type_is_a_media_type() {
        let typed = |typ: &str| header(&format!(r#"{{"alg":"ES256","typ":"{typ}"}}"#)).is_ok_and(|it| it.typ_is("dpop+jwt"));
        for same in ["dpop+jwt", "DPoP+JWT", "application/dpop+jwt", "Application/DPOP+jwt"] {
            assert!(typed(same), "{same}");
        }
        for other in
            ["", "jwt", "JWT", "text/dpop+jwt", "application/x/dpop+jwt", "dpop+jwt ", "application/application/dpop+jwt"]
        {
            assert!(!typed(other), "{other}");
        }
    }

    #[test]
    fn parameters_are_returned_as_sent() -> Result<(), JoseError> {
        let full = header(r#"{"alg":"ES256","kid":"k","typ":"at+jwt","cty":"JWT","colour":"blue"}"#)?;
        assert_eq!((full.kid(), full.typ(), full.cty()), (Some("k"), Some("at+jwt"), Some("JWT")));
        assert!(full.cty_is("jwt") && full.cty_is("application/jwt") && !full.cty_is("at+jwt"));
        assert_eq!(full.members().get("colour").and_then(Json::as_str), Some("blue"));
        let bare = header(r#"{"alg":"ES256"}"#)?;
        assert_eq!((bare.kid(), bare.typ(), bare.cty()), (None, None, None));
        assert!(!bare.cty_is("jwt") && !bare.typ_is(""));
        Ok(())
    }

    #[test]
    fn parameters_that_would_change_the_meaning_are_refused() {
        use JoseError::{AlgNone, AlgUnknown, CritMalformed, CritUnknown, Parameter, Unsupported};
        for (text, error) in [
            (r#"{}"#, Parameter("alg")),
            (r#"{"alg":1}"#, Parameter("alg")),
            (r#"{"alg":"none"}"#, AlgNone),
            (r#"{"alg":"nOnE"}"#, AlgNone),
            (r#"{"alg":"es256"}"#, AlgUnknown("es256".to_owned())),
            (r#"{"alg":"ES256","kid":1}"#, Parameter("kid")),
            (r#"{"alg":"ES256","typ":null}"#, Parameter("typ")),
            (r#"{"alg":"ES256","cty":[]}"#, Parameter("cty")),
            (r#"{"alg":"ES256","jwk":"{}"}"#, Parameter("jwk")),
            (r#"{"alg":"ES256","b64":true}"#, Unsupported("b64")),
            (r#"{"alg":"ES256","b64":false}"#, Unsupported("b64")),
            (r#"{"alg":"ES256","zip":"DEF"}"#, Unsupported("zip")),
            (r#"{"alg":"ES256","crit":[]}"#, CritMalformed),
            (r#"{"alg":"ES256","crit":null}"#, CritMalformed),
            (r#"{"alg":"ES256","crit":"x","x":1}"#, CritMalformed),
            (r#"{"alg":"ES256","crit":["x"]}"#, CritMalformed),
            (r#"{"alg":"ES256","crit":["x","x"],"x":1}"#, CritMalformed),
            (r#"{"alg":"ES256","crit":["alg"]}"#, CritMalformed),
            (r#"{"alg":"ES256","crit":["x",1],"x":1}"#, CritMalformed),
            (r#"{"alg":"ES256","crit":["x"],"x":1}"#, CritUnknown("x".to_owned())),
            (r#"{"alg":"ES256","crit":["b64"],"b64":false}"#, CritUnknown("b64".to_owned())),
        ] {
            assert_eq!(header(text).err(), Some(error), "{text}");
        }
    }

    #[test]
    fn unknown_parameters_are_ignored() {
        assert!(header(r#"{"alg":"ES256","jku":"https://evil.example/","x5u":1,"x5c":["x"],"whatever":{}}"#).is_ok());
    }
}

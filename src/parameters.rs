//! The parameters of a request, wherever they come from.

use crate::form::Form;
use crate::jose::{Json, Object};
use std::borrow::Cow;

/// The parameters of a form, of a request object, or of both.
#[derive(Clone, Copy)]
pub(crate) struct Parameters<'a> {
    form: &'a Form,
    object: Option<&'a Object>,
    precedence: Precedence,
}

/// The rule for parameters outside a request object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Precedence {
    #[cfg_attr(not(test), expect(dead_code, reason = "request objects are the next capability; tests use it"))]
    /// Those outside are ignored ([RFC 9101 §6.3](https://www.rfc-editor.org/rfc/rfc9101#section-6.3)).
    ObjectAlone,
    /// Those outside fill in for missing ones
    /// ([OpenID Connect Core §6.1](https://openid.net/specs/openid-connect-core-1_0.html#RequestParameter)).
    ObjectFirst,
}

impl<'a> Parameters<'a> {
    /// The parameters of a form only.
    pub(crate) fn of(form: &'a Form) -> Self {
        Self { form, object: None, precedence: Precedence::ObjectFirst }
    }

    /// The parameters of a form with a request object.
    #[cfg_attr(not(test), expect(dead_code, reason = "request objects are the next capability; tests use it"))]
    pub(crate) fn with_object(self, object: &'a Object, precedence: Precedence) -> Self {
        Self { object: Some(object), precedence, ..self }
    }

    /// The value of a parameter as text: a number or a structure of a request object as its JSON.
    pub(crate) fn get(&self, name: &str) -> Option<Cow<'a, str>> {
        match self.object.and_then(|object| object.get(name)) {
            Some(Json::String(text)) => Some(Cow::Borrowed(text.as_str())).filter(|text| !text.is_empty()),
            Some(other) => Some(Cow::Owned(other.to_string())),
            None if self.form_counts() => self.form.get(name).map(Cow::Borrowed),
            None => None,
        }
    }

    /// Returns true if the parameter has a value.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// The values of a parameter that may be repeated: an array in a request object.
    pub(crate) fn all(&self, name: &'a str) -> Box<dyn Iterator<Item = &'a str> + 'a> {
        match self.object.and_then(|object| object.get(name)) {
            Some(Json::Array(several)) => Box::new(several.iter().filter_map(Json::as_str)),
            Some(one) => Box::new(one.as_str().into_iter()),
            None if self.form_counts() => Box::new(self.form.all(name)),
            None => Box::new(std::iter::empty()),
        }
    }

    /// The space-separated words of a parameter.
    pub(crate) fn words(&self, name: &str) -> Vec<String> {
        let text = self.get(name).unwrap_or_default();
        text.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect()
    }

    fn form_counts(&self) -> bool {
        self.object.is_none() || self.precedence == Precedence::ObjectFirst
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::FormLimits;

    fn form() -> Form {
        Form::parse(b"scope=a+b&max_age=5&resource=x&resource=y&state=s", FormLimits::default()).unwrap_or_default()
    }

    #[test]
    fn a_form_alone_counts_whole() {
        let form = form();
        let parameters = Parameters::of(&form);
        assert_eq!(parameters.get("max_age").as_deref(), Some("5"));
        assert_eq!(parameters.words("scope"), ["a", "b"]);
        assert_eq!(parameters.all("resource").collect::<Vec<_>>(), ["x", "y"]);
        assert!(!parameters.has("nonce"));
    }

    #[test]
    fn a_request_object_counts_alone_or_first() {
        let (form, claims) = (form(), Object::new().with("id_token", Object::new()));
        let object = Object::new().with("max_age", 7i64).with("claims", claims).with("resource", vec!["z"]).with("nonce", "");
        let alone = Parameters::of(&form).with_object(&object, Precedence::ObjectAlone);
        let first = Parameters::of(&form).with_object(&object, Precedence::ObjectFirst);
        for parameters in [alone, first] {
            assert_eq!(parameters.get("max_age").as_deref(), Some("7"));
            assert_eq!(parameters.get("claims").as_deref(), Some(r#"{"id_token":{}}"#));
            assert_eq!(parameters.all("resource").collect::<Vec<_>>(), ["z"]);
            assert!(!parameters.has("nonce"), "an empty value counts as absent");
        }
        assert_eq!((alone.get("state"), first.get("state").as_deref()), (None, Some("s")));
    }
}

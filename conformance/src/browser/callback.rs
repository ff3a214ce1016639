//! Authorization responses as they reach the client.

use serde_json::{Map, Value};
use url::Url;

/// The authorization response as it reaches the client.
#[derive(Debug, Clone)]
pub struct Callback {
    /// The whole URL.
    pub url: Url,
    /// The part of the request to the client that has it.
    pub place: Place,
    /// The exchange whose response led there.
    pub exchange: Option<u64>,
    /// The status codes of the redirects that answered a form.
    pub after_forms: Vec<u16>,
    came: Vec<(String, String)>,
    inside: Option<Map<String, Value>>,
}

/// The part of a request to the client that has an authorization response. Exhaustive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The query of the redirect URI.
    Query,
    /// The fragment, which a script of the client reads.
    Fragment,
    /// A form that the browser posts.
    Form,
}

/// Parameters by which a response is recognized.
const MARKS: [&str; 5] = ["code", "error", "id_token", "access_token", "response"];

impl Callback {
    /// A response in a URL: in the fragment if the parameters are there, and otherwise in the query.
    pub(super) fn at(url: Url, exchange: Option<u64>, after_forms: Vec<u16>) -> Self {
        let query: Vec<_> = url.query_pairs().into_owned().collect();
        let fragment = pairs(url.fragment().unwrap_or_default());
        let has = |pairs: &[(String, String)]| pairs.iter().any(|(name, _)| MARKS.contains(&name.as_str()));
        let (place, came) = if has(&fragment) && !has(&query) { (Place::Fragment, fragment) } else { (Place::Query, query) };
        Self { url, place, exchange, after_forms, came, inside: None }
    }

    /// A response in a form that was posted to a URL.
    pub(super) fn posted(url: Url, body: &str, exchange: Option<u64>, after_forms: Vec<u16>) -> Self {
        Self { place: Place::Form, came: pairs(body), ..Self::at(url, exchange, after_forms) }
    }

    /// The same response, whose parameters are those of its JWT.
    #[must_use]
    pub fn opened(self, inside: Map<String, Value>) -> Self {
        Self { inside: Some(inside), ..self }
    }

    /// The claims of its JWT, once it is opened.
    pub fn inside(&self) -> Option<&Map<String, Value>> {
        self.inside.as_ref()
    }

    /// The parameters as they came, in order. Those in the query are with the redirect URI's own.
    pub fn came(&self) -> &[(String, String)] {
        &self.came
    }

    /// The parameters, in order: those of the JWT, if the response is one that was opened.
    pub fn parameters(&self) -> Vec<(String, String)> {
        match &self.inside {
            Some(claims) => claims.iter().map(|(name, value)| (name.clone(), text(value))).collect(),
            None => self.came.clone(),
        }
    }

    /// Returns the value of the first parameter of this name.
    pub fn parameter(&self, name: &str) -> Option<String> {
        self.parameters().into_iter().find(|(parameter, _)| parameter == name).map(|(_, value)| value)
    }

    /// The value of a parameter of the URL's query.
    pub fn of_query(&self, name: &str) -> Option<String> {
        self.url.query_pairs().find(|(parameter, _)| parameter == name).map(|(_, value)| value.into_owned())
    }
}

impl Place {
    /// Its name in a sentence.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Query => "the query",
            Self::Fragment => "the fragment",
            Self::Form => "a form (form_post)",
        }
    }
}

fn pairs(encoded: &str) -> Vec<(String, String)> {
    form_urlencoded::parse(encoded.as_bytes()).into_owned().collect()
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(url: &str) -> Callback {
        Callback::at(Url::parse(url).expect("a URL"), None, vec![])
    }

    #[test]
    fn a_response_is_where_its_parameters_are() {
        for (url, place) in [
            ("https://c.example/cb?code=a&state=b", Place::Query),
            ("https://c.example/cb?code=a#_=_", Place::Query),
            ("https://c.example/cb?dummy=1#id_token=a&state=b", Place::Fragment),
            ("https://c.example/cb?code=a#code=b", Place::Query),
            ("https://c.example/cb", Place::Query),
            ("https://c.example/cb#error=a%20b", Place::Fragment),
        ] {
            assert_eq!(at(url).place, place, "{url}");
        }
        assert_eq!(at("https://c.example/cb?dummy=1#error=a%20b").parameter("error").as_deref(), Some("a b"));
        assert_eq!(at("https://c.example/cb?dummy=1#error=a").of_query("dummy").as_deref(), Some("1"));
    }

    #[test]
    fn a_posted_response_has_the_parameters_of_the_form() {
        let url = Url::parse("https://c.example/cb?code=a").expect("a URL");
        let callback = Callback::posted(url, "code=b&state=c+d", None, vec![]);
        assert_eq!(callback.place, Place::Form);
        assert_eq!(callback.parameters(), [("code".into(), "b".into()), ("state".into(), "c d".into())]);
    }

    #[test]
    fn an_opened_response_has_the_parameters_of_its_jwt() {
        let claims = serde_json::json!({ "code": "a", "expires_in": 60 });
        let callback = at("https://c.example/cb?response=x").opened(claims.as_object().cloned().expect("an object"));
        assert_eq!(callback.parameter("expires_in").as_deref(), Some("60"));
        assert_eq!((callback.parameter("response"), callback.came().len()), (None, 1));
    }
}

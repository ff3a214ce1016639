//! One request and its response, or the reason why there is none.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use serde_json::Value;
use url::Url;

/// One request and its response, or the reason why there is none.
#[derive(Debug)]
pub struct HttpExchange {
    /// Unique in this process; sent as `Conformance-Exchange`.
    pub number: u64,
    /// The purpose of the request.
    pub purpose: String,
    /// The method sent.
    pub method: String,
    /// The URL sent to.
    pub url: Url,
    /// The client certificate presented.
    pub identity: Option<String>,
    /// The header fields sent, in order.
    pub headers: Vec<(String, String)>,
    /// The body sent.
    pub body: Bytes,
    /// How a response says that it grants what was asked for.
    pub grant: Grant,
    /// The response, or the reason why there is none.
    pub answer: Answer,
    /// How long it took.
    pub took: Duration,
}

/// The largest part of a body to keep for the report, in bytes.
const RECORDED: usize = 64 << 10;

impl HttpExchange {
    /// Returns true if the answer is a response with a 4xx or 5xx status.
    pub fn is_unsuccessful(&self) -> bool {
        matches!(self.answer, Answer::Response { status: 400..=599, .. })
    }

    /// Returns true if the answer says that the request was not looked at: the server limits the rate of requests (status 429), or
    /// stands behind a gateway that does not reach it (502 to 504).
    pub fn is_turned_away(&self) -> bool {
        matches!(self.answer, Answer::Response { status: 429 | 502..=504, .. })
    }

    /// Returns true if there is no answer, and TLS did not refuse the connection.
    pub fn is_lost(&self) -> bool {
        matches!(self.answer, Answer::Nothing(lost, _) if lost != Lost::Alert)
    }

    /// Returns true if the answer is a response with a 4xx status, or a redirect with an error.
    pub fn is_refused(&self) -> bool {
        match &self.answer {
            Answer::Response { status: 400..=499, .. } => true,
            Answer::Response { status: 300..=399, headers, .. } => {
                headers.iter().any(|(name, value)| name == "location" && (value.contains("?error=") || value.contains("&error=")))
            }
            _ => false,
        }
    }

    /// Returns true if the answer gives what the request asked for.
    pub fn grants(&self) -> bool {
        self.outcome() == Outcome::Granted
    }

    /// The result of the request.
    pub fn outcome(&self) -> Outcome {
        let Answer::Response { status, headers, body } = &self.answer else { return Outcome::Refused };
        let json: Option<Value> = serde_json::from_slice(body).ok();
        let has = |name: &str| json.as_ref().is_some_and(|json| json.get(name).is_some_and(|value| !value.is_null()));
        let error = json.as_ref().and_then(|json| json.get("error")?.as_str());
        let is_error = error.is_some_and(|error| !error.is_empty());
        if !(200..300).contains(status) || (self.grant != Grant::Status && is_error) {
            return Outcome::Refused;
        }
        let media = headers.iter().find(|(name, _)| name == "content-type").map(|(_, media)| media.to_ascii_lowercase());
        let gives = match self.grant {
            Grant::Status => true,
            Grant::Member(name) => has(name) || media.is_some_and(|media| media.contains("jwt")),
            Grant::Content => !self.is_page(),
        };
        if gives { Outcome::Granted } else { Outcome::Neither }
    }

    /// Returns true if a page came where no server of the protocol has one, with a status by which a firewall answers in a server's
    /// place: 2xx, 403 or 406. A challenge shows that it comes from the server.
    pub fn is_intercepted(&self) -> bool {
        let Answer::Response { status, headers, .. } = &self.answer else { return false };
        let stands_before = matches!(status, 403 | 406) || self.outcome() == Outcome::Neither;
        let is_challenge = headers.iter().any(|(name, _)| name == "www-authenticate");
        self.grant != Grant::Status && self.is_page() && stands_before && !is_challenge
    }

    /// Returns true if the answer is an HTML page. Some servers name HTML as the content type of JSON or of a word.
    fn is_page(&self) -> bool {
        let Answer::Response { headers, body, .. } = &self.answer else { return false };
        let is_html = |(name, media): &(String, String)| name == "content-type" && media.to_ascii_lowercase().contains("html");
        let text = body.strip_prefix("\u{feff}".as_bytes()).unwrap_or(body).trim_ascii_start();
        text.starts_with(b"<") && headers.iter().any(is_html)
    }

    /// A copy with shortened bodies for the record, or `None` if the bodies are small enough to be kept whole.
    pub(super) fn recorded(&self) -> Option<Self> {
        let kept = |body: &Bytes| Bytes::copy_from_slice(&body[..body.len().min(RECORDED)]);
        let (answer, received) = match &self.answer {
            Answer::Nothing(lost, reason) => (Answer::Nothing(*lost, reason.clone()), 0),
            Answer::Response { status, headers, body } => {
                (Answer::Response { status: *status, headers: headers.clone(), body: kept(body) }, body.len())
            }
        };
        if self.body.len().max(received) <= RECORDED {
            return None;
        }
        Some(Self {
            number: self.number,
            purpose: self.purpose.clone(),
            method: self.method.clone(),
            url: self.url.clone(),
            identity: self.identity.clone(),
            headers: self.headers.clone(),
            body: kept(&self.body),
            grant: self.grant,
            answer,
            took: self.took,
        })
    }
}

/// How a response says that it grants what a request asks for. Exhaustive.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Grant {
    /// Any 2xx status.
    #[default]
    Status,
    /// A 2xx status with this member of a JSON object, or with a JWT, and without `error`.
    Member(&'static str),
    /// A 2xx status with anything but an HTML page or a JSON object with `error`.
    Content,
}

/// The result of a request, as its response tells it. Exhaustive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The request is served.
    Granted,
    /// The request is refused: any status other than 2xx, or a 2xx status with an `error`.
    Refused,
    /// A 2xx status with neither what was asked for nor an error, such as the page of a firewall.
    Neither,
}

/// A response, or the reason why there is none. Exhaustive.
#[derive(Debug)]
pub enum Answer {
    /// A whole response.
    Response {
        /// Its status code.
        status: u16,
        /// Its header fields, in order, names in lower case.
        headers: Vec<(String, String)>,
        /// Its body.
        body: Bytes,
    },
    /// No response: the kind of failure, and the reason in words.
    Nothing(Lost, String),
}

/// The kind of failure of an exchange. Exhaustive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lost {
    /// The server sent a TLS alert.
    Alert,
    /// The server closed the connection.
    Closed,
    /// The server closed a connection that was open from an earlier request, before a response began. A server may do that at any
    /// time, and may not have read the request.
    Stale,
    /// The connection was refused: the server does not listen.
    Refused,
    /// The time limit passed.
    TimedOut,
    /// Any other failure, on this side or in the network.
    Otherwise,
}

/// An exchange with a response.
#[derive(Debug, Clone)]
pub struct Reply(pub(super) Arc<HttpExchange>);

impl Reply {
    /// The response of a recorded exchange, if it has one.
    pub fn of(exchange: &Arc<HttpExchange>) -> Option<Self> {
        matches!(exchange.answer, Answer::Response { .. }).then(|| Self(exchange.clone()))
    }

    /// The exchange's number.
    pub fn number(&self) -> u64 {
        self.0.number
    }

    /// The whole exchange.
    pub fn exchange(&self) -> &HttpExchange {
        &self.0
    }

    /// The status code.
    pub fn status(&self) -> u16 {
        self.parts().0
    }

    /// The first header field of this name (given in lower case).
    pub fn header(&self, name: &str) -> Option<&str> {
        self.parts().1.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str())
    }

    /// Every header field of this name (given in lower case).
    pub fn headers<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.parts().1.iter().filter(move |(field, _)| field == name).map(|(_, value)| value.as_str())
    }

    /// The body.
    pub fn body(&self) -> &Bytes {
        self.parts().2
    }

    /// The body as text; invalid UTF-8 is replaced.
    pub fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(self.parts().2)
    }

    /// The body as JSON.
    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(self.parts().2).ok()
    }

    /// A string member of a JSON body.
    pub fn member(&self, name: &str) -> Option<String> {
        self.json()?.get(name)?.as_str().map(str::to_owned)
    }

    /// The media type without parameters, in lower case.
    pub fn media_type(&self) -> Option<String> {
        Some(self.header("content-type")?.split(';').next()?.trim().to_ascii_lowercase())
    }

    /// The coding of a body that is compressed although the request asked for `identity`, for the description of a response.
    pub fn coding(&self) -> String {
        let coding = self.header("content-encoding").filter(|coding| !coding.eq_ignore_ascii_case("identity"));
        coding.map_or_else(String::new, |coding| format!(" with Content-Encoding: {coding}, which was not asked for"))
    }

    /// Returns true for a 2xx status.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status())
    }

    /// Returns true if the response gives what the request asked for.
    pub fn grants(&self) -> bool {
        self.0.grants()
    }

    /// The result of the request.
    pub fn outcome(&self) -> Outcome {
        self.0.outcome()
    }

    /// The lack of a response with a status of success that does not give what was asked for, for the description of the response.
    pub fn lack(&self) -> String {
        match (self.outcome(), self.0.grant) {
            (Outcome::Neither, Grant::Member(name)) => format!("without `{name}`"),
            (Outcome::Neither, _) => "with an HTML page".into(),
            (Outcome::Refused, _) if self.is_success() => format!("with the error {}", self.member("error").unwrap_or_default()),
            _ => String::new(),
        }
    }

    fn parts(&self) -> (u16, &[(String, String)], &Bytes) {
        static EMPTY: Bytes = Bytes::new();
        match &self.0.answer {
            Answer::Response { status, headers, body } => (*status, headers, body),
            Answer::Nothing(..) => (0, &[], &EMPTY),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exchange(grant: Grant, status: u16, headers: &[(&str, &str)], body: &str) -> HttpExchange {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        HttpExchange {
            number: 1,
            purpose: "token request".into(),
            method: "POST".into(),
            url: Url::parse("https://as.example/token").unwrap_or_else(|error| panic!("{error}")),
            identity: None,
            headers: Vec::new(),
            body: Bytes::new(),
            grant,
            answer: Answer::Response { status, headers, body: body.to_owned().into() },
            took: Duration::ZERO,
        }
    }

    const HTML: &[(&str, &str)] = &[("content-type", "text/html; charset=UTF-8")];
    const PAGE: &str = "\n<!DOCTYPE html><title>Request Rejected</title>";

    #[test]
    fn pages_in_place_of_an_answer() {
        let is_intercepted = |grant, status, body| exchange(grant, status, HTML, body).is_intercepted();
        for grant in [Grant::Member("access_token"), Grant::Content] {
            assert!(is_intercepted(grant, 200, PAGE) && is_intercepted(grant, 403, PAGE));
            // The server answers, and names the wrong type, or one that nobody reads.
            assert!(!is_intercepted(grant, 403, "{\"error\":\"access_denied\"}"));
            assert!(!is_intercepted(grant, 200, "OK") && !is_intercepted(grant, 200, ""));
            assert!(!is_intercepted(grant, 400, PAGE) && !is_intercepted(grant, 500, PAGE));
        }
        assert!(!is_intercepted(Grant::Status, 200, PAGE));
        let challenged = [HTML, &[("www-authenticate", "DPoP error=\"insufficient_scope\"")]].concat();
        assert!(!exchange(Grant::Content, 403, &challenged, PAGE).is_intercepted());
    }

    #[test]
    fn only_what_was_asked_for_is_granted() {
        let outcome = |grant, body| exchange(grant, 200, HTML, body).outcome();
        let tokens = Grant::Member("access_token");
        assert_eq!(outcome(tokens, "{\"access_token\":\"a\"}"), Outcome::Granted);
        assert_eq!(outcome(tokens, "{\"access_token\":null}"), Outcome::Neither);
        assert_eq!(outcome(tokens, "{\"error\":\"invalid_grant\"}"), Outcome::Refused);
        assert_eq!(outcome(Grant::Content, "{\"sub\":\"alice\",\"error\":\"\"}"), Outcome::Granted);
        assert_eq!(outcome(Grant::Content, PAGE), Outcome::Neither);
    }
}

//! Assertions about refusals: their form, and the requirement that they are for.

use fapi::requirement::{self, Requirement};

use super::Session;
use crate::browser::{Landing, asks};
use crate::client::{FormRequest, Pushed, values};
use crate::finding::{Finding, Stop, Tried};
use crate::http::{HttpExchange, Reply, Unanswered};

/// The form of a refusal on the wire.
#[derive(Debug, Clone, Copy)]
pub struct Wire {
    /// Any of these status codes.
    pub statuses: &'static [u16],
    /// Any of these errors; any error at all if empty.
    pub errors: &'static [&'static str],
    /// The errors that may have status 401; RFC 6749 allows it only for `invalid_client`.
    pub unauthorized: &'static [&'static str],
}

/// The places where a bad authorization request may be refused: when pushed, at the redirect URI, or on a page of the server.
#[derive(Debug, Clone, Copy)]
pub struct Front {
    /// When pushed.
    pub push: Wire,
    /// At the redirect URI, with any of these errors.
    pub redirect: &'static [&'static str],
}

/// Refusals that many scenarios share.
pub mod wire {
    use super::Wire;

    /// Every 4xx status.
    pub const ANY_4XX: &[u16] = &{
        let mut all = [400; 100];
        let (mut at, mut status) = (0, 400);
        while at < all.len() {
            all[at] = status;
            at += 1;
            status += 1;
        }
        all
    };

    /// 400 `invalid_request`.
    pub const INVALID_REQUEST: Wire = Wire::new(&[400], &["invalid_request"]);
    /// 400 `invalid_request` or `invalid_request_object`.
    pub const INVALID_REQUEST_OBJECT: Wire = Wire::new(&[400], &["invalid_request", "invalid_request_object"]);
    /// 400 `invalid_grant`.
    pub const INVALID_GRANT: Wire = Wire::new(&[400], &["invalid_grant"]);
    /// 400, or 401 if `invalid_client`; `invalid_client` or `invalid_request`.
    pub const INVALID_CLIENT: Wire = Wire::new(&[400, 401], &["invalid_client", "invalid_request"]);
    /// 400 or 401 with exactly `invalid_client`.
    pub const ONLY_INVALID_CLIENT: Wire = Wire::new(&[400, 401], &["invalid_client"]);
    /// 400 or 401 with `invalid_client` or `invalid_request`, as in the official suite for pushed requests.
    pub const INVALID_CLIENT_OR_REQUEST: Wire = INVALID_CLIENT.unauthorized(&["invalid_client", "invalid_request"]);
    /// 400 with an error that RFC 9449 defines for a proof.
    pub const INVALID_PROOF: Wire = Wire::new(&[400], &["invalid_dpop_proof", "invalid_request"]);
    /// 400 for a token request whose proof or key is refused.
    pub const INVALID_PROOF_OR_GRANT: Wire = Wire::new(&[400], &["invalid_dpop_proof", "invalid_grant", "invalid_request"]);
}

impl Session {
    /// Demands a refusal in the format of RFC 6749 5.2, for the scenario's own requirements.
    pub fn refused(&self, reply: &Reply, wire: &Wire) -> Tried<()> {
        self.refused_because(reply, wire, self.requires)
    }

    /// Demands a refusal in the format of RFC 6749 5.2, for one of these requirements.
    pub fn refused_because(&self, reply: &Reply, wire: &Wire, because: &[&'static Requirement]) -> Tried<()> {
        let error = reply.member("error");
        let named = error.as_deref().unwrap_or_default();
        let right_error = error.is_some() && (wire.errors.is_empty() || wire.errors.contains(&named));
        let right_status =
            wire.statuses.contains(&reply.status()) && (reply.status() != 401 || wire.unauthorized.contains(&named));
        if !right_error || !right_status {
            let got = format!("status {}, {}", reply.status(), error.map_or("no error".into(), |error| format!("error {error}")));
            return Err(self.otherwise(reply, wire.describe(), got, because));
        }
        self.well_formed(reply)?;
        self.judged(Some(reply.number()), because)
    }

    /// Demands a refusal by a resource server, for the scenario's own requirements.
    pub fn refused_by_resource(&self, reply: &Reply, statuses: &[u16]) -> Tried<()> {
        self.refused_by_resource_because(reply, statuses, self.requires)
    }

    /// Demands a refusal by a resource server, for one of these requirements.
    pub fn refused_by_resource_because(&self, reply: &Reply, statuses: &[u16], because: &[&'static Requirement]) -> Tried<()> {
        if !statuses.contains(&reply.status()) {
            let statuses = if statuses.len() == wire::ANY_4XX.len() { "4xx".into() } else { list(statuses) };
            let expected = format!("status {statuses} from the resource");
            return Err(self.otherwise(reply, expected, format!("status {}", reply.status()), because));
        }
        self.judged(Some(reply.number()), because)
    }

    /// Pushes a bad request and demands that it is refused, there or later; never that it leads to a code.
    pub async fn refused_in_front(&self, push: &FormRequest, front: &Front) -> Tried<()> {
        let reply = push.send().await?;
        if reply.status() != 201 {
            return self.refused(&reply, &front.push);
        }
        let pushed = push.taken(&reply)?;
        let landing = match push.client().authorize(&pushed).land().await {
            Ok(landing) => landing,
            // A code that was sent to another address than the requested one counts as well.
            Err(stop) => return Err(self.code_sent().unwrap_or(stop)),
        };
        self.landed_refused(&pushed, &landing, front.redirect)
    }

    /// A finding, if a code was sent anywhere.
    fn code_sent(&self) -> Option<Stop> {
        let has_code = |exchange: &HttpExchange| exchange.url.query_pairs().any(|(name, _)| name == "code");
        let sent = self.http.exchanges().into_iter().find(|exchange| has_code(exchange))?;
        let got = format!("a code, sent to {}", &sent.url[..url::Position::AfterPath]);
        Some(self.finding("no code".into(), got, Some(sent.number), self.requires))
    }

    /// Demands a refusal; where TLS may refuse too, an alert or a closed connection is accepted as well, except from a strict
    /// target.
    pub fn refused_or_hung_up(&self, answer: Result<Reply, Unanswered>, may_hang_up: bool, wire: &Wire) -> Tried<()> {
        match answer {
            Ok(reply) => self.refused(&reply, wire),
            Err(unanswered) => self.hung_up(unanswered, may_hang_up),
        }
    }

    /// Treats a TLS alert or a closed connection as a refusal where this is allowed. A timeout or a server that is down never
    /// counts as one.
    pub fn hung_up(&self, unanswered: Unanswered, may_hang_up: bool) -> Tried<()> {
        let refusal = may_hang_up && unanswered.is_hung_up() && !self.target.instance.strict();
        if refusal { Ok(()) } else { Err(unanswered.into()) }
    }

    /// Demands that a visit ended with an error at the redirect URI or on a page, never with a code.
    pub fn landed_refused(&self, pushed: &Pushed, landing: &Landing, errors: &[&str]) -> Tried<()> {
        let at = landing.exchange();
        if let Landing::Callback(callback) = landing {
            let error = callback.parameter("error").unwrap_or_default();
            if callback.parameter("code").is_some() || !errors.contains(&error.as_str()) {
                let expected = format!("an error page, or error {} at the redirect URI", list(errors));
                return Err(self.finding(expected, landing.describe(), at, self.requires));
            }
            self.one.check_response(pushed, callback)?;
        }
        self.is_an_end(landing)?;
        self.upheld(at)
    }

    /// Demands that a visit did not end on a page that waits for the user, or on one of a broken server.
    pub fn is_an_end(&self, landing: &Landing) -> Tried<()> {
        let expected = match landing {
            Landing::Callback(_) | Landing::Page(None) => return Ok(()),
            Landing::Waiting(_) => "a refusal",
            Landing::Page(Some(page)) if page.status() >= 500 => "an error page for a fault of the request, not of the server",
            Landing::Page(Some(page)) if page.is_success() && asks(page) => "an error page, not one with a form",
            Landing::Page(Some(_)) => return Ok(()),
        };
        Err(self.finding(expected.into(), landing.describe(), landing.exchange(), self.requires))
    }

    /// Demands, if the server names requirements, that it answered an exchange for one of the scenario's own requirements.
    pub fn upheld(&self, exchange: Option<u64>) -> Tried<()> {
        self.judged(exchange, self.requires)
    }

    /// Demands, if the server names requirements, that it answered an exchange for one of these requirements.
    pub fn judged(&self, exchange: Option<u64>, because: &[&'static Requirement]) -> Tried<()> {
        let Some(named) = exchange.and_then(|number| self.target.instance.refused_for(number)) else { return Ok(()) };
        self.observed.lock().unwrap_or_else(std::sync::PoisonError::into_inner).extend(named.iter().cloned());
        if because.iter().any(|wanted| named.iter().any(|id| same(wanted, id))) {
            return Ok(());
        }
        let wanted: Vec<_> = because.iter().map(|requirement| requirement.id).collect();
        let got =
            if named.is_empty() { "a refusal for no requirement".into() } else { format!("a refusal for {}", list(&named)) };
        Err(self.finding(format!("a refusal for {}", list(&wanted)), got, exchange, because))
    }

    fn well_formed(&self, reply: &Reply) -> Tried<()> {
        let broken = |expected: &str, got: String| -> Tried<()> {
            let finding = Finding::new(expected, got).shown_by(reply.number());
            Err(finding.against(&requirement::rfc6749::TOKEN_ERROR_SHAPE).into())
        };
        if reply.media_type().as_deref() != Some("application/json") {
            return broken("an error in application/json", reply.header("content-type").unwrap_or("no content type").to_owned());
        }
        for name in ["error", "error_description"] {
            let value = reply.json().and_then(|json| json.get(name).cloned());
            let fits = value.as_ref().is_none_or(|value| value.as_str().is_some_and(values::is_error_text));
            if !fits {
                return broken(&format!("`{name}` a string of RFC 6749's characters"), format!("{value:?}"));
            }
        }
        match reply.member("error_uri") {
            Some(uri) if url::Url::parse(&uri).is_err() => broken("an error_uri that is a URI", uri),
            _ => Ok(()),
        }
    }

    /// A reply that is not the expected refusal: another refusal, or none.
    fn otherwise(&self, reply: &Reply, expected: String, got: String, because: &[&'static Requirement]) -> Stop {
        match self.finding(expected, got, Some(reply.number()), because) {
            Stop::Failed(finding) if reply.status() >= 400 => finding.of_a_refusal().into(),
            other => other,
        }
    }

    fn finding(&self, expected: String, got: String, exchange: Option<u64>, because: &[&'static Requirement]) -> Stop {
        // The scenario's own requirements are not repeated.
        let narrower = (!std::ptr::eq(because, self.requires)).then(|| because.first().copied()).flatten();
        Finding { exchange, requirement: narrower, ..Finding::new(expected, got) }.into()
    }
}

impl Wire {
    /// Any of these status codes, with any of these errors (any error at all if there are none).
    pub const fn new(statuses: &'static [u16], errors: &'static [&'static str]) -> Self {
        Self { statuses, errors, unauthorized: &["invalid_client"] }
    }

    /// The same, where 401 may come with these errors.
    #[must_use]
    pub const fn unauthorized(mut self, errors: &'static [&'static str]) -> Self {
        self.unauthorized = errors;
        self
    }

    fn describe(&self) -> String {
        let errors = if self.errors.is_empty() { "any error".into() } else { format!("error {}", list(self.errors)) };
        let statuses = if self.statuses.len() == wire::ANY_4XX.len() { "4xx".into() } else { list(self.statuses) };
        format!("status {statuses} with {errors}")
    }
}

/// Returns true if two requirements are the same, or one restates the other.
fn same(wanted: &Requirement, id: &str) -> bool {
    wanted.id == id
        || wanted.restated_by.contains(&id)
        || requirement::find(id).is_some_and(|named| named.restated_by.contains(&wanted.id))
}

fn list<T: std::fmt::Display>(items: &[T]) -> String {
    let texts: Vec<_> = items.iter().map(ToString::to_string).collect();
    match texts.split_last() {
        None => "none".into(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
    }
}

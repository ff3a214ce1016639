//! The words of an assertion: refused how, refused for what.

use fapi::requirement::{self, Requirement};

use super::Session;
use crate::browser::Landing;
use crate::client::{FormRequest, Pushed, values};
use crate::finding::{Finding, Stop, Tried};
use crate::http::Reply;

/// How a refusal looks on the wire.
#[derive(Debug, Clone, Copy)]
pub struct Wire {
    /// Any of these status codes.
    pub statuses: &'static [u16],
    /// Any of these errors; any error at all if empty.
    pub errors: &'static [&'static str],
}

/// Where a bad authorization request may be refused: when pushed, at the redirect URI, or on a page of the server.
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

    /// 400 `invalid_request`.
    pub const INVALID_REQUEST: Wire = Wire { statuses: &[400], errors: &["invalid_request"] };
    /// 400 `invalid_request` or `invalid_request_object`.
    pub const INVALID_REQUEST_OBJECT: Wire = Wire { statuses: &[400], errors: &["invalid_request", "invalid_request_object"] };
    /// 400 `invalid_grant`.
    pub const INVALID_GRANT: Wire = Wire { statuses: &[400], errors: &["invalid_grant"] };
    /// 400, or 401 if `invalid_client`; `invalid_client` or `invalid_request`.
    pub const INVALID_CLIENT: Wire = Wire { statuses: &[400, 401], errors: &["invalid_client", "invalid_request"] };
    /// 400 or 401 with exactly `invalid_client`.
    pub const ONLY_INVALID_CLIENT: Wire = Wire { statuses: &[400, 401], errors: &["invalid_client"] };
    /// 400 with what RFC 9449 gives for a proof.
    pub const INVALID_PROOF: Wire = Wire { statuses: &[400], errors: &["invalid_dpop_proof", "invalid_request"] };
    /// 400 for a token request whose proof or key does not do.
    pub const INVALID_PROOF_OR_GRANT: Wire = Wire { statuses: &[400], errors: &["invalid_dpop_proof", "invalid_grant", "invalid_request"] };
}

impl Session {
    /// Demands a refusal in the format of RFC 6749 5.2, for the scenario's own requirements.
    pub fn refused(&self, reply: &Reply, wire: &Wire) -> Tried<()> {
        self.refused_because(reply, wire, self.scenario.requires)
    }

    /// Demands a refusal in the format of RFC 6749 5.2, for one of these requirements.
    pub fn refused_because(&self, reply: &Reply, wire: &Wire, because: &[&'static Requirement]) -> Tried<()> {
        let error = reply.member("error");
        let named = error.as_deref().unwrap_or_default();
        let right_error = error.is_some() && (wire.errors.is_empty() || wire.errors.contains(&named));
        let right_status = wire.statuses.contains(&reply.status()) && (reply.status() != 401 || named == "invalid_client");
        if !right_error || !right_status {
            let got = format!("status {}, {}", reply.status(), error.map_or("no error".into(), |error| format!("error {error}")));
            return Err(self.finding(wire.describe(), got, Some(reply.number()), because));
        }
        self.well_formed(reply)?;
        self.judged(Some(reply.number()), because)
    }

    /// Demands a refusal by a resource server, for the scenario's own requirements.
    pub fn refused_by_resource(&self, reply: &Reply, statuses: &[u16]) -> Tried<()> {
        self.refused_by_resource_because(reply, statuses, self.scenario.requires)
    }

    /// Demands a refusal by a resource server, for one of these requirements.
    pub fn refused_by_resource_because(&self, reply: &Reply, statuses: &[u16], because: &[&'static Requirement]) -> Tried<()> {
        if !statuses.contains(&reply.status()) {
            let expected = format!("status {} from the resource", list(statuses));
            return Err(self.finding(expected, format!("status {}", reply.status()), Some(reply.number()), because));
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
        let landing = push.client().authorize(&pushed).land().await?;
        self.landed_refused(&pushed, &landing, front.redirect)
    }

    /// Demands that a visit ended with an error at the redirect URI or on a page, never with a code.
    pub fn landed_refused(&self, pushed: &Pushed, landing: &Landing, errors: &[&str]) -> Tried<()> {
        let at = landing.exchange();
        if let Landing::Callback(callback) = landing {
            let error = callback.parameter("error").unwrap_or_default();
            if callback.parameter("code").is_some() || !errors.contains(&error.as_str()) {
                let expected = format!("an error page, or error {} at the redirect URI", list(errors));
                return Err(self.finding(expected, landing.describe(), at, self.scenario.requires));
            }
            self.one.check_response(pushed, callback)?;
        }
        if let Landing::Waiting(_) = landing {
            return Err(self.finding("a refusal".into(), landing.describe(), at, self.scenario.requires));
        }
        self.judged(at, self.scenario.requires)
    }

    /// Demands, where the server can say, that it answered an exchange for one of these requirements.
    pub fn judged(&self, exchange: Option<u64>, because: &[&'static Requirement]) -> Tried<()> {
        let Some(named) = exchange.and_then(|number| self.target.instance.refused_for(number)) else { return Ok(()) };
        self.observed.lock().unwrap_or_else(std::sync::PoisonError::into_inner).extend(named.iter().cloned());
        if because.iter().any(|wanted| named.iter().any(|id| same(wanted, id))) {
            return Ok(());
        }
        let wanted: Vec<_> = because.iter().map(|requirement| requirement.id).collect();
        let got = if named.is_empty() { "a refusal for no requirement".into() } else { format!("a refusal for {}", list(&named)) };
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
            if let Some(text) = reply.member(name).filter(|text| !values::is_error_text(text)) {
                return broken(&format!("`{name}` within the characters of RFC 6749"), format!("{text:?}"));
            }
        }
        match reply.member("error_uri") {
            Some(uri) if url::Url::parse(&uri).is_err() => broken("an error_uri that is a URI", uri),
            _ => Ok(()),
        }
    }

    fn finding(&self, expected: String, got: String, exchange: Option<u64>, because: &[&'static Requirement]) -> Stop {
        Finding { expected, got, exchange, requirement: because.first().copied() }.into()
    }
}

impl Wire {
    fn describe(&self) -> String {
        let errors = if self.errors.is_empty() { "any error".into() } else { format!("error {}", list(self.errors)) };
        format!("status {} with {errors}", list(self.statuses))
    }
}

/// Whether two requirements say the same, one restating the other.
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

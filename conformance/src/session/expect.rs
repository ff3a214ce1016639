//! Assertions about refusals: their form, and the requirement that they are for.

use fapi::requirement::{Duty, Requirement, rfc6749, rfc6750, rfc9126};

use super::Session;
use crate::browser::{Landing, asks};
use crate::client::{FormRequest, Pushed, values};
use crate::finding::{Finding, Skipped, Stop, Tried};
use crate::http::{HttpExchange, Outcome, Reply, Unanswered};
use crate::ledger::{Unjudged, is_same};
use crate::target::{Ordinary, OrdinaryKind};
use crate::words::list;

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

    /// Demands a refusal in the format of RFC 6749 5.2, for one of these requirements. A refusal in another form is a refusal; the
    /// form is told once for the server.
    pub fn refused_because(&self, reply: &Reply, wire: &Wire, because: &[&'static Requirement]) -> Tried<()> {
        let error = reply.member("error");
        if self.is_neither(reply, &wire.describe()) {
            return Ok(());
        }
        if reply.outcome() != Outcome::Refused {
            let got = format!("status {}: the request is accepted", reply.status());
            return Err(self.finding(format!("a refusal: {}", wire.describe()), got, Some(reply.number()), because));
        }
        self.refuses(reply.exchange());
        if self.is_no_refusal(reply, &wire.describe())? {
            return Ok(());
        }
        self.form_of(reply, wire, error.as_deref(), because)?;
        self.judged(Some(reply.number()), because)
    }

    /// Demands a refusal by a resource server, for the scenario's own requirements.
    pub fn refused_by_resource(&self, reply: &Reply, statuses: &[u16]) -> Tried<()> {
        self.refused_by_resource_because(reply, statuses, self.requires)
    }

    /// Demands a refusal by a resource server, for one of these requirements.
    pub fn refused_by_resource_because(&self, reply: &Reply, statuses: &[u16], because: &[&'static Requirement]) -> Tried<()> {
        let expected = format!("{} from the resource", describe_statuses(statuses));
        if self.is_neither(reply, &expected) {
            return Ok(());
        }
        if reply.outcome() != Outcome::Refused {
            let got = format!("status {}: the resource serves the request", reply.status());
            return Err(self.finding(expected, got, Some(reply.number()), because));
        }
        self.refuses(reply.exchange());
        if self.is_no_refusal(reply, &expected)? {
            return Ok(());
        }
        if !statuses.contains(&reply.status()) {
            let finding = Finding::new(expected, format!("a refusal with status {}", reply.status()));
            let words: &[&str] = if statuses == [401] { &["401"] } else { &[] };
            self.otherwise(finding, reply.number(), because, words, &rfc6750::TOKEN_LIVE)?;
        }
        self.judged(Some(reply.number()), because)
    }

    /// Pushes a bad request and demands that it is refused, there or later; never that it leads to a code.
    pub async fn refused_in_front(&self, push: &FormRequest, front: &Front) -> Tried<()> {
        let reply = push.send().await?;
        if !reply.grants() {
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
        if !refusal {
            return Err(unanswered.into());
        }
        self.refuses(&unanswered.0);
        Ok(())
    }

    /// Demands that a visit ended with an error at the redirect URI or on a page, never with a code.
    pub fn landed_refused(&self, pushed: &Pushed, landing: &Landing, errors: &[&str]) -> Tried<()> {
        let at = landing.exchange();
        self.ledger.refused(Ordinary { kind: OrdinaryKind::Code, client: self.number_of(pushed) });
        if let Landing::Callback(callback) = landing {
            let expected = format!("an error page, or error {} at the redirect URI", list(errors, "or"));
            let error = callback.parameter("error");
            if callback.parameter("code").is_some() {
                return Err(self.finding(expected, landing.describe(), at, self.requires));
            }
            match error {
                None => self.ledger.deviates(Finding {
                    exchange: at,
                    ..Finding::new(expected, landing.describe()).against(&rfc6749::ERROR_REDIRECTED)
                })?,
                Some(error) if !errors.contains(&error.as_str()) => {
                    let finding = Finding { exchange: at, ..Finding::new(expected, landing.describe()) };
                    self.otherwise(finding, at.unwrap_or_default(), self.requires, errors, &rfc6749::ERROR_REDIRECTED)?;
                }
                Some(_) => {}
            }
            self.one.check_response(pushed, callback)?;
        }
        self.is_an_end(landing)?;
        self.upheld(at)
    }

    /// Demands that a visit did not end on a page that waits for the user. An error page of a broken server is told once for the
    /// server.
    pub fn is_an_end(&self, landing: &Landing) -> Tried<()> {
        let (expected, refused) = match landing {
            Landing::Callback(_) | Landing::Page(None) => return Ok(()),
            Landing::Waiting(_) => ("a refusal", false),
            Landing::Page(Some(page)) if page.status() >= 500 => ("an error page with a status below 500", true),
            Landing::Page(Some(page)) if page.is_success() && asks(page) => ("an error page without a form", false),
            Landing::Page(Some(_)) => return Ok(()),
        };
        let at = landing.exchange();
        if refused {
            let strict = self.target.instance.strict();
            let reason = format!("not judged: expected {expected}; got {}, which is no refusal", landing.describe());
            let turned_away = !strict && landing.page().is_some_and(|page| page.exchange().is_turned_away());
            if turned_away {
                self.ledger.unjudged(Unjudged::Disturbed, reason);
                return Ok(());
            }
            let finding = Finding { exchange: at, ..Finding::new(expected, landing.describe()) };
            self.ledger.in_passing(finding.of_a_refusal().against(&rfc6749::ERROR_REDIRECTED).as_advice());
            if !strict {
                self.ledger.unjudged(Unjudged::Refused, reason);
            }
            return Ok(());
        }
        Err(self.finding(expected.into(), landing.describe(), at, self.requires))
    }

    /// Demands, if the server names requirements, that it answered an exchange for one of the scenario's own requirements.
    pub fn upheld(&self, exchange: Option<u64>) -> Tried<()> {
        self.judged(exchange, self.requires)
    }

    /// Demands, if the server names requirements, that it answered an exchange for one of these requirements.
    pub fn judged(&self, exchange: Option<u64>, because: &[&'static Requirement]) -> Tried<()> {
        let Some(named) = exchange.and_then(|number| self.target.instance.refused_for(number)) else { return Ok(()) };
        self.ledger.observed(&named);
        if because.iter().any(|wanted| named.iter().any(|id| is_same(wanted, id))) {
            return Ok(());
        }
        let wanted: Vec<_> = because.iter().map(|requirement| requirement.id).collect();
        let got = if named.is_empty() {
            "a refusal for no requirement".into()
        } else {
            format!("a refusal for {}", list(&named, "or"))
        };
        Err(self.finding(format!("a refusal for {}", list(&wanted, "or")), got, exchange, because))
    }

    /// Notes that nothing can be judged if a response does not show that the request was looked at: the server failed, limits the rate
    /// of requests, or was not reached by its gateway. A failure of its own is told once for the server. After a request that was not looked
    /// at, the rest of a scenario would show nothing.
    fn is_no_refusal(&self, reply: &Reply, expected: &str) -> Tried<bool> {
        let (exchange, status) = (reply.exchange(), reply.status());
        if self.target.instance.strict() || (status < 500 && !exchange.is_turned_away()) {
            return Ok(false);
        }
        let reason = format!("not judged: expected {expected}; got status {status}, which is no refusal");
        if exchange.is_turned_away() {
            self.ledger.unjudged(Unjudged::Disturbed, reason.clone());
            return Err(Skipped::new(reason).shown_by(reply.number()).into());
        }
        let finding = Finding::new("an answer with a status below 500", format!("status {status}"));
        self.ledger.in_passing(finding.shown_by(reply.number()).of_a_refusal().against(self.usual(reply)));
        self.ledger.unjudged(Unjudged::Refused, reason);
        Ok(true)
    }

    /// Notes that nothing can be judged if a response neither gives what was asked for nor says an error, or is the page of a firewall.
    /// It is told once for the server.
    fn is_neither(&self, reply: &Reply, expected: &str) -> bool {
        let exchange = reply.exchange();
        if self.target.instance.strict() || (reply.outcome() != Outcome::Neither && !exchange.is_intercepted()) {
            return false;
        }
        let finding = neither(reply);
        self.ledger.unjudged(Unjudged::Disturbed, format!("not judged: expected {expected}; got {}", finding.got));
        self.ledger.in_passing(finding);
        true
    }

    /// The clause about the form of a refusal by the endpoint of a response.
    fn usual(&self, reply: &Reply) -> &'static Requirement {
        match self.ordinary(reply.exchange()).kind {
            OrdinaryKind::Push => &rfc9126::ERROR_FORMAT,
            OrdinaryKind::Resource | OrdinaryKind::Userinfo => &rfc6750::TOKEN_LIVE,
            _ => &rfc6749::TOKEN_ERROR_SHAPE,
        }
    }

    /// Checks the form of a refusal at a back-channel endpoint.
    fn form_of(&self, reply: &Reply, wire: &Wire, error: Option<&str>, because: &[&'static Requirement]) -> Tried<()> {
        let usual = self.usual(reply);
        let Some(error) = error else {
            let got = format!("status {} without an error", reply.status());
            return self.otherwise(Finding::new(wire.describe(), got), reply.number(), because, &[], usual);
        };
        let got = format!("status {}, error {error}", reply.status());
        let right_error = wire.errors.is_empty() || wire.errors.contains(&error);
        if !wire.statuses.contains(&reply.status())
            || (right_error && reply.status() == 401 && !wire.unauthorized.contains(&error))
        {
            let rule = if reply.status() == 401 { " (401 is only for invalid_client)" } else { "" };
            self.otherwise(Finding::new(wire.describe() + rule, got), reply.number(), because, &[], usual)?;
        } else if !right_error {
            self.otherwise(Finding::new(wire.describe(), got), reply.number(), because, wire.errors, usual)?;
        }
        self.well_formed(reply)
    }

    fn well_formed(&self, reply: &Reply) -> Tried<()> {
        let broken = |expected: &str, got: String| {
            let finding = Finding::new(expected, got).shown_by(reply.number());
            self.ledger.deviates(finding.against(&rfc6749::TOKEN_ERROR_SHAPE))
        };
        if reply.media_type().as_deref() != Some("application/json") {
            broken("an error in application/json", reply.header("content-type").unwrap_or("no content type").to_owned())?;
        }
        for name in ["error", "error_description"] {
            let value = reply.json().and_then(|json| json.get(name).cloned());
            let fits = value.as_ref().is_none_or(|value| value.as_str().is_some_and(values::is_error_text));
            if !fits {
                let got = value.map_or("none".to_owned(), |value| value.to_string());
                broken(&format!("`{name}` a string of RFC 6749's characters"), got)?;
            }
        }
        match reply.member("error_uri") {
            Some(uri) if url::Url::parse(&uri).is_err() => broken("an error_uri that is a URI", uri),
            _ => Ok(()),
        }
    }

    /// Notes a refusal in another form than expected. It ends the scenario only if that is about what the server sends. The clause is
    /// one of the scenario's that names the expected error or status (`words`), or else the usual one for the endpoint; that one does
    /// not say which error fits.
    fn otherwise(
        &self,
        finding: Finding,
        exchange: u64,
        because: &[&'static Requirement],
        words: &[&str],
        usual: &'static Requirement,
    ) -> Tried<()> {
        let finding = finding.shown_by(exchange).of_a_refusal();
        if let Some(sent) = because.iter().find(|rule| rule.duty == Duty::Emit) {
            return Err(finding.against(sent).into());
        }
        let told = |word: &&str| [format!("`{word}`"), format!("status {word}")];
        let names = |rule: &Requirement| words.iter().flat_map(told).any(|told| rule.summary.contains(&told));
        match because.iter().find(|rule| names(rule)) {
            Some(rule) => self.ledger.in_passing(finding.against(rule)),
            None if words.is_empty() => self.ledger.in_passing(finding.against(usual)),
            None => self.ledger.in_passing(finding.against(usual).as_advice()),
        }
        Ok(())
    }

    /// Notes that the scenario rests on the ordinary form of a request that was refused.
    fn refuses(&self, exchange: &HttpExchange) {
        self.ledger.refused(self.ordinary(exchange));
    }

    /// The number of the client that pushed a request.
    fn number_of(&self, pushed: &Pushed) -> usize {
        usize::from(self.one.id() != self.two.id() && pushed.parameter("client_id") == Some(self.two.id()))
    }

    fn finding(&self, expected: String, got: String, exchange: Option<u64>, because: &[&'static Requirement]) -> Stop {
        // The scenario's own requirements are not repeated.
        let narrower = (!std::ptr::eq(because, self.requires)).then(|| because.first().copied()).flatten();
        Finding { exchange, requirement: narrower, ..Finding::new(expected, got) }.into()
    }
}

/// Advice about a response that neither serves a request nor refuses it.
pub fn neither(reply: &Reply) -> Finding {
    let what = reply.media_type().unwrap_or_else(|| "no content type".into());
    let before = if reply.exchange().is_intercepted() { ": a firewall may stand before the server" } else { "" };
    let got = format!("status {} with {what}, which neither serves the request nor refuses it{before}", reply.status());
    let finding = Finding::new("a response that serves the request or refuses it", got).shown_by(reply.number());
    finding.of_a_refusal().against(&rfc6749::TOKEN_ERROR_SHAPE).as_advice()
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
        let errors = if self.errors.is_empty() { "any error".into() } else { format!("error {}", list(self.errors, "or")) };
        format!("{} with {errors}", describe_statuses(self.statuses))
    }
}

fn describe_statuses(statuses: &[u16]) -> String {
    format!("status {}", if statuses.len() == wire::ANY_4XX.len() { "4xx".into() } else { list(statuses, "or") })
}

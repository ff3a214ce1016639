//! Redaction: what a report must not show, and the marks that replace it.
//!
//! Every exchange in a report passes through a [`Redactor`]. It knows where secrets occur (form fields, JSON members, headers,
//! URLs, inputs of pages) and collects their values there. Then it removes these values, and everything that looks like a token
//! or a private key, from all other texts too. Equal values get equal digests, so that readers can still see that the token sent
//! is the token issued.

mod json;
mod mark;
mod names;
mod page;
mod text;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::http::{Answer, HttpExchange};
use crate::output::visible;

/// The longest body to keep in a report, in characters.
const LONGEST_BODY: usize = 16 << 10;
/// Shorter values are hidden where they occur, but not searched for in running text: they may be ordinary words.
const SHORTEST_LEARNED: usize = 16;
/// Values of at least this length that a person chose are searched for between quotes and in fields.
const SHORTEST_CHOSEN: usize = 4;

/// Texts that people chose and that no report shows, such as passwords in a target file.
#[derive(Clone, Default)]
pub struct Chosen(BTreeSet<String>);

/// Hides secrets. Made for the exchanges of one scenario.
#[derive(Default)]
pub struct Redactor {
    hides: bool,
    /// The secrets with their marks, longest first.
    learned: Vec<(String, String)>,
    /// Short secrets that people chose.
    chosen: BTreeSet<String>,
}

/// An exchange as a report shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The number of the exchange.
    pub number: u64,
    /// The purpose of the request.
    pub purpose: String,
    /// The method sent.
    pub method: String,
    /// The URL sent to.
    pub url: String,
    /// The client certificate presented.
    pub certificate: Option<String>,
    /// The header fields sent.
    pub headers: Vec<(String, String)>,
    /// The body sent.
    pub body: String,
    /// The response, or the reason why there is none.
    pub answer: Result<ShownResponse, String>,
    /// How long it took.
    pub took: Duration,
}

/// A response as a report shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownResponse {
    /// Its status code.
    pub status: u16,
    /// Its header fields.
    pub headers: Vec<(String, String)>,
    /// Its body.
    pub body: String,
}

/// Maps the name and value of a secret to the text that is shown instead.
type Hide<'a> = &'a mut dyn FnMut(&str, &str) -> String;

impl Redactor {
    /// Hides nothing, as `--unredacted` requests.
    pub fn open() -> Self {
        Self::default()
    }

    /// Hides the secrets of these exchanges.
    pub fn over(exchanges: &[Arc<HttpExchange>]) -> Self {
        Self::knowing(&Chosen::default(), exchanges)
    }

    /// Hides the secrets of these exchanges, and texts that are known to be secret wherever they are.
    pub fn knowing(known: &Chosen, exchanges: &[Arc<HttpExchange>]) -> Self {
        let mut values = BTreeMap::new();
        let mut chosen = BTreeSet::new();
        for text in &known.0 {
            match text.len() {
                SHORTEST_LEARNED.. => _ = values.insert(text.clone(), true),
                SHORTEST_CHOSEN.. => _ = chosen.insert(text.clone()),
                _ => {}
            }
        }
        let mut learn = |name: &str, value: &str| {
            if value.len() >= SHORTEST_LEARNED {
                *values.entry(value.to_owned()).or_insert(false) |= names::guessable(name);
            } else if value.len() >= SHORTEST_CHOSEN && names::guessable(name) && name != names::ANYTHING_TYPED {
                chosen.insert(value.to_owned());
            }
            String::new()
        };
        for exchange in exchanges {
            parts(exchange, &mut learn);
        }
        let mark = |value: &str, guessable: bool| mark::of(if guessable { "secret" } else { "" }, value);
        let all =
            values.iter().flat_map(|(value, guessable)| mark::spellings(value).map(move |text| (text, mark(value, *guessable))));
        let mut learned: Vec<_> = all.collect();
        learned.sort_by(|(one, _), (two, _)| two.len().cmp(&one.len()).then_with(|| one.cmp(two)));
        learned.dedup();
        Self { hides: true, learned, chosen }
    }

    /// Redacts an exchange.
    pub fn exchange(&self, exchange: &HttpExchange) -> Shown {
        let mut shown = match self.hides {
            true => parts(exchange, &mut |name, value| mark::of(name, value)),
            false => whole(exchange),
        };
        self.every_text(&mut shown);
        shown
    }

    /// Redacts a sentence of a finding.
    pub fn text(&self, text: &str) -> String {
        if !self.hides {
            return visible(text);
        }
        let text = text::inline(text, &mut |name, value| mark::of(name, value));
        visible(&self.sweep(&text))
    }

    /// Removes collected values and everything that looks like a secret from all texts, and shortens long bodies.
    fn every_text(&self, shown: &mut Shown) {
        let mut texts = vec![&mut shown.url, &mut shown.body];
        texts.extend(shown.headers.iter_mut().map(|(_, value)| value));
        match &mut shown.answer {
            Ok(response) => {
                texts.push(&mut response.body);
                texts.extend(response.headers.iter_mut().map(|(_, value)| value));
            }
            Err(reason) => texts.push(reason),
        }
        for text in texts {
            if self.hides {
                *text = self.sweep(text);
            }
            *text = visible(text);
            shorten(text);
        }
    }

    fn sweep(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (value, mark) in &self.learned {
            if text.contains(value.as_str()) {
                text = text.replace(value.as_str(), mark);
            }
        }
        for value in &self.chosen {
            if text.contains(value.as_str()) {
                text = text::fields(&text, value);
            }
        }
        text::private_keys(&text::tokens(&text))
    }
}

impl FromIterator<String> for Chosen {
    fn from_iter<I: IntoIterator<Item = String>>(texts: I) -> Self {
        Self(texts.into_iter().collect())
    }
}

impl fmt::Debug for Chosen {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} texts", self.0.len())
    }
}

impl fmt::Debug for Redactor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Redactor of {} secrets", self.learned.len() + self.chosen.len())
    }
}

/// An exchange without redaction.
fn whole(exchange: &HttpExchange) -> Shown {
    let body = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Shown {
        number: exchange.number,
        purpose: exchange.purpose.clone(),
        method: exchange.method.clone(),
        url: exchange.url.to_string(),
        certificate: exchange.identity.clone(),
        headers: exchange.headers.clone(),
        body: body(&exchange.body),
        answer: match &exchange.answer {
            Answer::Response { status, headers, body: bytes } => {
                Ok(ShownResponse { status: *status, headers: headers.clone(), body: body(bytes) })
            }
            Answer::Nothing(_, reason) => Err(reason.clone()),
        },
        took: exchange.took,
    }
}

/// An exchange with the secrets replaced in all known places.
fn parts(exchange: &HttpExchange, hide: Hide) -> Shown {
    let mut shown = whole(exchange);
    shown.url = text::url(&shown.url, hide);
    // Everything that a user types into a page is the user's own.
    let typed = exchange.purpose == "user agent";
    shown.body = body(&shown.headers, &shown.body, typed, hide);
    headers(&mut shown.headers, hide);
    match &mut shown.answer {
        Ok(response) => {
            response.body = body(&response.headers, &response.body, false, hide);
            headers(&mut response.headers, hide);
        }
        Err(reason) => *reason = text::inline(reason, hide),
    }
    shown
}

fn headers(headers: &mut [(String, String)], hide: Hide) {
    for (name, value) in headers {
        *value = match name.to_ascii_lowercase().as_str() {
            "authorization" | "proxy-authorization" => match value.split_once(' ') {
                Some((scheme, credentials)) => format!("{scheme} {}", hide("authorization", credentials)),
                None => hide("authorization", value),
            },
            "cookie" => value.split(';').map(|pair| text::cookie(pair, hide)).collect::<Vec<_>>().join(";"),
            "set-cookie" => match value.split_once(';') {
                Some((pair, attributes)) => format!("{};{attributes}", text::cookie(pair, hide)),
                None => text::cookie(value, hide),
            },
            "dpop" => hide("dpop", value),
            "location" | "content-location" | "referer" => text::url(value, hide),
            name if names::secret(name) => hide(name, value),
            _ => text::inline(value, hide),
        };
    }
}

fn body(headers: &[(String, String)], body: &str, typed: bool, hide: Hide) -> String {
    let media = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    let media = media.map(|(_, value)| value.to_ascii_lowercase()).unwrap_or_default();
    let start = body.trim_start();
    if media.contains("form-urlencoded") && !start.starts_with('{') {
        return text::parameters(body, |name| (typed && !names::public(name)) || names::secret(name), hide);
    }
    if typed && !body.is_empty() {
        // A page's form in another encoding is hidden as a whole.
        return hide(names::ANYTHING_TYPED, body);
    }
    if media.contains("json") || start.starts_with(['{', '[', '"']) {
        return json::members(body, hide);
    }
    if start.starts_with('<') || media.contains("html") {
        return text::inline(&page::inputs(body, hide), hide);
    }
    text::inline(body, hide)
}

fn shorten(text: &mut String) {
    if let Some((end, _)) = text.char_indices().nth(LONGEST_BODY) {
        let more = text[end..].chars().count();
        text.truncate(end);
        text.push_str(&format!("… ({more} more characters)"));
    }
}

//! Secrets in parameters, URLs, cookies and running text.

use std::borrow::Cow;

use super::{Hide, mark, names};

/// `name=value&name=value`. Repeated and malformed parameters keep everything but their values.
pub(super) fn parameters(text: &str, secret: impl Fn(&str) -> bool, hide: Hide) -> String {
    let one = |pair: &str, hide: Hide| match pair.split_once('=') {
        Some((name, value)) => {
            let decoded = decode(name);
            if secret(&decoded) {
                // A value that is hidden for another reason than its name was typed into a page: it gets no digest.
                let known_as = if names::secret(&decoded) { decoded.as_ref() } else { names::ANYTHING_TYPED };
                format!("{name}={}", hide(known_as, &decode(value)))
            } else {
                pair.to_owned()
            }
        }
        None => pair.to_owned(),
    };
    text.split('&').map(|pair| one(pair, hide)).collect::<Vec<_>>().join("&")
}

/// A URL, whole or relative: its query, its fragment and a password before its host.
pub(super) fn url(text: &str, hide: Hide) -> String {
    let (before, fragment) = text.split_once('#').map_or((text, None), |(before, fragment)| (before, Some(fragment)));
    let (path, query) = before.split_once('?').map_or((before, None), |(path, query)| (path, Some(query)));
    let mut shown = authority(path, hide);
    if let Some(query) = query {
        shown.push('?');
        shown.push_str(&parameters(query, names::secret, hide));
    }
    if let Some(fragment) = fragment {
        shown.push('#');
        shown.push_str(&parameters(fragment, names::secret, hide));
    }
    shown
}

/// `name=value` of a cookie.
pub(super) fn cookie(pair: &str, hide: Hide) -> String {
    match pair.split_once('=') {
        Some((name, value)) => format!("{name}={}", hide("cookie", value)),
        None => hide("cookie", pair),
    }
}

/// Free text: replaces the value in everything of the form `name=value` with the name of a secret, and in `name: "value"` if people
/// choose such values.
pub(super) fn inline(text: &str, hide: Hide) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['=', ':']) {
        let (before, after) = (&rest[..at], &rest[at + 1..]);
        let sign = &rest[at..=at];
        shown.push_str(before);
        shown.push_str(sign);
        rest = after;
        let quote = before.len() - before.trim_end_matches(['"', '\'']).len();
        let before = &before[..before.len() - quote];
        let start =
            before.rfind(|c: char| !(c.is_ascii_alphanumeric() || "_-%.".contains(c))).map_or(0, |at| at + char_at(before, at));
        let name = decode(&before[start..]);
        let chosen = names::guessable(&name);
        let in_query = before[..start].ends_with(['?', '&', '#', ';']);
        let quoted = opening(after).filter(|_| chosen);
        let plain = sign == "=" && quote == 0 && names::secret(&name) && (in_query || chosen || is_no_word(&name));
        if let Some((open, quote)) = quoted {
            let end = after[open..].find(quote).map_or(after.len(), |end| open + end);
            shown.push_str(&after[..open]);
            shown.push_str(&hide(&name, &after[open..end]));
            rest = &after[end..];
        } else if plain {
            let end = after.find(|c: char| c.is_whitespace() || "&\"'<>#,;)}\\`".contains(c)).unwrap_or(after.len());
            shown.push_str(&hide(&name, &decode(&after[..end])));
            rest = &after[end..];
        }
    }
    shown.push_str(rest);
    shown
}

/// Returns true for a name that is no ordinary word of a sentence.
fn is_no_word(name: &str) -> bool {
    name.contains(['_', '-']) || name.chars().skip(1).any(char::is_uppercase)
}

/// The place after an opening quote, and the quote, if the text begins with one.
fn opening(text: &str) -> Option<(usize, char)> {
    let spaces = text.len() - text.trim_start_matches(' ').len();
    let quote = text[spaces..].chars().next().filter(|c| "\"'`".contains(*c))?;
    Some((spaces + 1, quote))
}

/// Replaces a value where it stands alone in quotes, in a form or in a page.
pub(super) fn fields(text: &str, value: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(value) {
        let (before, after) = (&rest[..at], &rest[at + value.len()..]);
        let opens = before.ends_with(['"', '\'', '`', '=', '>', '‘', '“']);
        let closes = after.is_empty() || after.starts_with(['"', '\'', '`', '&', '<', '’', '”']);
        shown.push_str(before);
        shown.push_str(if opens && closes { "‹redacted›" } else { value });
        rest = after;
    }
    shown.push_str(rest);
    shown
}

/// Replaces everything that looks like a signed or encrypted token.
pub(super) fn tokens(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("eyJ") {
        shown.push_str(&rest[..at]);
        let run = &rest[at..];
        let end = run.find(|c: char| !(c.is_ascii_alphanumeric() || "-_.".contains(c))).unwrap_or(run.len());
        let token = &run[..end];
        if token.len() > 40 && token.contains('.') {
            shown.push_str(&mark::of("", token));
        } else {
            shown.push_str(token);
        }
        rest = &run[end..];
    }
    shown.push_str(rest);
    shown
}

/// Replaces private keys in PEM.
pub(super) fn private_keys(text: &str) -> String {
    const END: &str = "PRIVATE KEY-----";
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("-----BEGIN ") {
        let block = &rest[at..];
        let label = block.find(END).filter(|end| !block[11..*end].contains('-'));
        let Some(label) = label else {
            shown.push_str(&rest[..at + 11]);
            rest = &rest[at + 11..];
            continue;
        };
        let body = &block[label + END.len()..];
        let end = body.find(END).map_or(body.len(), |end| end + END.len());
        shown.push_str(&rest[..at]);
        shown.push_str("‹redacted private key›");
        rest = &body[end..];
    }
    shown.push_str(rest);
    shown
}

fn authority(path: &str, hide: Hide) -> String {
    let Some((scheme, rest)) = path.split_once("://") else { return path.to_owned() };
    let (authority, after) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    match authority.rsplit_once('@').and_then(|(user, host)| Some((user.split_once(':')?, host))) {
        Some(((user, password), host)) => format!("{scheme}://{user}:{}@{host}{after}", hide("password", password)),
        None => path.to_owned(),
    }
}

fn decode(text: &str) -> Cow<'_, str> {
    if !text.contains(['%', '+']) {
        return text.into();
    }
    form_urlencoded::parse(format!("x={text}").as_bytes()).next().map_or(text.into(), |(_, value)| value.into_owned().into())
}

fn char_at(text: &str, at: usize) -> usize {
    text[at..].chars().next().map_or(1, char::len_utf8)
}

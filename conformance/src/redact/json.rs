//! Secrets in JSON, valid or not: the rest of the text stays as it was sent, with duplicate members.

use super::{Hide, names, text};

/// Replaces the strings and numbers of secret members.
pub(super) fn members(json: &str, hide: Hide) -> String {
    let mut shown = String::with_capacity(json.len());
    let mut rest = json;
    let mut name: Option<String> = None;
    while let Some(first) = rest.chars().next() {
        match first {
            '"' => {
                let (inside, after) = string(&rest[1..]);
                let value = unescape(inside);
                if let (None, Some(colon)) = (&name, colon(after)) {
                    shown.push_str(&rest[..rest.len() - after.len() + colon]);
                    rest = &after[colon..];
                    name = Some(value);
                    continue;
                }
                let shown_value = match name.take() {
                    Some(name) if names::secret_member(&name, &value) => hide(&name, &value),
                    _ => text::inline(inside, hide),
                };
                shown.push('"');
                shown.push_str(&shown_value);
                if rest.len() > inside.len() + 1 {
                    shown.push('"');
                }
                rest = after;
            }
            '-' | '0'..='9' => {
                let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || "+-.".contains(c))).unwrap_or(rest.len());
                let long = |name: &str| names::secret(name) && name != "code" && end >= 8;
                let hidden = name.take().filter(|name| names::guessable(name) || long(name));
                shown.push_str(&hidden.map_or_else(|| rest[..end].to_owned(), |name| hide(&name, &rest[..end])));
                rest = &rest[end..];
            }
            other => {
                if !other.is_whitespace() {
                    name = None;
                }
                shown.push(other);
                rest = &rest[other.len_utf8()..];
            }
        }
    }
    shown
}

/// Splits a text into the content of a string and the rest after it.
fn string(text: &str) -> (&str, &str) {
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return (&text[..at], &text[at + 1..]),
            _ => {}
        }
    }
    (text, "")
}

/// The length up to and including the colon that makes the string before it a name.
fn colon(after: &str) -> Option<usize> {
    let spaces = after.len() - after.trim_start().len();
    after[spaces..].starts_with(':').then_some(spaces + 1)
}

fn unescape(inside: &str) -> String {
    serde_json::from_str(&format!("\"{inside}\"")).unwrap_or_else(|_| inside.to_owned())
}

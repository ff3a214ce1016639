//! Secrets in pages: the values of inputs.

use super::{Hide, names};

/// Replaces the values of inputs; buttons and choices keep theirs.
pub(super) fn inputs(html: &str, hide: Hide) -> String {
    let mut shown = String::with_capacity(html.len());
    let mut rest = html;
    let lower = html.to_ascii_lowercase();
    while let Some(at) = lower[html.len() - rest.len()..].find("<input") {
        let end = tag_end(&rest[at..]) + at;
        shown.push_str(&rest[..at]);
        shown.push_str(&input(&rest[at..end], hide));
        rest = &rest[end..];
    }
    shown.push_str(rest);
    shown
}

fn input(tag: &str, hide: Hide) -> String {
    let attributes = attributes(tag);
    let value_of = |name: &str| attributes.iter().find(|(found, ..)| found.eq_ignore_ascii_case(name));
    let kind = value_of("type").map(|(_, from, to)| tag[*from..*to].to_ascii_lowercase()).unwrap_or_default();
    if ["submit", "button", "reset", "checkbox", "radio", "image"].contains(&kind.as_str()) {
        return tag.to_owned();
    }
    let Some((_, from, to)) = value_of("value") else { return tag.to_owned() };
    let name = value_of("name").map(|(_, from, to)| &tag[*from..*to]).unwrap_or_default();
    if kind == "hidden" && names::public(name) {
        return tag.to_owned();
    }
    // A digest is shown for a token that the server put into the page, but not for text that a person typed.
    let name = if kind == "hidden" || names::secret(name) { name } else { names::ANYTHING_TYPED };
    format!("{}{}{}", &tag[..*from], hide(name, &tag[*from..*to].replace("&amp;", "&")), &tag[*to..])
}

/// Each attribute's name, with the start and end of its value.
fn attributes(tag: &str) -> Vec<(&str, usize, usize)> {
    let mut found = Vec::new();
    let mut at = "<input".len().min(tag.len());
    while let Some(equals) = tag[at..].find('=').map(|offset| at + offset) {
        let name = tag[at..equals].trim().rsplit(|c: char| c.is_whitespace() || "\"'/".contains(c)).next().unwrap_or_default();
        let spaces = tag[equals + 1..].len() - tag[equals + 1..].trim_start().len();
        let start = equals + 1 + spaces;
        let (from, to) = match tag[start..].chars().next() {
            Some(quote @ ('"' | '\'')) => (start + 1, tag[start + 1..].find(quote).map_or(tag.len(), |end| start + 1 + end)),
            _ => (start, tag[start..].find(|c: char| c.is_whitespace() || c == '>').map_or(tag.len(), |end| start + end)),
        };
        found.push((name, from, to));
        at = (to + 1).min(tag.len());
        while !tag.is_char_boundary(at) {
            at += 1;
        }
    }
    found
}

/// The end of the tag; `>` in quotes does not end it.
fn tag_end(tag: &str) -> usize {
    let mut quote = None;
    for (at, c) in tag.char_indices() {
        match (quote, c) {
            (None, '>') => return at + 1,
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), _) if c == open => quote = None,
            _ => {}
        }
    }
    tag.len()
}

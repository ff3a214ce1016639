//! The form submission algorithm of the HTML standard: which values a form sends, in which encoding.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use url::Url;

use super::{Control, Encoding, Form, Page};

/// A form that was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submission {
    /// The URL, with the values in its query if the form was not posted.
    pub url: Url,
    /// The body of a form that was posted.
    pub content: Option<Content>,
}

/// The body of a posted form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// The `Content-Type`.
    pub media_type: String,
    /// The encoded values.
    pub body: String,
}

struct Entry<'a> {
    name: Cow<'a, str>,
    value: Cow<'a, str>,
    is_file: bool,
}

impl Page {
    /// Sends a form of this page, which was loaded from `here`, with a button or without. The user's own values replace those
    /// of the page, by name. Returns `None` if the form leads to no URL.
    pub fn submit(
        &self,
        here: &Url,
        form: &Form,
        pressed: Option<&Control>,
        fields: &BTreeMap<String, String>,
    ) -> Option<Submission> {
        let action = pressed.and_then(|button| button.action.as_ref()).unwrap_or(&form.action);
        let method = pressed.and_then(|button| button.method.as_ref()).unwrap_or(&form.method);
        let encoding = pressed.and_then(|button| button.encoding).unwrap_or(form.encoding);
        // An empty action means the page itself, whatever its `<base>` says.
        let mut url = if action.is_empty() { here.clone() } else { self.resolve(here, action)? };
        let entries = entries(form, pressed, fields);
        if method == "POST" {
            return Some(Submission { url, content: Some(content(encoding, &entries)) });
        }
        url.set_query(Some(&url_encoded(&entries)));
        Some(Submission { url, content: None })
    }
}

fn entries<'a>(form: &'a Form, pressed: Option<&'a Control>, fields: &'a BTreeMap<String, String>) -> Vec<Entry<'a>> {
    let mut entries = Vec::new();
    let mut chosen = BTreeSet::new();
    for control in &form.controls {
        let name = control.name.as_str();
        if control.submits() {
            if pressed.is_some_and(|pressed| std::ptr::eq(pressed, control)) {
                entries.extend(button(control));
            }
            continue;
        }
        let value = match control.field(fields).map(|(_, value)| value) {
            _ if name.is_empty() => continue,
            // One value is the user's complete choice among all boxes of this name.
            Some(_) if control.chooses() && !chosen.insert(name) => continue,
            Some(value) => value,
            None if control.optional => continue,
            None if control.kind == "hidden" && name.eq_ignore_ascii_case("_charset_") => "UTF-8",
            None => &control.value,
        };
        entries.push(Entry { name: name.into(), value: value.into(), is_file: control.kind == "file" });
    }
    entries
}

/// The values of a pressed button. An image sends the place that was clicked.
fn button(control: &Control) -> Vec<Entry<'_>> {
    let name = control.name.as_str();
    let entry = |name: Cow<'static, str>| Entry { name, value: "0".into(), is_file: false };
    match (control.kind.as_str(), name) {
        ("image", "") => vec![entry("x".into()), entry("y".into())],
        ("image", name) => vec![entry(format!("{name}.x").into()), entry(format!("{name}.y").into())],
        (_, "") => Vec::new(),
        (_, name) => vec![Entry { name: name.into(), value: control.value.as_str().into(), is_file: false }],
    }
}

fn content(encoding: Encoding, entries: &[Entry]) -> Content {
    match encoding {
        Encoding::UrlEncoded => Content { media_type: "application/x-www-form-urlencoded".into(), body: url_encoded(entries) },
        Encoding::Multipart => multipart(entries),
        Encoding::Text => {
            let line = |entry: &Entry| format!("{}={}\r\n", network_lines(&entry.name), network_lines(&entry.value));
            Content { media_type: "text/plain".into(), body: entries.iter().map(line).collect() }
        }
    }
}

fn url_encoded(entries: &[Entry]) -> String {
    let mut encoded = form_urlencoded::Serializer::new(String::new());
    for entry in entries {
        encoded.append_pair(&network_lines(&entry.name), &network_lines(&entry.value));
    }
    encoded.finish()
}

fn multipart(entries: &[Entry]) -> Content {
    let parts = entries.iter().map(|entry| {
        let name = network_lines(&entry.name).replace('\r', "%0D").replace('\n', "%0A").replace('"', "%22");
        let head = format!("Content-Disposition: form-data; name=\"{name}\"");
        match entry.is_file {
            true => format!("{head}; filename=\"\"\r\nContent-Type: application/octet-stream\r\n\r\n\r\n"),
            false => format!("{head}\r\n\r\n{}\r\n", network_lines(&entry.value)),
        }
    });
    let parts: Vec<_> = parts.collect();
    // The boundary is the first candidate that no part contains.
    let mut boundary = "form-boundary".to_owned();
    while parts.iter().any(|part| part.contains(&boundary)) {
        boundary.push('-');
    }
    let mut body: String = parts.iter().map(|part| format!("--{boundary}\r\n{part}")).collect();
    body.push_str(&format!("--{boundary}--\r\n"));
    Content { media_type: format!("multipart/form-data; boundary={boundary}"), body }
}

/// The text with every line break as CR LF.
fn network_lines(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n").replace('\n', "\r\n")
}

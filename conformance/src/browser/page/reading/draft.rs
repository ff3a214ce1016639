//! The controls of one form.

use std::collections::BTreeMap;

use super::super::document::Node;
use super::super::{Control, Encoding, Form, MARK};
use super::choice::{self, Radios};
use super::{Element, text};

/// The types of `<input>` that hold a value. Any other type, known or not, is a button, a box or a text.
const VALUES: &[&str] = &[
    "hidden",
    "search",
    "tel",
    "url",
    "email",
    "password",
    "date",
    "month",
    "week",
    "time",
    "datetime-local",
    "number",
    "range",
    "color",
    "file",
];

/// A form that may get more controls.
pub(super) struct Draft {
    form: Form,
    /// True for the method `dialog`, which closes a dialog and sends nothing.
    is_dialog: bool,
    /// The radio buttons, by name.
    radios: BTreeMap<String, Radios>,
}

impl Draft {
    /// A form without controls.
    pub(super) fn new(form: &Node) -> Self {
        let method = method(form.attribute("method").unwrap_or_default());
        let form = Form {
            action: form.attribute("action").unwrap_or_default().into(),
            method: method.unwrap_or("GET").into(),
            encoding: encoding(form.attribute("enctype").unwrap_or_default()),
            controls: Vec::new(),
        };
        Self { form, is_dialog: method.is_none(), radios: BTreeMap::new() }
    }

    /// The controls outside of forms.
    pub(super) fn without_element() -> Self {
        let form = Form { method: "GET".into(), ..Form::default() };
        Self { form, is_dialog: false, radios: BTreeMap::new() }
    }

    /// Reads an element that runs a script when it is pressed.
    pub(super) fn script_button(&mut self, node: Element) {
        let element = node.value();
        let value = element.attribute("value").unwrap_or_default();
        let text = if element.name() == "input" { text::collapsed(value) } else { text::visible(node) };
        self.form.controls.push(Control { text, ..control(element, "button", value.into()) });
    }

    /// Reads an `<input>`, `<button>`, `<select>` or `<textarea>`.
    pub(super) fn read(&mut self, node: Element, is_disabled: bool) {
        let element = node.value();
        match element.name() {
            "input" => self.input(element, is_disabled),
            _ if is_disabled => {}
            "button" if is_submit_button(node) => self.button(element, "submit", text::visible(node)),
            "select" => {
                let chosen = choice::select(node);
                let is_optional = chosen.is_empty();
                let values = if is_optional { vec![String::new()] } else { chosen };
                self.form.controls.extend(
                    values.into_iter().map(|value| Control { optional: is_optional, ..control(element, "select", value) }),
                );
            }
            "textarea" => {
                let value = node.children().filter_map(|child| child.value().text()).collect();
                self.form.controls.push(control(element, "textarea", value));
            }
            _ => {}
        }
    }

    /// The form with the controls that can be sent.
    pub(super) fn finish(mut self) -> Form {
        let mut index = 0;
        self.form.controls.retain(|control| {
            let radios = self.radios.get(&control.name).filter(|_| control.kind == "radio");
            let is_kept = radios.is_none_or(|radios| radios.sent() == Some(index));
            index += 1;
            is_kept
        });
        if self.is_dialog && !self.form.controls.iter().any(Control::submits) {
            self.form.controls.clear();
        }
        self.form
    }

    fn input(&mut self, element: &Node, is_disabled: bool) {
        let kind = element.attribute("type").unwrap_or_default().to_ascii_lowercase();
        let value = element.attribute("value");
        match kind.as_str() {
            "radio" => self.radio(element, is_disabled),
            _ if is_disabled => {}
            "button" | "reset" => {}
            "submit" => self.button(element, "submit", text::collapsed(value.unwrap_or("Submit"))),
            "image" => self.button(element, "image", text::collapsed(element.attribute("alt").unwrap_or("Submit"))),
            "checkbox" => {
                let optional = !element.has("checked") && !element.has("required");
                self.form.controls.push(Control { optional, ..control(element, "checkbox", value.unwrap_or("on").into()) });
            }
            kind => {
                let kind = if VALUES.contains(&kind) { kind } else { "text" };
                self.form.controls.push(control(element, kind, sanitized(kind, value.unwrap_or_default())));
            }
        }
    }

    fn radio(&mut self, element: &Node, is_disabled: bool) {
        let control = control(element, "radio", element.attribute("value").unwrap_or("on").into());
        if control.name.is_empty() {
            return;
        }
        let radios = self.radios.entry(control.name.clone()).or_default();
        let index = (!is_disabled).then_some(self.form.controls.len());
        radios.add(index, element.has("checked"));
        self.form.controls.extend(index.map(|_| control));
    }

    fn button(&mut self, element: &Node, kind: &str, text: String) {
        let own = element.attribute("formmethod").map(method);
        if own.map_or(self.is_dialog, |own| own.is_none()) {
            return;
        }
        self.form.controls.push(Control {
            text,
            action: element.attribute("formaction").map(str::to_owned),
            method: own.flatten().map(str::to_owned),
            encoding: element.attribute("formenctype").map(encoding),
            ..control(element, kind, element.attribute("value").unwrap_or_default().into())
        });
    }
}

fn control(element: &Node, kind: &str, value: String) -> Control {
    let text = |name: &str| element.attribute(name).unwrap_or_default().to_owned();
    let is_code = text("autocomplete").split_ascii_whitespace().any(|token| token.eq_ignore_ascii_case("one-time-code"));
    let required = element.has("required") || text("aria-required").eq_ignore_ascii_case("true") || is_code;
    Control {
        kind: kind.into(),
        name: text("name"),
        id: text("id"),
        value,
        required,
        mark: text(MARK).parse().ok(),
        ..Control::default()
    }
}

/// A button without a known type submits the form, unless it has another task: a command, or to open a choice.
fn is_submit_button(node: Element) -> bool {
    let button = node.value();
    match button.attribute("type").unwrap_or_default().to_ascii_lowercase().as_str() {
        "submit" => true,
        "button" | "reset" => false,
        _ => {
            let opens_choice = node.parent().is_some_and(|parent| parent.value().name() == "select");
            !opens_choice && !button.has("command") && !button.has("commandfor")
        }
    }
}

/// The value sanitization of the types into which people type a value.
fn sanitized(kind: &str, value: &str) -> String {
    let without_breaks = || value.replace(['\r', '\n'], "");
    match kind {
        "text" | "search" | "tel" | "password" => without_breaks(),
        "url" | "email" => without_breaks().trim_matches(text::is_space).into(),
        "file" => String::new(),
        _ => value.into(),
    }
}

/// `GET` or `POST`; nothing for `dialog`.
fn method(text: &str) -> Option<&'static str> {
    match text.to_ascii_lowercase().as_str() {
        "post" => Some("POST"),
        "dialog" => None,
        _ => Some("GET"),
    }
}

fn encoding(text: &str) -> Encoding {
    match text.to_ascii_lowercase().as_str() {
        "multipart/form-data" => Encoding::Multipart,
        "text/plain" => Encoding::Text,
        _ => Encoding::UrlEncoded,
    }
}

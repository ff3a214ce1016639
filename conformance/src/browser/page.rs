//! A page as its user sees it: forms with their controls, and links.
//!
//! html5ever parses the page. Scripts do not run, so a form that only a script fills in or sends is read as it is written.

mod document;
mod reading;
mod refresh;
mod submission;

use std::collections::BTreeMap;

use url::Url;

pub use refresh::Refresh;
pub use submission::{Content, Submission};

use document::Document;

/// The length in bytes up to which a page is read. No login page is that long.
const LONGEST: usize = 1 << 20;

/// Everything that a user can act on.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Page {
    /// The forms, in document order.
    pub forms: Vec<Form>,
    /// The links, in document order. The value of a link is its `href`.
    pub links: Vec<Control>,
    /// The `href` of the first `<base>` that has one.
    pub base: Option<String>,
    /// The first `<meta http-equiv="refresh">`.
    pub refresh: Option<Refresh>,
    /// The content of the last `<meta name="referrer">`.
    pub referrer: Option<String>,
    /// True if the page has a script.
    pub has_script: bool,
    /// True if the page is read from a browser in which its scripts run.
    pub runs_scripts: bool,
    /// True if a script on the page itself sends a form.
    pub is_sent_by_script: bool,
    /// The `src` of each frame.
    pub frames: Vec<String>,
    /// The text of the first element that tells an error, by its role or its class.
    pub error: Option<String>,
    /// The beginning of the visible text.
    pub text: String,
}

/// A form.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Form {
    /// The URL that the form is sent to. Empty means the URL of the page.
    pub action: String,
    /// `GET` or `POST`.
    pub method: String,
    /// The encoding of a form that is posted.
    pub encoding: Encoding,
    /// The controls that belong to the form and can be sent, in document order, wherever on the page they are.
    pub controls: Vec<Control>,
}

/// An input, a button, a choice or a link.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Control {
    /// The type in lower case: `text`, `hidden`, `submit`, …; also `select`, `textarea` and `link`, and `button` for one that runs a
    /// script.
    pub kind: String,
    /// The name. A control without one has an empty name and is not sent.
    pub name: String,
    /// The `id`; empty if there is none.
    pub id: String,
    /// The value that is sent if the user changes nothing.
    pub value: String,
    /// The visible text of a button or link.
    pub text: String,
    /// The URL that this button sends the form to, in place of the form's own.
    pub action: Option<String>,
    /// The method that this button sends the form with, in place of the form's own.
    pub method: Option<String>,
    /// The encoding that this button sends the form in, in place of the form's own.
    pub encoding: Option<Encoding>,
    /// True for a choice that is not made on the page and not required. It is sent only if the target file names it, or if it is a
    /// check box of a page that asks for consent.
    pub optional: bool,
    /// True if the page demands a value.
    pub required: bool,
    /// The number of the element in the browser in which the page's scripts run.
    pub mark: Option<usize>,
}

/// The attribute that carries [`Control::mark`].
pub const MARK: &str = "data-conformance-mark";

/// The encoding of a posted form, its `enctype`. Exhaustive.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// `application/x-www-form-urlencoded`
    #[default]
    UrlEncoded,
    /// `multipart/form-data`
    Multipart,
    /// `text/plain`
    Text,
}

impl Page {
    /// Reads a page. This never fails: like a browser, the parser makes a page of any text.
    pub fn read(html: &str) -> Self {
        reading::page(&Document::parse(&html[..html.floor_char_boundary(LONGEST)], false), false)
    }

    /// Reads the state of a page whose scripts run. Buttons for scripts count as buttons, also outside of forms.
    pub fn of_scripts(html: &str) -> Self {
        reading::page(&Document::parse(&html[..html.floor_char_boundary(LONGEST)], true), true)
    }

    /// Returns true if a form has a control that can be sent.
    pub fn asks(&self) -> bool {
        self.forms.iter().any(|form| !form.controls.is_empty())
    }

    /// Returns true if a form has a password field.
    pub fn asks_for_password(&self) -> bool {
        self.forms.iter().any(Form::asks_for_password)
    }

    /// Finds the first matching submit button, and its form.
    pub fn control(&self, fits: impl Fn(&Control) -> bool) -> Option<(&Form, &Control)> {
        self.forms.iter().find_map(|form| Some((form, form.controls.iter().find(|control| control.submits() && fits(control))?)))
    }

    /// Resolves a reference on the page that was loaded from `here`. Scripts (`javascript:`) lead nowhere.
    pub fn resolve(&self, here: &Url, reference: &str) -> Option<Url> {
        let is_script = |url: &Url| url.scheme() == "javascript";
        let base = self.base.as_deref().and_then(|base| here.join(base).ok());
        let base = base.filter(|base| !is_script(base) && base.scheme() != "data");
        base.as_ref().unwrap_or(here).join(reference).ok().filter(|url| !is_script(url))
    }
}

impl Form {
    /// Returns true if a control is a password field.
    pub fn asks_for_password(&self) -> bool {
        self.controls.iter().any(|control| control.kind == "password")
    }

    /// The buttons.
    pub fn buttons(&self) -> impl Iterator<Item = &Control> {
        self.controls.iter().filter(|control| control.submits())
    }
}

impl Control {
    /// Returns true if pressing this control sends the form, or runs a script where scripts run.
    pub fn submits(&self) -> bool {
        matches!(self.kind.as_str(), "submit" | "image" | "button")
    }

    /// Returns true if `wanted` is the name, the id, the value, the visible text or `name=value`.
    pub fn is(&self, wanted: &str) -> bool {
        let wanted = wanted.trim().to_lowercase();
        [&self.name, &self.id, &self.value, &self.text].into_iter().any(|text| text.to_lowercase() == wanted)
            || format!("{}={}", self.name, self.value).to_lowercase() == wanted
    }

    /// Returns true if people type a value into this control.
    pub fn is_typed(&self) -> bool {
        let other = ["hidden", "file", "range", "color", "link"];
        !self.submits() && !self.chooses() && !other.contains(&self.kind.as_str())
    }

    /// The entry of `[user] fields` for this control: by its name, else its id, else either of them in another case.
    pub fn field<'f>(&self, fields: &'f BTreeMap<String, String>) -> Option<(&'f str, &'f str)> {
        let owned = |(key, value): (&'f String, &'f String)| (key.as_str(), value.as_str());
        let by_name = || fields.get_key_value(&self.name).filter(|_| !self.name.is_empty());
        if self.kind == "hidden" {
            return by_name().map(owned);
        }
        let names = || [&self.name, &self.id].into_iter().filter(|name| !name.is_empty());
        let in_another_case = || fields.iter().find(|(key, _)| names().any(|name| name.eq_ignore_ascii_case(key)));
        let entry = by_name().or_else(|| fields.get_key_value(&self.id).filter(|_| !self.id.is_empty()));
        entry.or_else(in_another_case).map(owned)
    }

    /// Returns true if the user chooses among values that the page offers.
    pub fn chooses(&self) -> bool {
        matches!(self.kind.as_str(), "checkbox" | "radio" | "select")
    }

    /// The visible text, or else the value or the name.
    pub fn label(&self) -> &str {
        [&self.text, &self.value, &self.name].into_iter().find(|text| !text.is_empty()).map_or("", |text| text.as_str())
    }
}

//! A page as its user sees it: forms with their controls, and links.
//!
//! html5ever parses the page. Scripts do not run, so a form that only a script fills in or sends is read as it is written.

mod document;
mod reading;
mod submission;

use url::Url;

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
    /// The type in lower case: `text`, `hidden`, `submit`, …; also `select`, `textarea` and `link`.
    pub kind: String,
    /// The name. A control without one has an empty name and is not sent.
    pub name: String,
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
    /// True for a choice that is not made on the page and not required. It is sent only if the target file names it.
    pub optional: bool,
}

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
        reading::page(&Document::parse(&html[..html.floor_char_boundary(LONGEST)]))
    }

    /// Returns true if a form has a control that can be sent.
    pub fn asks(&self) -> bool {
        self.forms.iter().any(|form| !form.controls.is_empty())
    }

    /// Returns true if a form has a password field.
    pub fn asks_for_password(&self) -> bool {
        self.forms.iter().flat_map(|form| &form.controls).any(|control| control.kind == "password")
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

impl Control {
    /// Returns true if pressing this control sends the form.
    pub fn submits(&self) -> bool {
        matches!(self.kind.as_str(), "submit" | "image")
    }

    /// Returns true if `wanted` is the name, the value, the visible text or `name=value`.
    pub fn is(&self, wanted: &str) -> bool {
        [&self.name, &self.value, &self.text].into_iter().any(|text| text.eq_ignore_ascii_case(wanted.trim()))
            || format!("{}={}", self.name, self.value) == wanted
    }

    /// Returns true if the name, the value or the visible text contains one of these words.
    pub fn says_any(&self, words: &[&str]) -> bool {
        let said = format!("{} {} {}", self.name, self.value, self.text).to_ascii_lowercase();
        said.split(|character: char| !character.is_ascii_alphabetic()).any(|word| words.contains(&word))
    }

    /// Returns true if the user chooses among values that the page offers.
    fn chooses(&self) -> bool {
        matches!(self.kind.as_str(), "checkbox" | "radio" | "select")
    }
}

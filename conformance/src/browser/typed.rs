//! The fields that were typed in one visit. A login form that comes back is not filled in again, so that no account is locked.

use std::collections::BTreeSet;

use url::{Origin, Url};

use super::page::Page;
use super::{obstacle, place};
use crate::finding::Obstacle;
use crate::target::FormStrategy;

/// The fields of `[user] fields` that were typed in one visit.
#[derive(Default)]
pub(super) struct Typed {
    fields: BTreeSet<String>,
    origins: Vec<Origin>,
    /// The page on which the password was typed.
    password_at: Option<String>,
    /// The number of forms that were typed into.
    forms: usize,
    /// True if another page followed on the one with the password, and the visit went on from there.
    is_past_password: bool,
}

impl Typed {
    /// Returns true if a form asks for fields, each with true for a password, that were typed before: a password, or nothing new. A
    /// form on another origin may ask for the user name again before the password was sent.
    pub(super) fn is_repeated(&self, typing: &[(&str, bool)], here: &Url) -> bool {
        let is_known = |field: &str| self.fields.contains(field);
        let asks_again = !typing.is_empty() && typing.iter().all(|(field, _)| is_known(field));
        let is_elsewhere = self.password_at.is_none() && !self.origins.contains(&here.origin());
        typing.iter().any(|(field, is_password)| *is_password && is_known(field)) || (asks_again && !is_elsewhere)
    }

    /// Returns true if a page with this error status is a login page all the same: one with status 401, or one that came back.
    pub(super) fn is_login(&self, status: u16, typing: &[(&str, bool)], here: &Url) -> bool {
        (status == 401 && !typing.is_empty()) || (status < 500 && self.is_repeated(typing, here))
    }

    /// Notes the fields of a form that is sent.
    pub(super) fn note(&mut self, typing: &[(&str, bool)], here: &Url) {
        if typing.is_empty() {
            return self.goes_on();
        }
        self.forms += 1;
        self.origins.push(here.origin());
        self.fields.extend(typing.iter().map(|(field, _)| (*field).to_owned()));
        if typing.iter().any(|(_, is_password)| *is_password) {
            self.password_at = Some(place(here));
        }
    }

    /// Notes that the visit goes on from a page without typing.
    pub(super) fn goes_on(&mut self) {
        self.is_past_password = self.password_at.is_some();
    }

    /// Returns true if one form was typed into, and the visit went nowhere else since.
    pub(super) fn is_first(&self) -> bool {
        self.forms == 1 && !self.is_past_password
    }

    /// The obstacle that a page asks for fields again.
    pub(super) fn obstacle(&self, here: &Url, page: &Page, strategy: &FormStrategy) -> Obstacle {
        let says = page.error.as_deref().map(|said| obstacle::concealing(said, strategy));
        match &self.password_at {
            Some(before) if self.is_past_password && *before != place(here) => obstacle::asked_again(here),
            Some(_) => obstacle::login_again(says),
            None => obstacle::user_name_again(&self.fields.iter().map(String::as_str).collect::<Vec<_>>(), says),
        }
    }
}

//! The sentences about pages that cannot be driven.

use url::Url;

use super::page::{Control, Page};
use super::plan::{self, Next, Trouble};
use super::{Intention, Landing, place};
use crate::finding::{Hindrance, Obstacle};
use crate::http::{Answer, HttpExchange, Reply};
use crate::target::{FormStrategy, UserStrategy};
use crate::words;

/// The strategies to use where forms do not suffice, and where a browser does not.
const OTHERS: [&str; 2] =
    ["use `strategy = \"browser\"` or `strategy = \"command\"` in `[user]`", "use `strategy = \"command\"` in `[user]`"];

impl Landing {
    /// The reason why a visit that was to end at the redirect URI ended on a page, if the suite and not the server is to blame:
    /// a page that these settings cannot drive, or a login page that came back.
    pub fn obstacle(&self, user: &UserStrategy) -> Option<Obstacle> {
        let reply = self.page()?;
        if reply.exchange().is_turned_away() {
            return Some(limited(reply));
        }
        let (strategy, mut page) = match user {
            UserStrategy::Form(form) => (form, Page::read(&reply.text())),
            UserStrategy::Browser(browser) => (&browser.form, Page::of_scripts(&reply.text())),
            UserStrategy::Command(_) | UserStrategy::Manual => return None,
        };
        let obstacle = match self {
            Self::Waiting(_) if page.asks_for_password() => {
                Some(login_again(page.error.take().map(|said| concealing(&said, strategy))))
            }
            Self::Page(_) if matches!(reply.status(), 307 | 308) && reply.header("location").is_some() => Some(pages(format!(
                "the server answers the form that was sent to {} with status {}, which makes the browser send the form again, with \
                 everything that was typed; after status 303 it would fetch the next page instead",
                place(&reply.exchange().url),
                reply.status()
            ))),
            Self::Page(_) if (300..400).contains(&reply.status()) => Some(pages(format!(
                "the server redirects the browser at {} (status {}) and names no place in `Location`",
                place(&reply.exchange().url),
                reply.status()
            ))),
            Self::Page(_) if reply.is_success() => stuck(reply, &page, strategy),
            _ => None,
        };
        obstacle.map(|obstacle| obstacle.shown_by(reply.number()))
    }
}

/// A text of the server without the values of the target file, one of which is the password.
pub(super) fn concealing(said: &str, strategy: &FormStrategy) -> String {
    let values = strategy.fields.values().filter(|value| value.len() > 3);
    values.fold(said.to_owned(), |text, value| text.replace(value.as_str(), "…"))
}

/// The page that cannot be driven, and the member of the target file to look at.
fn stuck(reply: &Reply, page: &Page, strategy: &FormStrategy) -> Option<Obstacle> {
    let here = &reply.exchange().url;
    let trouble = match plan::next(page, here, strategy, Intention::Approve) {
        Next::Nothing(trouble) => trouble,
        Next::Send(form, button) if page.submit(here, form, button, &strategy.fields).is_none() => Trouble::SentByScript,
        _ => return None,
    };
    let here = place(here);
    let others = OTHERS[usize::from(page.runs_scripts)];
    Some(pages(match trouble {
        Trouble::SentByScript => format!("the form of the page {here} is sent by a script, not by the browser: {others}"),
        Trouble::Unfilled(names) => {
            format!("the page {here} requires {}, which `fields` of `[user]` does not name", words::names(&names, "and"))
        }
        Trouble::Buttons(names) if strategy.approve.is_empty() => format!(
            "none of the buttons of the page {here} seems to continue ({}): name the one that does in `approve` of `[user]`",
            words::names(&names, "and")
        ),
        Trouble::Buttons(names) => {
            let approve = words::names(&strategy.approve, "or");
            format!(
                "the page {here} has the buttons {}, but not {approve}, which `approve` of `[user]` names",
                words::names(&names, "and")
            )
        }
        Trouble::NothingToPress => match page.frames.first() {
            Some(frame) => {
                format!("the page {here} has no form, only a frame ({}): {others}", frame.split('?').next().unwrap_or(frame))
            }
            None if page.has_script => format!("the page {here} has no form, only a script: {others}"),
            // A text alone is an answer of the server, which the scenario judges.
            None => return None,
        },
    }))
}

/// The login page came back after the password was sent.
pub(super) fn login_again(says: Option<String>) -> Obstacle {
    let says = says.map_or(String::new(), |says| format!(" (it says: {says})"));
    let text =
        format!("the server shows its login page again after the user name and password of `[user] fields` were sent{says}");
    Obstacle::new(Hindrance::Login, text)
}

/// A page came back after the user name was sent.
pub(super) fn user_name_again(fields: &[&str], says: Option<String>) -> Obstacle {
    let says = says.map_or(String::new(), |says| format!(" (it says: {says})"));
    let names = words::names(fields, "and");
    Obstacle::new(
        Hindrance::Login,
        format!("the server shows its login page again after {names} of `[user] fields` was sent{says}"),
    )
}

/// Another page asks for the password that was sent before.
pub(super) fn asked_again(here: &Url) -> Obstacle {
    let here = place(here);
    pages(format!(
        "the page {here} asks for the password a second time in one visit; the suite types it only once, so that no account is \
         locked: use `strategy = \"command\"` in `[user]`"
    ))
}

/// The password was refused in another visit.
pub(super) fn refused_before() -> Obstacle {
    let text = "the server refused the user name and password of `[user] fields` before, so they are not sent again";
    Obstacle::new(Hindrance::Login, text)
}

/// The strategy of the target file needs a cargo feature.
#[cfg(not(feature = "browser"))]
pub(super) fn not_built() -> Obstacle {
    Obstacle::new(
        Hindrance::Settings,
        "the strategy \"browser\" of `[user]` needs a program that is built with `--features browser`",
    )
}

/// A button that is named for refusing is the one that continues.
pub(super) fn refusal_continues(here: &Url, button: &Control) -> Obstacle {
    let here = place(here);
    let text = format!(
        "`deny` of `[user]` names the button `{}` of the page {here}, which is the one that continues: name the one that refuses",
        button.label()
    );
    Obstacle::new(Hindrance::Settings, text)
}

/// The visit does not end.
pub(super) fn endless(steps: usize, most: Option<(&str, usize)>) -> Obstacle {
    let repeated = most.filter(|(_, times)| *times > 1);
    let repeated = repeated.map_or(String::new(), |(page, times)| format!(", {times} of them to {page}"));
    pages(format!("the browser made {steps} requests{repeated}, and is not at the redirect URI yet"))
}

/// A place to which the server sent the browser does not answer. Nothing is said here about a server that was visited first, nor about
/// a redirect with a response for the client.
pub(super) fn unanswered(exchange: &HttpExchange, first: &Url) -> Option<Obstacle> {
    let Answer::Nothing(_, reason) = &exchange.answer else { return None };
    let is_response = exchange.url.query_pairs().any(|(name, _)| matches!(&*name, "code" | "error" | "response"));
    if is_response || exchange.url.origin() == first.origin() {
        return None;
    }
    let text = format!("the server sent the browser to {}, which does not answer: {reason}", place(&exchange.url));
    Some(pages(text).shown_by(exchange.number))
}

/// The server limits the rate at which pages are requested, or a gateway does not reach it. A visit that is broken off like that begins
/// anew.
pub(super) fn limited(reply: &Reply) -> Obstacle {
    let (page, status) = (place(&reply.exchange().url), reply.status());
    // A server that limits the rate with status 503 says when to come back.
    let by_gateway = (502..=504).contains(&status) && reply.header("retry-after").is_none();
    let text = match by_gateway {
        true => format!("a gateway does not reach the server behind {page} (status {status})"),
        false => format!("the server limits the rate of requests for {page} (status {status}); try --jobs 1 or --gentle"),
    };
    Obstacle::new(Hindrance::Rate, text).shown_by(reply.number())
}

/// Chromium cannot be used.
#[cfg(feature = "browser")]
pub(super) fn no_browser(error: &str) -> Obstacle {
    Obstacle::new(Hindrance::Settings, format!("the strategy \"browser\" of `[user]` does not work: {error}"))
}

/// Chromium cannot open a page.
#[cfg(feature = "browser")]
pub(super) fn not_loaded(url: &str, reason: &str) -> Obstacle {
    pages(format!("Chromium cannot open {}: {reason}", url.split('?').next().unwrap_or(url)))
}

fn pages(text: String) -> Obstacle {
    Obstacle::new(Hindrance::Pages, text)
}

//! The two cookies: the session, which every login replaces, and the browser handle, which does not change.

use fapi::{BrowserHandle, SessionChange, SessionHandle, Timestamp};
use http::header::{COOKIE, HeaderMap, HeaderValue};

/// The maximum length of a value that the server sets; longer ones are ignored.
const LENGTH: usize = 128;

/// The names and attributes of the cookies.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cookies {
    /// Sets `Secure` and the `__Host-` prefix, which keep other hosts and plain connections from setting the cookies.
    pub(crate) secure: bool,
}

impl Cookies {
    pub(crate) fn session(self, headers: &HeaderMap) -> Option<SessionHandle> {
        value(headers, self.session_name()).map(SessionHandle::new)
    }

    pub(crate) fn browser(self, headers: &HeaderMap) -> Option<BrowserHandle> {
        value(headers, self.browser_name()).map(BrowserHandle::new)
    }

    /// The header for a change of the session; `None` if it stays.
    pub(crate) fn set_session(self, change: &SessionChange, now: Timestamp) -> Option<HeaderValue> {
        let (value, seconds) = match change {
            SessionChange::Keep => return None,
            SessionChange::Start { session, expires } => (session.as_str(), expires.since(now)),
            SessionChange::End => ("", 0),
        };
        self.header(self.session_name(), value, &format!("; Max-Age={seconds}"))
    }

    /// The header that sets the browser handle until the browser is closed.
    pub(crate) fn set_browser(self, browser: &BrowserHandle) -> Option<HeaderValue> {
        self.header(self.browser_name(), browser.as_str(), "")
    }

    fn header(self, name: &str, value: &str, age: &str) -> Option<HeaderValue> {
        let secure = if self.secure { "; Secure" } else { "" };
        let mut header = HeaderValue::try_from(format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{age}{secure}")).ok()?;
        header.set_sensitive(true);
        Some(header)
    }

    fn session_name(self) -> &'static str {
        if self.secure { "__Host-fapi-session" } else { "fapi-session" }
    }

    fn browser_name(self) -> &'static str {
        if self.secure { "__Host-fapi-browser" } else { "fapi-browser" }
    }
}

/// The value of the first cookie with this name.
fn value<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let lines = headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(known, _)| *known == name).map(|(_, value)| value).filter(|value| !value.is_empty() && value.len() <= LENGTH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_are_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.append(COOKIE, HeaderValue::from_static("a=b; __Host-fapi-session=one; c"));
        headers.append(COOKIE, HeaderValue::from_static("__Host-fapi-browser=two"));
        let cookies = Cookies { secure: true };
        assert_eq!(cookies.session(&headers).unwrap().as_str(), "one");
        assert_eq!(cookies.browser(&headers).unwrap().as_str(), "two");
        assert!(Cookies { secure: false }.session(&headers).is_none(), "without TLS they have other names");
    }

    #[test]
    fn cookies_are_closed_to_scripts_and_other_sites() {
        let change = SessionChange::Start { session: SessionHandle::new("value"), expires: Timestamp::from_seconds(160) };
        let header = Cookies { secure: true }.set_session(&change, Timestamp::from_seconds(100)).unwrap();
        assert_eq!(header, "__Host-fapi-session=value; Path=/; HttpOnly; SameSite=Lax; Max-Age=60; Secure");
        let header = Cookies { secure: false }.set_session(&SessionChange::End, Timestamp::from_seconds(100)).unwrap();
        assert_eq!(header, "fapi-session=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0");
        let header = Cookies { secure: true }.set_browser(&BrowserHandle::new("value")).unwrap();
        assert_eq!(header, "__Host-fapi-browser=value; Path=/; HttpOnly; SameSite=Lax; Secure");
    }
}

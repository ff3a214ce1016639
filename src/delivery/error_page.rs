//! An error that the user is told, because no client may be told it: as data for pages of the host, and as a page.

use super::describe::describe;
use super::html::{escape, page};
use crate::detail::Detail;
use crate::error_code::ErrorCode;
use crate::requirement::{Requirement, local, rfc9126};
use crate::response::{Response, no_store, set};
use http::header::{ALLOW, HeaderMap, RETRY_AFTER};
use http::{Response as HttpResponse, StatusCode};
use serde::{Serialize, Serializer};

/// An error that the user is told, because there is no client that may be told it
/// ([RFC 6749 §4.1.2.1](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2.1)).
///
/// A host that has a design or languages of its own draws its own page, from [`cause`](Self::cause) or from the English sentences,
/// and sends it with [`status`](Self::status) and [`headers`](Self::headers). [`response`](Self::response) is the page of the
/// library. The page serializes, so that it may be drawn in another process:
///
/// ```json
/// {"status": 400, "cause": "interaction_over", "title": "Nothing to do here", "text": "…", "advice": "…", "error": "invalid_request",
///  "requirements": [{"id": "FAPI-INTERACTION-2", "document": "This library", "clause": "interaction", "url": "…"}]}
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ErrorPage {
    /// The status of the response.
    #[serde(serialize_with = "as_number")]
    pub status: StatusCode,
    /// The event that the page is about.
    pub cause: ErrorPageCause,
    /// The cause in a few words, without a period.
    pub title: &'static str,
    /// The cause in sentences for the user. They blame the application only if it is at fault.
    pub text: &'static str,
    /// The next thing to do, in sentences for the user.
    pub advice: String,
    /// The error, for the operators of the application and of the server.
    #[serde(serialize_with = "by_name")]
    pub error: ErrorCode,
    /// What is wrong with the request, for the same operators; `None` if the peer broke nothing.
    #[serde(serialize_with = "as_text", skip_serializing_if = "Option::is_none")]
    pub detail: Option<Detail>,
    /// The requirements that were broken, the most specific first; none if the peer broke none.
    #[serde(serialize_with = "by_id")]
    pub requirements: Vec<&'static Requirement>,
}

/// The event that an [`ErrorPage`] is about, for hosts that write their own sentences.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ErrorPageCause {
    /// The browser did not send the cookie that the interaction began with: cookies are blocked or were deleted, or it is another
    /// browser.
    OtherBrowser,
    /// The interaction was concluded, or its time is over.
    InteractionOver,
    /// The `request_uri` was used, or its time is over.
    RequestOver,
    /// The application sent a wrong request, and its redirect URI is unknown or not to be trusted.
    WrongRequest,
    /// There are too many requests.
    TooManyRequests {
        /// The seconds after which the request may be repeated.
        retry_after: u32,
    },
    /// A part of the server cannot be reached; the request may be repeated.
    Unavailable,
    /// The server made an error.
    ServerError,
}

impl ErrorPage {
    pub(crate) fn new(error: ErrorCode, requirements: &[&'static Requirement], detail: Option<&Detail>) -> Self {
        let cause = ErrorPageCause::of(error, requirements);
        // Pages forbid nothing: a refused login ends at the client.
        let status = if error == ErrorCode::AccessDenied { StatusCode::BAD_REQUEST } else { error.status() };
        let (title, text, advice) = cause.words();
        Self { status, cause, title, text, advice, error, detail: detail.cloned(), requirements: requirements.to_vec() }
    }

    /// The headers that the page needs, whoever draws it: `Cache-Control`, `Retry-After` and `Allow`.
    pub fn headers(&self) -> HeaderMap {
        let mut response = HttpResponse::default();
        no_store(&mut response);
        match self.error {
            ErrorCode::MethodNotAllowed(allow) => set(&mut response, ALLOW, allow),
            ErrorCode::TooManyRequests(seconds) => set(&mut response, RETRY_AFTER, &seconds.to_string()),
            ErrorCode::TemporarilyUnavailable => set(&mut response, RETRY_AFTER, "1"),
            _ => {}
        }
        response.into_parts().0.headers
    }

    /// The error and the broken requirements in one line, for the operators of the application and of the server:
    /// `invalid_request, This library section interaction (FAPI-INTERACTION-2)`.
    pub fn reference(&self) -> String {
        let described = describe(&self.requirements, self.detail.as_ref()).map(|text| format!(", {text}"));
        format!("{}{}", self.error.name(), described.unwrap_or_default())
    }

    /// The page of the library: in English, for light and dark screens, without scripts.
    pub fn response(&self) -> Response {
        let content = format!(
            "<h1>{}</h1><p>{}</p><p>{}</p><p><small>For support: <code>{}</code></small></p>",
            escape(self.title),
            escape(self.text),
            escape(&self.advice),
            escape(&self.reference()),
        );
        let mut response = page(self.status, self.title, &content, "form-action 'none'");
        response.headers_mut().extend(self.headers());
        response
    }
}

impl ErrorPageCause {
    fn of(error: ErrorCode, requirements: &[&'static Requirement]) -> Self {
        let broken = |requirement: &Requirement| requirements.first().is_some_and(|first| **first == *requirement);
        match error {
            ErrorCode::TooManyRequests(retry_after) => Self::TooManyRequests { retry_after },
            ErrorCode::TemporarilyUnavailable => Self::Unavailable,
            ErrorCode::ServerError => Self::ServerError,
            _ if broken(&local::SAME_BROWSER) => Self::OtherBrowser,
            _ if broken(&local::INTERACTION_OPEN) => Self::InteractionOver,
            _ if broken(&rfc9126::REQUEST_URI_LIVE) || broken(&rfc9126::REQUEST_URI_ONCE) => Self::RequestOver,
            _ => Self::WrongRequest,
        }
    }

    /// Title, text and advice.
    fn words(self) -> (&'static str, &'static str, String) {
        let (title, text, advice) = match self {
            Self::OtherBrowser => (
                "You cannot go on in this browser",
                "This page needs the cookie that this site set when you came here, and your browser did not send it. It blocks \
                 cookies or has deleted them, or you began in another browser or in a private window.",
                "Allow cookies for this site. Then go back to the application and begin again, in one browser.",
            ),
            Self::InteractionOver => (
                "Nothing to do here",
                "You have already answered, or this page was open for too long.",
                "Go back to the application. If you are not logged in there, begin again.",
            ),
            Self::RequestOver => (
                "This link has ended",
                "The link that brought you here works only once, and only for a short time. It was used before, or its time is over.",
                "Go back to the application. If you are not logged in there, begin again.",
            ),
            Self::WrongRequest => (
                "This request cannot be answered",
                "The application that sent you here made a request that this site does not accept. You did nothing wrong, and the \
                 application has received nothing.",
                "Go back to the application and begin again. If you see this page again, send the last line of it to the people who \
                 run the application.",
            ),
            Self::TooManyRequests { retry_after } => {
                let unit = if retry_after == 1 { "second" } else { "seconds" };
                let advice = format!("Wait {retry_after} {unit}, then reload this page.");
                return ("Too many requests", "Your network sent too many requests in a short time.", advice);
            }
            Self::Unavailable => (
                "Please try again",
                "This site cannot answer at the moment. Neither you nor the application did anything wrong.",
                "Wait a few seconds, then reload this page.",
            ),
            Self::ServerError => (
                "Something went wrong on our side",
                "This site made an error. Neither you nor the application did anything wrong.",
                "Go back to the application and begin again. If you see this page again, tell the people who run this site.",
            ),
        };
        (title, text, advice.to_owned())
    }
}

fn as_text<S: Serializer>(detail: &Option<Detail>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_some(detail.as_ref().map_or("", Detail::as_str))
}

fn as_number<S: Serializer>(status: &StatusCode, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u16(status.as_u16())
}

fn by_name<S: Serializer>(error: &ErrorCode, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(error.name())
}

#[derive(Serialize)]
struct Cited {
    id: &'static str,
    document: &'static str,
    clause: &'static str,
    url: &'static str,
}

fn by_id<S: Serializer>(requirements: &[&'static Requirement], serializer: S) -> Result<S::Ok, S::Error> {
    let cited = |requirement: &&'static Requirement| Cited {
        id: requirement.id,
        document: requirement.document,
        clause: requirement.clause,
        url: requirement.url,
    };
    serializer.collect_seq(requirements.iter().map(cited))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_broken_requirement_decides_about_the_cause() {
        let cause = |error, requirement| ErrorPage::new(error, &[requirement], None).cause;
        assert_eq!(cause(ErrorCode::InvalidRequest, &local::SAME_BROWSER), ErrorPageCause::OtherBrowser);
        assert_eq!(cause(ErrorCode::InvalidRequest, &local::INTERACTION_OPEN), ErrorPageCause::InteractionOver);
        assert_eq!(cause(ErrorCode::InvalidRequestUri, &rfc9126::REQUEST_URI_LIVE), ErrorPageCause::RequestOver);
        assert_eq!(cause(ErrorCode::InvalidRequestUri, &rfc9126::REQUEST_URI_BOUND_TO_CLIENT), ErrorPageCause::WrongRequest);
        let limited = ErrorPage::new(ErrorCode::TooManyRequests(1), &[&local::ADMISSION], None);
        assert_eq!(limited.advice, "Wait 1 second, then reload this page.");
        assert_eq!(limited.headers()["retry-after"], "1");
    }

    #[test]
    fn the_page_is_data_too() {
        let detail = Detail::from("There were too many requests.");
        let page = ErrorPage::new(ErrorCode::TooManyRequests(7), &[&local::ADMISSION], Some(&detail));
        let json = serde_json::to_value(&page).unwrap_or_default();
        assert_eq!(json["status"], 429);
        assert_eq!(json["cause"]["too_many_requests"]["retry_after"], 7);
        assert_eq!(
            (&json["error"], &json["detail"]),
            (&"temporarily_unavailable".into(), &"There were too many requests.".into())
        );
        assert_eq!(json["requirements"][0]["id"], "FAPI-LIMITS-4");
        assert_eq!(page.reference(), "temporarily_unavailable, There were too many requests. (FAPI-LIMITS-4)");
    }
}

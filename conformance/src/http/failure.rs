//! Failures of exchanges: a TLS refusal is distinguished from a server that does not answer.

use std::error::Error;
use std::future::Future;
use std::io::{self, ErrorKind};
use std::time::Duration;

use super::Lost;

/// A failed exchange.
#[derive(Debug)]
pub(super) struct Failure {
    /// The kind of failure.
    pub(super) lost: Lost,
    /// The reason, in words.
    pub(super) reason: String,
}

impl Failure {
    /// Classifies an error, with a prefix for its text.
    pub(super) fn of(what: &str, error: &(dyn Error + 'static)) -> Self {
        let mut reason = format!("{what}{error}");
        let mut lost = meaning(error);
        let mut source = inner(error);
        while let Some(error) = source {
            let text = error.to_string();
            if !reason.ends_with(&text) {
                reason.push_str(": ");
                reason.push_str(&text);
            }
            // The innermost error that can be classified is the cause.
            lost = meaning(error).or(lost);
            source = inner(error);
        }
        Self { lost: lost.unwrap_or(Lost::Otherwise), reason }
    }
}

impl From<String> for Failure {
    fn from(reason: String) -> Self {
        Self { lost: Lost::Otherwise, reason }
    }
}

impl From<&str> for Failure {
    fn from(reason: &str) -> Self {
        reason.to_owned().into()
    }
}

/// Waits no longer than `limit`.
pub(super) async fn limited<T>(
    limit: Duration,
    what: &str,
    work: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    let late = |_| Err(Failure { lost: Lost::TimedOut, reason: format!("{what} within {} s", limit.as_secs()) });
    tokio::time::timeout(limit, work).await.unwrap_or_else(late)
}

fn inner<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    let wrapped = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
    wrapped.map(|error| error as &(dyn Error + 'static)).or_else(|| error.source())
}

fn meaning(error: &(dyn Error + 'static)) -> Option<Lost> {
    if let Some(rustls::Error::AlertReceived(_)) = error.downcast_ref() {
        return Some(Lost::Alert);
    }
    if let Some(error) = error.downcast_ref::<hyper::Error>() {
        return (error.is_incomplete_message() || error.is_closed() || error.is_canceled()).then_some(Lost::Closed);
    }
    match error.downcast_ref::<io::Error>()?.kind() {
        ErrorKind::ConnectionRefused => Some(Lost::Refused),
        ErrorKind::TimedOut => Some(Lost::TimedOut),
        ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted | ErrorKind::BrokenPipe | ErrorKind::UnexpectedEof => {
            Some(Lost::Closed)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_and_what_they_mean() {
        let alert = rustls::Error::AlertReceived(rustls::AlertDescription::CertificateRequired);
        let errors = [
            (io::Error::new(ErrorKind::InvalidData, alert), Lost::Alert),
            (ErrorKind::ConnectionReset.into(), Lost::Closed),
            (ErrorKind::ConnectionRefused.into(), Lost::Refused),
            (io::Error::other("a certificate that does not fit"), Lost::Otherwise),
        ];
        for (error, lost) in errors {
            assert_eq!(Failure::of("", &error).lost, lost, "{error}");
        }
    }
}

//! Requests without a response: the reason, and the setting to look at.

use crate::http::{Answer, Http, Lost, Unanswered};
use crate::target::Target;

/// A cause: the path of the setting to look at, and a sentence.
pub(super) type Cause = (&'static str, String);

/// The cause of a request without a response. `certificate` is the path of the client certificate that was presented, if one was.
pub(super) async fn cause(target: &Target, http: &Http, lost: &Unanswered, certificate: Option<&'static str>) -> Cause {
    let exchange = &lost.0;
    let Answer::Nothing(kind, reason) = &exchange.answer else { return ("issuer", "the response is unusable".into()) };
    let at = origin(&exchange.url);
    let advertised = match origin(&exchange.url) == url::Url::parse(&target.issuer).map(|url| origin(&url)).unwrap_or_default() {
        true => String::new(),
        false => format!(" ({} is the address of the {})", exchange.url, exchange.purpose),
    };
    let squeezed: String = reason.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| squeezed.contains(word));
    let authority = target.connector.authority().is_some();
    if says(&["invalidpeercertificate"]) {
        return peer_certificate(&at, reason, &says, authority);
    }
    if says(&["corruptmessage", "invalidcontenttype"]) {
        let text = format!(
            "{at} does not speak TLS{advertised}: it may be a port for plain HTTP, or a proxy answers in its place ({reason})"
        );
        return ("issuer", text);
    }
    // In TLS 1.3 a server may refuse the certificate when the client has sent its request already.
    let is_refusal = match kind {
        Lost::Alert | Lost::Closed | Lost::Stale => says(&["certificate", "unknownca", "alert", "handshake"]),
        _ => says(&["connectionwasnotready"]),
    };
    if let Some(path) = certificate.filter(|_| is_refusal) {
        let why = if says(&["certificateexpired"]) {
            "it says that the certificate expired"
        } else if says(&["unknownca"]) {
            "it does not know the authority that issued the certificate; does it trust that one, such as the client-authority.pem of `init --make-clients`?"
        } else if says(&["certificaterequired"]) {
            "it says that no certificate came"
        } else {
            "it says no more; does it trust the authority that issued it, such as the client-authority.pem of `init --make-clients`?"
        };
        return (path, format!("{at} refuses the client certificate in the TLS handshake: {why} ({reason})"));
    }
    if exchange.url.scheme() == "http" && speaks_tls(http, &exchange.url).await {
        return ("issuer", format!("{at} speaks TLS: the address must begin with https://{advertised} ({reason})"));
    }
    match kind {
        Lost::Refused => (
            "issuer",
            format!("nothing listens at {at}{advertised}: the server is not running, or the host or the port is another"),
        ),
        Lost::TimedOut => ("issuer", format!("{at} does not answer in time{advertised}: {reason}")),
        Lost::Alert => ("issuer", format!("{at} refuses the TLS connection{advertised}: {reason}")),
        _ if says(&["lookup", "nameorservice", "resolve", "nodename"]) => (
            "issuer",
            format!("the name {} cannot be resolved{advertised}: {reason}", exchange.url.host_str().unwrap_or_default()),
        ),
        Lost::Closed | Lost::Stale => ("issuer", format!("{at} closes the connection without an answer{advertised}: {reason}")),
        Lost::Otherwise => ("issuer", format!("{at} does not answer{advertised}: {reason}")),
    }
}

fn peer_certificate(at: &str, reason: &str, says: &dyn Fn(&[&str]) -> bool, authority: bool) -> Cause {
    if says(&["notvalidforname"]) {
        return (
            "issuer",
            format!("the certificate of {at} is for another host, so the host of the issuer is not the one to use ({reason})"),
        );
    }
    if says(&["notvalidyet"]) {
        return (
            "issuer",
            format!("the certificate of {at} is not valid yet: it is wrong, or the clock of this machine is ({reason})"),
        );
    }
    if says(&["expired"]) {
        return ("issuer", format!("the certificate of {at} expired, unless the clock of this machine is wrong ({reason})"));
    }
    match authority {
        true => ("authority", format!("the authorities of this file did not issue the certificate of {at} ({reason})")),
        false => (
            "authority",
            format!(
                "no authority of this machine issued the certificate of {at}: name a PEM file with its authority as `authority` ({reason})"
            ),
        ),
    }
}

/// Returns true if the other side speaks TLS, whatever its certificate is.
pub(super) async fn speaks_tls(http: &Http, url: &url::Url) -> bool {
    match http.connector().speaks_tls13(url).await {
        Ok(()) => true,
        Err(reason) => reason.contains("invalid peer certificate"),
    }
}

/// The scheme, host and port of a URL.
pub(super) fn origin(url: &url::Url) -> String {
    url[..url::Position::BeforePath].to_owned()
}

//! A redirect URI is validated at registration. Afterwards only the same octets match, except for the port of a loopback
//! address.

use fapi::redirect_uri::{RedirectKind, RedirectUri, RedirectUriError, with_parameters};
use proptest::prelude::*;

#[test]
fn three_kinds_can_be_registered() {
    for (uri, kind) in [
        ("https://client.example.com/cb", RedirectKind::Https),
        ("https://client.example.com", RedirectKind::Https),
        ("https://client.example.com:8443/cb?a=b&c=%20", RedirectKind::Https),
        ("HTTPS://Client.Example.com/cb", RedirectKind::Https),
        ("https://xn--bcher-kva.example/cb", RedirectKind::Https),
        ("https://192.0.2.1/cb", RedirectKind::Https),
        ("http://127.0.0.1/cb", RedirectKind::Loopback),
        ("http://127.0.0.1:8080/cb", RedirectKind::Loopback),
        ("http://[::1]/cb", RedirectKind::Loopback),
        ("http://localhost:3000/cb", RedirectKind::Loopback),
        ("com.example.app:/cb", RedirectKind::PrivateUse),
        ("com.example.app:/", RedirectKind::PrivateUse),
        ("com.example.app://cb", RedirectKind::PrivateUse),
    ] {
        assert_eq!(RedirectUri::parse(uri).map(|uri| uri.kind()), Ok(kind), "{uri}");
    }
}

#[test]
fn everything_else_is_refused() {
    use RedirectUriError::{Character, Fragment, Host, Relative, Scheme, TooLong, Unencrypted, UserInformation};
    for (uri, error) in [
        ("", Relative),
        ("/cb", Relative),
        ("//client.example.com/cb", Relative),
        ("1https://client.example.com/cb", Relative),
        ("https:/client.example.com/cb", Host),
        ("https:client.example.com/cb", Host),
        ("https:///cb", Host),
        ("https://:443/cb", Host),
        ("https://client.example.com:0/cb", Host),
        ("https://client.example.com:65536/cb", Host),
        ("https://client.example.com:/cb", Host),
        ("https://*.example.com/cb", Host),
        ("https://client%2Eexample.com/cb", Host),
        ("https://0x7f.1/cb", Host),
        ("https://2130706433/cb", Host),
        ("https://[::1/cb", Host),
        ("https://[::1]x/cb", Host),
        ("http://[0:0:0:0:0:0:0:1]/cb", Host),
        ("https://user@client.example.com/cb", UserInformation),
        ("https://client.example.com@evil.example/cb", UserInformation),
        ("com.example.app://user@host/cb", UserInformation),
        ("com.example.app:user@host/cb", UserInformation),
        ("com.example.app:/[cb]", Character),
        ("com.example.app://cb:x", Host),
        ("https://client.example.com/cb#", Fragment),
        ("https://client.example.com/cb#f", Fragment),
        ("com.example.app:/cb#f", Fragment),
        ("https://client.example.com/c b", Character),
        ("https://client.example.com\\@evil.example/cb", Character),
        ("https://client.example.com/cb\n", Character),
        ("https://client.example.com/%zz", Character),
        ("https://client.example.com/%4", Character),
        ("https://client.example.com/\u{e9}", Character),
        ("https://client.example.com/<>", Character),
        ("https://client.example.com/[a]", Character),
        ("http://client.example.com/cb", Unencrypted),
        ("http://127.0.0.1.example.com/cb", Unencrypted),
        ("http://127.0.0.2/cb", Unencrypted),
        ("http://localhost.example.com/cb", Unencrypted),
        ("javascript:alert(1)", Scheme),
        ("data:text/html,x", Scheme),
        ("vbscript:x", Scheme),
        ("file:///etc/passwd", Scheme),
        ("myapp:/cb", Scheme),
        ("urn:ietf:wg:oauth:2.0:oob", Scheme),
        ("com.example.app:", Host),
        (&format!("https://client.example.com/{}", "a".repeat(2048)), TooLong),
    ] {
        assert_eq!(RedirectUri::parse(uri), Err(error), "{uri}");
    }
}

#[test]
fn a_redirect_uri_has_a_maximum_length_and_is_kept_as_it_was_sent() {
    let uri = |octets: usize| format!("https://client.example.com/{}", "a".repeat(octets - 27));
    let longest = RedirectUri::parse(&uri(2048)).unwrap();
    assert_eq!((longest.as_str(), longest.to_string()), (&*uri(2048), uri(2048)));
    assert_eq!(RedirectUri::parse(&uri(2049)), Err(RedirectUriError::TooLong));
}

#[test]
fn only_the_same_octets_match() {
    let registered = RedirectUri::parse("https://client.example.com/cb?a=b").unwrap();
    assert!(registered.matches("https://client.example.com/cb?a=b"));
    for sent in [
        "https://client.example.com/cb",
        "https://client.example.com/cb?a=b&c",
        "https://client.example.com/cb?a=b#",
        "https://client.example.com:443/cb?a=b",
        "https://Client.example.com/cb?a=b",
        "HTTPS://client.example.com/cb?a=b",
        "https://client.example.com/%63b?a=b",
        "https://client.example.com/x/../cb?a=b",
        "https://client.example.com/cb/?a=b",
        "",
    ] {
        assert!(!registered.matches(sent), "{sent}");
    }
}

#[test]
fn the_port_of_a_loopback_address_is_free() {
    for registered in ["http://127.0.0.1/cb?x", "http://127.0.0.1:8080/cb?x"] {
        let registered = RedirectUri::parse(registered).unwrap();
        for sent in ["http://127.0.0.1/cb?x", "http://127.0.0.1:1/cb?x", "http://127.0.0.1:65535/cb?x"] {
            assert!(registered.matches(sent), "{sent}");
        }
        for sent in [
            "http://127.0.0.1:0/cb?x",
            "http://127.0.0.1:65536/cb?x",
            "http://127.0.0.1:080/cb?x",
            "http://127.0.0.1:/cb?x",
            "http://127.0.0.1:80@evil.example/cb?x",
            "http://127.0.0.1:80#/cb?x",
            "http://127.0.0.1:80.evil.example/cb?x",
            "http://127.0.0.1.evil.example/cb?x",
            "http://127.0.0.1:80/cb",
            "http://127.0.0.1:80/cb?x#",
            "https://127.0.0.1:80/cb?x",
            "http://localhost:80/cb?x",
            "http://[::1]:80/cb?x",
        ] {
            assert!(!registered.matches(sent), "{sent}");
        }
    }
    assert!(RedirectUri::parse("http://[::1]").unwrap().matches("http://[::1]:49152"));
    assert!(!RedirectUri::parse("http://localhost/cb").unwrap().matches("http://localhost:8080/cb"), "not an address");
    assert!(!RedirectUri::parse("https://127.0.0.1/cb").unwrap().matches("https://127.0.0.1:8080/cb"), "not http");
}

#[test]
fn response_parameters_are_added_to_an_existing_query() {
    let parameters = [("code", "a b&c"), ("state", "é+/=")];
    for (uri, extended) in [
        ("https://c.example/cb", "https://c.example/cb?code=a+b%26c&state=%C3%A9%2B%2F%3D"),
        ("https://c.example/cb?", "https://c.example/cb?code=a+b%26c&state=%C3%A9%2B%2F%3D"),
        ("https://c.example/cb?x=%2f", "https://c.example/cb?x=%2f&code=a+b%26c&state=%C3%A9%2B%2F%3D"),
        ("com.example.app:/cb?x&", "com.example.app:/cb?x&code=a+b%26c&state=%C3%A9%2B%2F%3D"),
    ] {
        assert_eq!(with_parameters(uri, &parameters), extended);
    }
    assert_eq!(with_parameters("https://c.example/cb?x", &[]), "https://c.example/cb?x");
}

proptest! {
    #[test]
    fn any_text_is_registered_or_refused(uri: String, sent: String) {
        let _ = RedirectUri::parse(&uri);
        prop_assert!(!RedirectUri::parse("http://127.0.0.1/cb").unwrap().matches(&sent));
    }

    #[test]
    fn browsers_read_the_same_host(uri in "https?://[a-z0-9.:@%\\[\\]\\\\/?#-]{0,24}") {
        if let Ok(registered) = RedirectUri::parse(&uri) {
            let browser = url::Url::parse(&uri).unwrap();
            let host = browser.host_str().unwrap();
            prop_assert!(uri.contains(host));
            prop_assert_eq!(browser.scheme() == "https", registered.kind() == RedirectKind::Https);
            prop_assert!(browser.scheme() == "https" || ["127.0.0.1", "[::1]", "localhost"].contains(&host));
        }
    }

    #[test]
    fn parameters_are_read_back(name in "\\PC{1,8}", value in "\\PC{0,8}") {
        let uri = with_parameters("https://c.example/cb?x=y", &[(&name, &value)]);
        let url = url::Url::parse(&uri).unwrap();
        let last = url.query_pairs().last().unwrap();
        prop_assert_eq!((&*last.0, &*last.1), (name.as_str(), value.as_str()));
        prop_assert!(RedirectUri::parse(&uri).is_ok());
    }
}

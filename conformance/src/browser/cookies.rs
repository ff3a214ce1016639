//! The cookie jar: host, path, secure and expiry, as far as one server at a time needs.

use std::collections::BTreeMap;

use url::Url;

/// Cookies by host, path and name.
#[derive(Clone, Default)]
pub(super) struct Jar(BTreeMap<(String, String, String), Cookie>);

#[derive(Clone)]
struct Cookie {
    value: String,
    secure: bool,
}

impl Jar {
    /// Keeps, replaces or drops what one `Set-Cookie` says.
    pub(super) fn store(&mut self, from: &Url, header: &str) {
        let mut parts = header.split(';').map(str::trim);
        let Some((name, value)) = parts.next().and_then(|pair| pair.split_once('=')) else { return };
        let attributes: Vec<(String, &str)> = parts
            .map(|part| part.split_once('=').unwrap_or((part, "")))
            .map(|(name, value)| (name.to_ascii_lowercase(), value))
            .collect();
        let attribute = |wanted: &str| attributes.iter().find(|(name, _)| name == wanted).map(|(_, value)| *value);
        let path = attribute("path").filter(|path| path.starts_with('/')).unwrap_or("/").to_owned();
        let host = from.host_str().unwrap_or_default().to_owned();
        let key = (host, path, name.trim().to_owned());
        let past = attribute("expires").is_some_and(|date| date.contains("1970"));
        if past || attribute("max-age").is_some_and(|age| age.trim_start().starts_with(['0', '-'])) {
            self.0.remove(&key);
        } else {
            self.0.insert(key, Cookie { value: value.trim().to_owned(), secure: attribute("secure").is_some() });
        }
    }

    /// The `Cookie` header for this URL, longest paths first.
    pub(super) fn header(&self, url: &Url) -> Option<String> {
        let mut matching: Vec<_> = self.0.iter().filter(|((host, path, _), cookie)| fits(url, host, path, cookie)).collect();
        matching.sort_by_key(|((_, path, _), _)| std::cmp::Reverse(path.len()));
        let pairs: Vec<_> = matching.iter().map(|((_, _, name), cookie)| format!("{name}={}", cookie.value)).collect();
        (!pairs.is_empty()).then(|| pairs.join("; "))
    }
}

fn fits(url: &Url, host: &str, path: &str, cookie: &Cookie) -> bool {
    let rest = url.path().strip_prefix(path);
    let within = rest.is_some_and(|rest| rest.is_empty() || path.ends_with('/') || rest.starts_with('/'));
    let confidential = url.scheme() == "https" || !cookie.secure || url.host_str().is_some_and(is_loopback);
    within && confidential && url.host_str() == Some(host)
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host == "[::1]" || host.starts_with("127.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    #[test]
    fn paths_and_expiry() {
        let mut jar = Jar::default();
        let here = url("https://a.example/auth/1");
        jar.store(&here, "a=1; Path=/auth; HttpOnly; Secure");
        jar.store(&here, "b=2; path=/");
        assert_eq!(jar.header(&url("https://a.example/auth/2")).as_deref(), Some("a=1; b=2"));
        assert_eq!(jar.header(&url("https://a.example/author")).as_deref(), Some("b=2"));
        assert_eq!(jar.header(&url("https://b.example/auth")), None);
        jar.store(&here, "b=; expires=Thu, 01 Jan 1970 00:00:00 GMT");
        assert_eq!(jar.header(&url("https://a.example/")), None);
    }
}

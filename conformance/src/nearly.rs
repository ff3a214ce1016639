//! Values that are nearly right: each differs from the right value only where a careless comparison does not look.
//!
//! The same table makes the values that scenarios send and the servers that accept them, so that each way to compare carelessly
//! is tried wherever a value of its kind is compared.

use percent_encoding::percent_decode_str;
use url::Url;

/// A careless way to compare a value with the right one.
#[derive(Debug)]
pub struct Way {
    /// The name in the ids of mutants.
    pub name: &'static str,
    /// The habit of such a server: a verb with its object.
    pub habit: &'static str,
    /// Returns true if such a server takes the value that was sent for the right one.
    pub accepts: fn(sent: &str, right: &str) -> bool,
    /// Wrong values that such a server accepts.
    pub wrong: fn(right: &str) -> Vec<String>,
}

/// The ways to compare an identifier.
pub const NAME: &[&Way] = &[&BEGINNING, &SHORTENED, &END, &WITHIN, &CASE, &TRIMMED, &DECODED];
/// The ways to compare a random value or a digest in base64url.
pub const RANDOM: &[&Way] = &[&BEGINNING, &SHORTENED, &END, &CASE, &TRIMMED, &PADDED, &LENGTH];
/// The ways to compare a digest or a token of a fixed length.
pub const DIGEST: &[&Way] = &[&BEGINNING, &SHORTENED, &END, &CASE, &TRIMMED, &PADDED, &LENGTH, &FIRST_HALF, &SECOND_HALF];
/// The ways to compare a token. Space around it does not count in a header field, and padding is a fault of its form.
pub const TOKEN: &[&Way] = &[&BEGINNING, &SHORTENED, &END, &CASE, &FIRST_HALF, &SECOND_HALF];
/// The ways to compare a token in a form, where space around it and padding count.
pub const TOKEN_IN_FORM: &[&Way] = &[&BEGINNING, &SHORTENED, &END, &CASE, &FIRST_HALF, &SECOND_HALF, &TRIMMED, &PADDED];
/// The ways to compare the name in a certificate. The case of some names does not count.
pub const SUBJECT: &[&Way] = &[&BEGINNING, &SHORTENED, &END, &WITHIN];
/// The ways to compare a media type. Its case does not count.
pub const MEDIA_TYPE: &[&Way] = &[&BEGINNING, &SHORTENED, &END, &WITHIN, &TRIMMED, &DECODED];
/// The ways to compare a URL whose equivalent spellings, query and fragment do not count.
pub const TARGET: &[&Way] =
    &[&BEGINNING, &SHORTENED, &END, &WITHIN, &CASE, &SLASH, &SCHEME, &PORT, &USERINFO, &PATH, &HOST, &PARENT];
/// The ways to compare a URL that must be identical.
pub const URL: &[&Way] = &[
    &BEGINNING,
    &SHORTENED,
    &END,
    &WITHIN,
    &CASE,
    &TRIMMED,
    &DECODED,
    &NORMALISED,
    &SLASH,
    &SCHEME,
    &PORT,
    &USERINFO,
    &PATH,
    &HOST,
    &PARENT,
    &QUERY,
    &FRAGMENT,
];

/// Only the beginning counts.
pub static BEGINNING: Way = Way {
    name: "beginning",
    habit: "reads as much of the value as the right one has, and ignores the rest",
    accepts: |sent, right| sent.starts_with(right),
    wrong: |right| vec![format!("{right}x"), format!("{right}/x"), format!("{right}.other.example")],
};

/// A beginning of the right value is enough.
pub static SHORTENED: Way = Way {
    name: "shortened",
    habit: "accepts a beginning of the right value",
    accepts: |sent, right| !sent.is_empty() && right.starts_with(sent),
    wrong: |right| right.char_indices().next_back().map(|(at, _)| right[..at].to_owned()).into_iter().collect(),
};

/// Only the end counts.
pub static END: Way = Way {
    name: "end",
    habit: "compares only the end of the value",
    accepts: |sent, right| sent.ends_with(right),
    wrong: |right| vec![format!("x{right}"), format!("https://other.example/{right}")],
};

/// The right value may be anywhere.
pub static WITHIN: Way = Way {
    name: "within",
    habit: "looks for the right value anywhere in the value",
    accepts: |sent, right| sent.contains(right),
    wrong: |right| vec![format!("x{right}x"), format!("https://other.example/?x={right}&y")],
};

/// The case of letters does not count.
pub static CASE: Way = Way {
    name: "case",
    habit: "ignores the case of letters",
    accepts: |sent, right| sent.eq_ignore_ascii_case(right),
    wrong: |right| {
        let swapped = |letter: char| match letter {
            'a'..='z' => letter.to_ascii_uppercase(),
            _ => letter.to_ascii_lowercase(),
        };
        let last = right.char_indices().rev().find(|(_, letter)| letter.is_ascii_alphabetic());
        let one = last.map(|(at, letter)| format!("{}{}{}", &right[..at], swapped(letter), &right[at + 1..]));
        [right.chars().map(swapped).collect()].into_iter().chain(one).collect()
    },
};

/// Space around the value does not count.
pub static TRIMMED: Way = Way {
    name: "trimmed",
    habit: "ignores space around the value",
    accepts: |sent, right| sent.trim() == right,
    wrong: |right| vec![format!("{right} "), format!(" {right}"), format!("{right}\n")],
};

/// Percent-encoding is removed first.
pub static DECODED: Way = Way {
    name: "decoded",
    habit: "removes percent-encoding before it compares",
    accepts: |sent, right| percent_decode_str(sent).decode_utf8_lossy() == right,
    wrong: |right| {
        let last = right.char_indices().rev().find(|(_, letter)| letter.is_ascii_alphanumeric());
        last.map(|(at, letter)| format!("{}%{:02X}{}", &right[..at], u32::from(letter), &right[at + 1..])).into_iter().collect()
    },
};

/// Padding does not count.
pub static PADDED: Way = Way {
    name: "padded",
    habit: "ignores base64 padding",
    accepts: |sent, right| sent.trim_end_matches('=') == right,
    wrong: |right| vec![format!("{right}=")],
};

/// Only the form of the value counts.
pub static LENGTH: Way = Way {
    name: "length",
    habit: "compares only the form of the value",
    accepts: |sent, right| sent.len() == right.len(),
    wrong: |right| vec![another(right)],
};

/// Only the first half counts.
pub static FIRST_HALF: Way = Way {
    name: "first-half",
    habit: "compares only the first half of the value",
    accepts: |sent, right| sent.len() == right.len() && half(right).is_some_and(|(first, _)| sent.starts_with(first)),
    wrong: |right| half(right).map(|(first, second)| format!("{first}{}", another(second))).into_iter().collect(),
};

/// Only the second half counts.
pub static SECOND_HALF: Way = Way {
    name: "second-half",
    habit: "compares only the second half of the value",
    accepts: |sent, right| sent.len() == right.len() && half(right).is_some_and(|(_, second)| sent.ends_with(second)),
    wrong: |right| half(right).map(|(first, second)| format!("{}{second}", another(first))).into_iter().collect(),
};

/// Equivalent URLs are equal.
pub static NORMALISED: Way = Way {
    name: "normalised",
    habit: "normalises URLs before it compares them",
    accepts: |sent, right| Url::parse(sent).is_ok() && Url::parse(sent) == Url::parse(right),
    wrong: |right| {
        let Some((scheme, rest)) = right.split_once("://") else { return vec![] };
        let (host, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
        let dotted = format!("{scheme}://{host}/.{}", if path.is_empty() { "/" } else { path });
        let dotted = Some(dotted).filter(|dotted| Url::parse(dotted) == Url::parse(right));
        [format!("{}://{}{path}", scheme.to_uppercase(), host.to_uppercase())].into_iter().chain(dotted).collect()
    },
};

/// A slash at the end does not count.
pub static SLASH: Way = Way {
    name: "slash",
    habit: "ignores a slash at the end",
    accepts: |sent, right| sent.trim_end_matches('/') == right.trim_end_matches('/'),
    wrong: |right| vec![right.strip_suffix('/').map_or_else(|| format!("{right}/"), str::to_owned)],
};

/// The scheme does not count.
pub static SCHEME: Way = Way {
    name: "scheme",
    habit: "ignores the scheme",
    accepts: |sent, right| Parts::of(sent).zip(Parts::of(right)).is_some_and(|(a, b)| Parts { scheme: b.scheme, ..a } == b),
    wrong: |right| changed(right, |parts| parts.scheme = if parts.scheme == "https" { "http" } else { "https" }),
};

/// The port does not count.
pub static PORT: Way = Way {
    name: "port",
    habit: "ignores the port",
    accepts: |sent, right| Parts::of(sent).zip(Parts::of(right)).is_some_and(|(a, b)| Parts { port: b.port, ..a } == b),
    wrong: |right| changed(right, |parts| parts.port = if parts.port == ":8444" { ":8445" } else { ":8444" }),
};

/// User information does not count.
pub static USERINFO: Way = Way {
    name: "userinfo",
    habit: "ignores what stands before the host",
    accepts: |sent, right| Parts::of(sent).zip(Parts::of(right)).is_some_and(|(a, b)| Parts { user: b.user, ..a } == b),
    wrong: |right| changed(right, |parts| parts.user = "user@"),
};

/// The path does not count.
pub static PATH: Way = Way {
    name: "path",
    habit: "ignores the path",
    accepts: |sent, right| Parts::of(sent).zip(Parts::of(right)).is_some_and(|(a, b)| Parts { path: b.path, ..a } == b),
    wrong: |right| changed(right, |parts| parts.path = "/another/path"),
};

/// The host does not count.
pub static HOST: Way = Way {
    name: "host",
    habit: "ignores the host",
    accepts: |sent, right| Parts::of(sent).zip(Parts::of(right)).is_some_and(|(a, b)| Parts { host: b.host, ..a } == b),
    wrong: |right| changed(right, |parts| parts.host = "other.example"),
};

/// A host below the right one is as good.
pub static PARENT: Way = Way {
    name: "parent",
    habit: "accepts hosts whose name ends with the right one",
    accepts: |sent, right| {
        Parts::of(sent).zip(Parts::of(right)).is_some_and(|(a, b)| a.host.ends_with(b.host) && Parts { host: b.host, ..a } == b)
    },
    wrong: |right| {
        let hosts = ["other.", "other"].map(|before| Parts::of(right).map(|parts| format!("{before}{}", parts.host)));
        hosts.iter().flatten().flat_map(|host| Parts::of(right).map(|parts| Parts { host, ..parts }.text())).collect()
    },
};

/// The query does not count.
pub static QUERY: Way = Way {
    name: "query",
    habit: "ignores the query",
    accepts: |sent, right| Parts::of(sent).zip(Parts::of(right)).is_some_and(|(a, b)| Parts { query: b.query, ..a } == b),
    wrong: |right| changed(right, |parts| parts.query = "?other=1"),
};

/// The fragment does not count.
pub static FRAGMENT: Way = Way {
    name: "fragment",
    habit: "ignores the fragment",
    accepts: |sent, right| Parts::of(sent).zip(Parts::of(right)).is_some_and(|(a, b)| Parts { fragment: b.fragment, ..a } == b),
    wrong: |right| changed(right, |parts| parts.fragment = "#other"),
};

/// The wrong values that these ways accept, each once, with the way that made it.
pub fn wrong(right: &str, ways: &[&'static Way]) -> Vec<(&'static Way, String)> {
    let mut all: Vec<(&'static Way, String)> = vec![];
    for way in ways {
        for value in (way.wrong)(right) {
            if value != right && !all.iter().any(|(_, known)| *known == value) {
                all.push((way, value));
            }
        }
    }
    all
}

/// The parts of a URL, as it is written.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Parts<'a> {
    scheme: &'a str,
    user: &'a str,
    host: &'a str,
    port: &'a str,
    path: &'a str,
    query: &'a str,
    fragment: &'a str,
}

impl<'a> Parts<'a> {
    fn of(url: &'a str) -> Option<Self> {
        let (scheme, rest) = url.split_once("://")?;
        let at = |text: &'a str, mark: &[char]| text.split_at(text.find(mark).unwrap_or(text.len()));
        let (rest, fragment) = at(rest, &['#']);
        let (rest, query) = at(rest, &['?']);
        let (authority, path) = at(rest, &['/']);
        let (user, host) = authority.split_at(authority.rfind('@').map_or(0, |at| at + 1));
        let (host, port) = host.split_at(host.rfind(':').filter(|at| !host[*at..].contains(']')).unwrap_or(host.len()));
        Some(Self { scheme, user, host, port, path, query, fragment })
    }

    fn text(&self) -> String {
        let Self { scheme, user, host, port, path, query, fragment } = self;
        format!("{scheme}://{user}{host}{port}{path}{query}{fragment}")
    }
}

/// A text of the same form, with every letter and digit changed.
fn another(text: &str) -> String {
    let other = |letter: char| match letter {
        'A'..='Y' | 'a'..='y' | '0'..='8' => char::from_u32(u32::from(letter) + 1).unwrap_or(letter),
        'Z' => 'A',
        'z' => 'a',
        '9' => '0',
        _ => letter,
    };
    text.chars().map(other).collect()
}

/// The halves of a text.
fn half(text: &str) -> Option<(&str, &str)> {
    text.split_at_checked(text.len() / 2)
}

fn changed(url: &str, change: impl FnOnce(&mut Parts<'_>)) -> Vec<String> {
    let Some(mut parts) = Parts::of(url) else { return vec![] };
    change(&mut parts);
    vec![parts.text()]
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: &[&[&Way]] = &[NAME, RANDOM, DIGEST, TOKEN, TOKEN_IN_FORM, SUBJECT, MEDIA_TYPE, URL, TARGET];

    fn right(ways: &[&Way]) -> &'static [&'static str] {
        if [URL.len(), TARGET.len()].contains(&ways.len()) {
            &["https://localhost:9443/a/token", "https://as.example", "https://as.example/", "https://as.example:8444/a?b=c"]
        } else {
            &["client-one", "6tGEfZ2u_1", "ab"]
        }
    }

    #[test]
    fn each_wrong_value_is_accepted_by_its_way_and_differs_from_the_right_one() {
        for ways in ALL {
            for right in right(ways) {
                for way in *ways {
                    let wrong: Vec<_> = (way.wrong)(right).into_iter().filter(|value| value != right).collect();
                    let accepted: Vec<_> = wrong.iter().filter(|value| (way.accepts)(value, right)).collect();
                    assert_eq!(accepted.len(), wrong.len(), "{} of {right}: {wrong:?}", way.name);
                    assert!(!wrong.is_empty() || way.name == "normalised", "{} of {right}", way.name);
                }
            }
        }
    }

    #[test]
    fn each_way_accepts_the_right_value() {
        for ways in ALL {
            for right in right(ways) {
                for way in *ways {
                    assert!((way.accepts)(right, right), "{} of {right}", way.name);
                }
            }
        }
    }

    #[test]
    fn no_way_accepts_what_has_nothing_in_common() {
        for ways in ALL {
            for right in right(ways) {
                for way in *ways {
                    assert!(!(way.accepts)("http://user@other.test:1/b?d#e", right), "{} of {right}", way.name);
                }
            }
        }
    }

    #[test]
    fn no_wrong_value_is_made_twice() {
        let made = wrong("https://as.example/token", URL);
        for (place, (_, value)) in made.iter().enumerate() {
            assert!(made[..place].iter().all(|(_, other)| other != value), "{value}");
        }
        assert!(made.iter().any(|(way, value)| way.name == "port" && value == "https://as.example:8444/token"));
    }
}

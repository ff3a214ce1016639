//! Every setting that is a number names the numbers that it accepts, and accepts those and no others.

use fapi_server::Config;
use std::fmt::Display;

const EXAMPLE: &str = include_str!("../example.toml");

/// The settings of the example whose values are numbers: sections and names.
fn numbers() -> Vec<(String, String)> {
    let (mut section, mut found) = (String::new(), vec![]);
    for line in EXAMPLE.lines() {
        if let Some(name) = line.strip_prefix('[') {
            section = name.trim_matches(['[', ']']).to_owned();
        }
        let Some((name, value)) = line.trim_start_matches(['#', ' ']).split_once(" = ") else { continue };
        // Those of an API are the library's.
        if name.starts_with("token_lifetime") {
            continue;
        }
        if value.split(' ').next().is_some_and(|value| value.bytes().all(|octet| octet.is_ascii_digit())) {
            found.push((section.clone(), name.to_owned()));
        }
    }
    found
}

/// The mistakes of a configuration in which one setting has this value.
fn mistakes(section: &str, name: &str, value: impl Display) -> Vec<String> {
    let root = "listen = \"127.0.0.1:9999\"\nephemeral = true\nprofiles = [\"oauth\"]\n";
    let issuer = "issuer = \"http://127.0.0.1:9999\"\n";
    // The rate is what gives the burst an effect, and TLS gives one to HSTS.
    let text = match (section, name) {
        ("", name) => {
            format!("issuer = \"https://as.example\"\n{root}{name} = {value}\n[tls]\ncertificate = \"none\"\nkey = \"none\"\n")
        }
        (section, "burst") => format!("{issuer}{root}[{section}]\nrequests_per_second = 1\nburst = {value}\n"),
        (section, name) => format!("{issuer}{root}[{section}]\n{name} = {value}\n"),
    };
    let path = if section.is_empty() { name.to_owned() } else { format!("{section}.{name}") };
    let mistakes = Config::parse(&text, "server.toml".as_ref()).map_or_else(|mistakes| mistakes.0, |_| vec![]);
    let (own, others): (Vec<_>, Vec<_>) = mistakes.into_iter().partition(|mistake| mistake.path == path);
    let others: Vec<_> = others.iter().filter(|mistake| !mistake.path.starts_with("tls")).collect();
    assert!(others.is_empty(), "{path} = {value}: {others:?}");
    own.into_iter().map(|mistake| mistake.text).collect()
}

#[test]
fn each_number_accepts_what_its_text_says_and_nothing_else() {
    let numbers = numbers();
    assert_eq!(numbers.len(), 25, "{numbers:?}");
    for (section, name) in &numbers {
        let told = mistakes(section, name, "\"many\"");
        let [text] = &told[..] else { panic!("{section}.{name}: {told:?}") };
        let words: Vec<_> = text.split([' ', ',']).collect();
        let bound = |word: &str| -> u64 {
            let at = words.iter().position(|known| *known == word).unwrap_or_else(|| panic!("{section}.{name}: {text}"));
            words[at + 1].parse().unwrap_or_else(|_| panic!("{section}.{name}: {text}"))
        };
        let (least, most) = (bound("from"), bound("to"));
        for accepted in [least, most] {
            // TOML has no larger integers.
            let accepted = accepted.min(i64::MAX as u64);
            assert_eq!(mistakes(section, name, accepted), [] as [&str; 0], "{section}.{name} = {accepted}");
        }
        for refused in [i128::from(least) - 1, i128::from(most) + 1, i128::from(u64::MAX) + 1] {
            let expected = text.replace("found a string", &format!("found {refused}"));
            assert_eq!(mistakes(section, name, refused), [expected], "{section}.{name} = {refused}");
        }
    }
}

/// A configuration that does not come from a file has the same bounds.
#[test]
fn numbers_in_code_are_checked_too() {
    let mut config = Config::new(None);
    assert_eq!(config.mistakes(), []);
    config.lifetimes.code = 0;
    config.lifetimes.refresh_retry_window = 61;
    config.limits.body = usize::MAX;
    config.limits.requests_per_second = Some(0);
    config.limits.head_timeout = std::time::Duration::from_millis(3_600_001);
    let told: Vec<_> = config.mistakes().iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "lifetimes.code: expected a whole number of seconds from 1 to 4294967295, found 0",
            "lifetimes.refresh_retry_window: expected a whole number of seconds from 0 to 60, found 61",
            "limits.body: expected a whole number of octets from 1 to 1073741824, found 18446744073709551615",
            "limits.head_timeout: expected a whole number of seconds from 1 to 3600, found 3601",
            "limits.requests_per_second: expected a whole number from 1 to 4294967295, found 0",
        ]
        .map(String::from)
    );
}

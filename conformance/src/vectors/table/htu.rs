//! `htu`: the target URL in a DPoP proof.

use fapi::requirement::rfc9449::{HTU_NORMALIZED, PROOF_HTU};

use crate::vectors::file::{File, Group};

pub(super) fn file() -> File {
    File::new(
        "htu",
        &[
            "The htu of a DPoP proof in a request to the group's url. Valid means that both name the same target after query and",
            "fragment are removed and spellings that RFC 3986 considers equivalent (sections 6.2.2 and 6.2.3) are normalized.",
        ],
    )
    .flag("Same", "the same text")
    .flag("Normalized", "another spelling of the same target")
    .flag("QueryAndFragment", "parts that are removed before the comparison")
    .flag("Other", "another target")
    .flag("NoUri", "texts that are not http or https URIs")
    .flag("Authority", "user information, unusual hosts and ports")
    .flag("Path", "paths that only look the same")
    .group(endpoint())
    .group(root())
    .group(addresses())
    .group(escapes())
}

fn endpoint() -> Group {
    let mut group = Group::from("RFC 9449, section 4.3").gives("url", "https://as.example.com/oauth/token").valid(
        "Same",
        "the same",
        "https://as.example.com/oauth/token",
    );
    for (flag, what, htu) in [
        ("Normalized", "an upper-case scheme", "HTTPS://as.example.com/oauth/token"),
        ("Normalized", "an upper-case host", "https://AS.EXAMPLE.COM/oauth/token"),
        ("Normalized", "the default port", "https://as.example.com:443/oauth/token"),
        ("Normalized", "an empty port", "https://as.example.com:/oauth/token"),
        ("Normalized", "an escaped letter in the path", "https://as.example.com/%6Fauth/token"),
        ("Normalized", "an escaped letter in the host", "https://%61s.example.com/oauth/token"),
        ("Normalized", "an escaped dot in the host", "https://as%2eexample.com/oauth/token"),
        ("Normalized", "a dot segment at the beginning", "https://as.example.com/./oauth/token"),
        ("Normalized", "two dots beyond the root", "https://as.example.com/../oauth/token"),
        ("Normalized", "two dots inside", "https://as.example.com/oauth/x/../token"),
        ("Normalized", "an escaped dot segment", "https://as.example.com/oauth/%2E/token"),
        ("Normalized", "everything at once", "HTTPS://AS.example.com:443/x/%2e%2E/%6fauth/./token?a#b"),
        ("QueryAndFragment", "a query", "https://as.example.com/oauth/token?a=b"),
        ("QueryAndFragment", "an empty query", "https://as.example.com/oauth/token?"),
        ("QueryAndFragment", "a fragment", "https://as.example.com/oauth/token#x"),
        ("QueryAndFragment", "a query and a fragment", "https://as.example.com/oauth/token?a=b#c?d"),
        ("QueryAndFragment", "a path inside of a query", "https://as.example.com/oauth/token?/../x"),
    ] {
        group = group.valid(flag, what, htu).shows(&HTU_NORMALIZED);
    }
    for (flag, what, htu) in [
        ("NoUri", "nothing", ""),
        ("NoUri", "the path alone", "/oauth/token"),
        ("NoUri", "no scheme", "//as.example.com/oauth/token"),
        ("NoUri", "no slashes", "https:as.example.com/oauth/token"),
        ("NoUri", "one slash", "https:/as.example.com/oauth/token"),
        ("NoUri", "another scheme", "ftp://as.example.com/oauth/token"),
        ("NoUri", "a space before", " https://as.example.com/oauth/token"),
        ("NoUri", "a space after", "https://as.example.com/oauth/token "),
        ("NoUri", "a line feed", "https://as.example.com/oauth/token\n"),
        ("NoUri", "a letter with an accent", "https://as.example.com/oauth/tok\u{e9}n"),
        ("NoUri", "a broken escape", "https://as.example.com/oauth/token%"),
        ("NoUri", "backslashes", "https:\\\\as.example.com\\oauth\\token"),
        ("Other", "http", "http://as.example.com/oauth/token"),
        ("Other", "http on the port of https", "http://as.example.com:443/oauth/token"),
        ("Other", "another host", "https://rs.example.com/oauth/token"),
        ("Other", "a longer host", "https://as.example.com.attacker.example/oauth/token"),
        ("Other", "another port", "https://as.example.com:8443/oauth/token"),
        ("Other", "another path", "https://as.example.com/oauth/par"),
        ("Other", "the host alone", "https://as.example.com"),
        ("Path", "upper-case letters in the path", "https://as.example.com/OAUTH/token"),
        ("Path", "a slash at the end", "https://as.example.com/oauth/token/"),
        ("Path", "a doubled slash", "https://as.example.com//oauth/token"),
        ("Path", "an escaped slash", "https://as.example.com/oauth%2Ftoken"),
        ("Path", "an escaped letter escaped again", "https://as.example.com/%256Fauth/token"),
        ("Path", "a dot segment at the end", "https://as.example.com/oauth/token/."),
        ("Path", "two dots at the end", "https://as.example.com/oauth/token/x/.."),
        ("Path", "a parameter of the path", "https://as.example.com/oauth/token;a"),
        ("Path", "an escaped question mark", "https://as.example.com/oauth/token%3Fa"),
        ("Authority", "user information", "https://user@as.example.com/oauth/token"),
        ("Authority", "empty user information", "https://@as.example.com/oauth/token"),
        ("Authority", "the host as user information of another", "https://as.example.com@attacker.example/oauth/token"),
        ("Authority", "a dot after the host", "https://as.example.com./oauth/token"),
        ("Authority", "a port that is not a number", "https://as.example.com:https/oauth/token"),
        ("Authority", "a port beyond 65535 that wraps around to 443", "https://as.example.com:65979/oauth/token"),
        ("Authority", "a port with a sign", "https://as.example.com:+443/oauth/token"),
        ("Authority", "no host", "https:///oauth/token"),
    ] {
        group = group.invalid(&PROOF_HTU, flag, what, htu);
    }
    group
}

fn root() -> Group {
    Group::new()
        .gives("url", "https://api.example")
        .valid("Normalized", "root: a slash", "https://api.example/")
        .shows(&HTU_NORMALIZED)
        .valid("QueryAndFragment", "root: a query without path", "https://api.example?a=b")
        .shows(&HTU_NORMALIZED)
        .valid("Normalized", "root: dot segments only", "https://api.example/./..")
        .shows(&HTU_NORMALIZED)
        .invalid(&PROOF_HTU, "Path", "root: two slashes", "https://api.example//")
        .invalid(&PROOF_HTU, "Path", "root: a path", "https://api.example/a")
}

fn addresses() -> Group {
    Group::new()
        .gives("url", "http://[::1]:8080/token")
        .valid("Same", "IPv6: the same", "http://[::1]:8080/token")
        .invalid(&PROOF_HTU, "Authority", "IPv6: no port", "http://[::1]/token")
        .invalid(&PROOF_HTU, "Authority", "IPv6: not closed", "http://[::1:8080/token")
        .invalid(&PROOF_HTU, "Authority", "IPv6: another address", "http://[::2]:8080/token")
        .invalid(&PROOF_HTU, "Authority", "IPv6: text after the bracket", "http://[::1]x:8080/token")
}

fn escapes() -> Group {
    Group::new()
        .gives("url", "https://api.example/accounts/a%2fb%20c")
        .valid("Normalized", "escapes: upper-case digits", "https://api.example/accounts/a%2Fb%20c")
        .shows(&HTU_NORMALIZED)
        .invalid(&PROOF_HTU, "Path", "escapes: a slash in place of its escape", "https://api.example/accounts/a/b%20c")
        .invalid(&PROOF_HTU, "Path", "escapes: a plus in place of an escaped space", "https://api.example/accounts/a%2fb+c")
        .invalid(&PROOF_HTU, "NoUri", "escapes: a space in place of its escape", "https://api.example/accounts/a%2fb c")
}

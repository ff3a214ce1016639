//! `redirect_uri`: URIs that a client may register.

use fapi::requirement::local::REQUEST_SIZE;
use fapi::requirement::rfc6749::{REDIRECT_ABSOLUTE, REDIRECT_WITHOUT_FRAGMENT};
use fapi::requirement::rfc8252::{NATIVE_REDIRECTS, REDIRECT_COMPLETE};
use fapi::requirement::rfc9700::REDIRECT_ENCRYPTED;

use crate::vectors::file::{File, Group};

pub(super) fn file() -> File {
    File::new(
        "redirect_uri",
        &[
            "A redirect URI that a client wants to register.",
            "The output of a valid one is the kind of receiver: https, loopback (on the user's machine) or private-use (an app).",
            "Limit: 2,048 octets. In addition to RFC 3986, every browser must send a response to exactly the host in the URI:",
            "no user information, no port that is empty or zero, no host that browsers spell differently or do not accept.",
        ],
    )
    .flag("Https", "the address of a server, or of an app that claims it")
    .flag("Loopback", "addresses on the user's own machine, and addresses that only look like one")
    .flag("PrivateUse", "private-use schemes of apps")
    .flag("Unencrypted", "http to another machine")
    .flag("Scheme", "schemes that belong to no application, or have another purpose")
    .flag("Relative", "texts that are not absolute URIs")
    .flag("Fragment", "a fragment would hide parameters")
    .flag("Authority", "hosts and ports that parsers read in different ways")
    .flag("Character", "characters that are not allowed in URIs")
    .flag("Size", "the maximum length, and longer URIs")
    .group(https())
    .group(loopback())
    .group(private_use())
    .group(characters())
    .group(sizes())
}

fn https() -> Group {
    let mut group = Group::new();
    for (what, uri) in [
        ("a path", "https://client.example/cb"),
        ("no path", "https://client.example"),
        ("a root path", "https://client.example/"),
        ("a query", "https://client.example/cb?tenant=a&x=%20y"),
        ("an empty query", "https://client.example/cb?"),
        ("a port", "https://client.example:8443/cb"),
        ("an IPv4 address", "https://192.0.2.1/cb"),
        ("an IPv6 address", "https://[2001:db8::1]/cb"),
        ("an upper-case scheme", "HTTPS://client.example/cb"),
        ("an upper-case host", "https://CLIENT.example/cb"),
        ("an internationalised name in its ASCII form", "https://xn--bcher-kva.example/cb"),
        ("every character that a path may have", "https://client.example/-._~!$&'()*+,;=:@/%41"),
        ("a host with a dot at its end", "https://client.example./cb"),
        ("localhost over TLS", "https://localhost/cb"),
    ] {
        group = group.valid("Https", format!("https: {what}"), uri).output("https");
    }
    for (what, uri) in [
        ("a fragment", "https://client.example/cb#x"),
        ("an empty fragment", "https://client.example/cb#"),
        ("a fragment after a query", "https://client.example/cb?a=b#c"),
        ("a fragment of a private-use URI", "com.example.app:/cb#x"),
        ("a fragment of a loopback URI", "http://127.0.0.1/cb#x"),
        ("a fragment that a path seems to follow", "https://client.example#/cb"),
    ] {
        group = group.invalid(&REDIRECT_WITHOUT_FRAGMENT, "Fragment", what, uri);
    }
    for (what, uri) in [
        ("nothing", ""),
        ("a path alone", "/cb"),
        ("a network path", "//client.example/cb"),
        ("a host without scheme", "client.example/cb"),
        ("a query alone", "?a=b"),
        ("a scheme that begins with a digit", "1https://client.example/cb"),
        ("an empty scheme", "://client.example/cb"),
        ("an underscore in the scheme", "ht_tps://client.example/cb"),
    ] {
        group = group.invalid(&REDIRECT_ABSOLUTE, "Relative", what, uri);
    }
    for (what, uri) in [
        ("no slashes", "https:client.example/cb"),
        ("one slash", "https:/client.example/cb"),
        ("three slashes", "https:///client.example/cb"),
        ("no host", "https://"),
        ("no host, but a port", "https://:8443/cb"),
        ("no host, but a query", "https://?a=b"),
        ("user information", "https://user@client.example/cb"),
        ("user and password", "https://user:secret@client.example/cb"),
        ("a host as user information of another", "https://client.example@attacker.example/cb"),
        ("empty user information", "https://@client.example/cb"),
        ("an escaped host", "https://client%2Eexample/cb"),
        ("an underscore in the host", "https://client_1.example/cb"),
        ("port zero", "https://client.example:0/cb"),
        ("a port beyond 65535", "https://client.example:65536/cb"),
        ("a port with a leading zero", "https://client.example:0443/cb"),
        ("an empty port", "https://client.example:/cb"),
        ("a port that is not a number", "https://client.example:https/cb"),
        ("a port that ends in a letter", "https://client.example:443a/cb"),
        ("two ports", "https://client.example:443:443/cb"),
        ("an IPv4 address in one number", "https://3221225985/cb"),
        ("an IPv4 address in hexadecimal", "https://0xC0.0x00.0x02.0x01/cb"),
        ("an IPv4 address in octal", "https://0300.0.2.1/cb"),
        ("an IPv4 address of three numbers", "https://192.0.513/cb"),
        ("an IPv6 address that is not closed", "https://[2001:db8::1/cb"),
        ("an IPv6 address in another spelling than that of browsers", "https://[2001:db8:0:0:0:0:0:1]/cb"),
        ("an IPv6 address with a zone", "https://[fe80::1%25eth0]/cb"),
        ("an IPv6 address without brackets", "https://2001:db8::1/cb"),
        ("brackets in the path", "https://client.example/[cb]"),
        ("an asterisk as host", "https://*.client.example/cb"),
        ("a comma in the host", "https://client.example,attacker.example/cb"),
    ] {
        group = group.invalid(&REDIRECT_ABSOLUTE, "Authority", format!("https: {what}"), uri);
    }
    group.errors("invalid_redirect_uri")
}

fn loopback() -> Group {
    let mut group = Group::new();
    for (what, uri) in [
        ("IPv4", "http://127.0.0.1/cb"),
        ("IPv4 with a port", "http://127.0.0.1:51004/cb"),
        ("IPv4 without path", "http://127.0.0.1"),
        ("IPv6", "http://[::1]/cb"),
        ("IPv6 with a port", "http://[::1]:51004/cb"),
        ("localhost", "http://localhost/cb"),
        ("localhost with a port and a query", "http://localhost:3000/cb?a=b"),
    ] {
        group = group.valid("Loopback", format!("loopback: {what}"), uri).output("loopback").shows(&NATIVE_REDIRECTS);
    }
    for (what, uri) in [
        ("a server", "http://client.example/cb"),
        ("upper-case scheme", "HTTP://client.example/cb"),
        ("a name that begins like localhost", "http://localhost.attacker.example/cb"),
        ("a name that ends like localhost", "http://notlocalhost/cb"),
        ("an address that begins like the loopback's", "http://127.0.0.1.attacker.example/cb"),
        ("another address of the loopback network", "http://127.0.0.2/cb"),
        ("a private address", "http://192.168.0.1/cb"),
        ("the unspecified address", "http://0.0.0.0/cb"),
        ("the unspecified IPv6 address", "http://[::]/cb"),
        ("an IPv4 loopback in an IPv6 address", "http://[::ffff:7f00:1]/cb"),
        ("localhost with a dot at its end", "http://localhost./cb"),
    ] {
        group = group.invalid(&REDIRECT_ENCRYPTED, "Unencrypted", format!("http to {what}"), uri);
    }
    group.errors("invalid_redirect_uri")
}

fn private_use() -> Group {
    let mut group = Group::new();
    for (what, uri) in [
        ("one slash", "com.example.app:/cb"),
        ("a path without slash", "com.example.app:cb"),
        ("two slashes", "com.example.app://cb"),
        ("three slashes", "com.example.app:///cb"),
        ("upper case", "COM.Example.App:/cb"),
        ("a query", "com.example.app:/cb?a=b"),
        ("a plus and a hyphen in the scheme", "com.example-2.app+x:/cb"),
        ("a single slash alone", "com.example.app:/"),
    ] {
        group = group.valid("PrivateUse", format!("private use: {what}"), uri).output("private-use").shows(&NATIVE_REDIRECTS);
    }
    for (what, uri) in [
        ("without period", "myapp:/cb"),
        ("javascript", "javascript:alert(1)"),
        ("javascript in another case", "JavaScript:alert(1)"),
        ("data", "data:text/html,x"),
        ("vbscript", "vbscript:x"),
        ("file", "file:///etc/passwd"),
        ("ftp", "ftp://client.example/cb"),
        ("ws", "wss://client.example/cb"),
        ("mailto", "mailto:a@client.example"),
        ("urn", "urn:ietf:wg:oauth:2.0:oob"),
        ("blob", "blob:https://client.example/x"),
        ("about", "about:blank"),
        ("intent", "intent://cb"),
        ("a Windows path", "C:/cb"),
    ] {
        group = group.invalid(&REDIRECT_COMPLETE, "Scheme", format!("scheme: {what}"), uri);
    }
    group
        .invalid(&REDIRECT_ABSOLUTE, "PrivateUse", "private use: nothing after the colon", "com.example.app:")
        .invalid(&REDIRECT_ABSOLUTE, "PrivateUse", "private use: user information", "com.example.app://user@cb")
        .errors("invalid_redirect_uri")
}

fn characters() -> Group {
    let mut group = Group::new();
    for (what, text) in [
        ("a space", " "),
        ("a tab", "\t"),
        ("a line feed", "\n"),
        ("a carriage return", "\r"),
        ("a NUL", "\0"),
        ("a DEL", "\u{7f}"),
        ("a backslash", "\\"),
        ("a quotation mark", "\""),
        ("a less-than sign", "<"),
        ("a greater-than sign", ">"),
        ("a circumflex", "^"),
        ("a grave accent", "`"),
        ("a brace", "{"),
        ("a bar", "|"),
        ("a percent sign alone", "%"),
        ("half an escape", "%4"),
        ("an invalid escape", "%GG"),
        ("a letter with an accent", "\u{e9}"),
        ("a right-to-left override", "\u{202e}"),
        ("a full-width solidus", "\u{ff0f}"),
    ] {
        group = group.invalid(
            &REDIRECT_ABSOLUTE,
            "Character",
            format!("{what} in the path"),
            format!("https://client.example/cb{text}"),
        );
    }
    for (what, uri) in [
        ("a backslash in place of the slashes", "https:\\\\client.example\\cb"),
        ("a backslash before an at sign", "https://client.example\\@attacker.example/cb"),
        ("a space before the scheme", " https://client.example/cb"),
        ("a line feed inside of the scheme", "ht\ntps://client.example/cb"),
        ("an internationalised name", "https://b\u{fc}cher.example/cb"),
        ("a full-width host", "https://\u{ff43}lient.example/cb"),
        ("an ideographic full stop in the host", "https://client\u{3002}example/cb"),
    ] {
        group = group.invalid(&REDIRECT_ABSOLUTE, "Character", what, uri);
    }
    group
        .valid("Character", "escapes in either case", "https://client.example/%e2%98%BA")
        .output("https")
        .errors("invalid_redirect_uri")
}

fn sizes() -> Group {
    let uri = |length: usize| format!("https://client.example/{}", "a".repeat(length - 23));
    Group::new()
        .valid("Size", "2,048 octets", uri(2048))
        .output("https")
        .invalid(&REQUEST_SIZE, "Size", "2,049 octets", uri(2049))
        .invalid(&REQUEST_SIZE, "Size", "20,000 octets", uri(20_000))
        .errors("invalid_redirect_uri")
}

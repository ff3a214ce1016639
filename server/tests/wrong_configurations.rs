//! One configuration per mistake that an operator can make: each is told in one sentence, at its place.

mod common;

use common::files::{Directory, PUBLIC_KEY, write};
use fapi_server::toml_reader::Mistakes;
use fapi_server::{Authority, Config, Keyring, SIGNING_ALGORITHMS};
use std::fmt::Write;

/// The marker of the line at which a mistake is expected.
const HERE: &str = "# here";

const ROOT: &str = "issuer = \"http://127.0.0.1:9999\"\nlisten = \"127.0.0.1:9999\"\nephemeral = true\nprofiles = [\"oauth\"]\n";
const TLS: &str = "issuer = \"https://as.example\"\nlisten = \"127.0.0.1:9999\"\nephemeral = true\n\
                   [tls]\ncertificate = \"server.pem\"\nkey = \"server.key\"\n";
const CLIENT: &str = "[[clients]]\nclient_id = \"web\"\ntoken_endpoint_auth_method = \"none\"\n\
                      redirect_uris = [\"https://client.example/cb\"]\n";
const MACHINE: &str = "[[clients]]\nclient_id = \"machine\"\ngrant_types = [\"client_credentials\"]\n";
const USER: &str = "[[users]]\nname = \"alice\"\npassword = \"pbkdf2-sha256$10$AAECAwQFBgcICQoLDA0ODw$afJFaZDWJuyM40YNoIesGh6BKdgkVjAYgethcJVDmM8\"\n";
const KEY: &str = r#"{ kty = "EC", crv = "P-256", x = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", y = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0" }"#;

/// A title and a configuration whose marked line is wrong.
type Case = (&'static str, String);

fn with(title: &'static str, base: &str, added: &str) -> Case {
    (title, format!("{base}{added}"))
}

/// `base` without the line that begins like the added one.
fn instead(title: &'static str, base: &str, line: &str) -> Case {
    let name = line.split(' ').next().unwrap();
    let changed = |old: &str| if old.starts_with(&format!("{name} =")) { line.to_owned() } else { old.to_owned() };
    let text: Vec<_> = base.lines().map(changed).collect();
    assert!(text.join("\n") + "\n" != base, "{title}");
    (title, text.join("\n") + "\n")
}

fn the_server() -> Vec<Case> {
    vec![
        instead("an issuer that is no URL", ROOT, "issuer = \"as.example\" # here"),
        instead("an issuer with a slash at its end", ROOT, "issuer = \"http://127.0.0.1:9999/\" # here"),
        instead("an issuer with a query", ROOT, "issuer = \"http://127.0.0.1:9999?tenant=a\" # here"),
        instead("an issuer over https without TLS", ROOT, "issuer = \"https://localhost:9999\" # here"),
        instead("an issuer over http at a public name", ROOT, "issuer = \"http://as.example\" # here"),
        instead("an issuer over http with TLS", TLS, "issuer = \"http://as.example\" # here"),
        instead("an issuer with the port of no listener", ROOT, "issuer = \"http://127.0.0.1:{mtls_port}\" # here"),
        instead("an issuer of another type", ROOT, "issuer = 9999 # here"),
        instead("a public address without TLS", ROOT, "listen = \"0.0.0.0:9999\" # here"),
        instead("an address without a port", ROOT, "listen = \"127.0.0.1\" # here"),
        instead("a profile that does not exist", ROOT, "profiles = [\"fapi2_securty\"] # here"),
        instead("no profile", ROOT, "profiles = [] # here"),
        instead("a profile twice", ROOT, "profiles = [\"oauth\", \"oauth\"] # here"),
        with("a member that does not exist", ROOT, "profile = [\"oauth\"] # here\n"),
        with("a member that is like none", ROOT, "tenant = \"one\" # here\n"),
        with("a scope that is malformed", ROOT, "scopes = \"openid  email\" # here\n"),
        with("acr values in one string", ROOT, "acr_values = [\"urn:a urn:b\"] # here\n"),
        with("an acr value twice", ROOT, "acr_values = [\"urn:a\", \"urn:a\"] # here\n"),
        with("an automatic approval of nobody", ROOT, "auto_approve = true # here\n"),
        with("HSTS without TLS", ROOT, "hsts = 60 # here\n"),
        with("an origin with a path", ROOT, "allowed_origins = [\"https://app.example/\"] # here\n"),
        with("an origin in upper case", ROOT, "allowed_origins = [\"https://App.example\"] # here\n"),
        with("an origin that is no URL", ROOT, "allowed_origins = [\"app.example\"] # here\n"),
        with("all origins and one", ROOT, "allowed_origins = [\"*\", \"https://app.example\"] # here\n"),
        with("a resource that is no URI", ROOT, "[resource]\nidentifier = \"api\" # here\n"),
        with("a format that does not exist", ROOT, "[resource]\nformat = \"JWT\" # here\n"),
        with("data that is not used", ROOT, "data = \"state\" # here\n"),
        with("keys that are not used", ROOT, "keys = \"keys\" # here\n"),
        with("clients in a table", ROOT, "[clients] # here\nclient_id = \"web\"\n"),
        with("a user in a table", ROOT, "[users.alice] # here\npassword = \"a\"\n"),
        with("a section that does not exist", ROOT, "[limit] # here\nbody = 1\n"),
    ]
}

fn numbers() -> Vec<Case> {
    let mut cases = vec![
        with("a tolerance below the profile's", ROOT, "[lifetimes]\nfuture_tolerance = 5 # here\n"),
        with("a lifetime in words", ROOT, "[lifetimes]\ncode = \"60s\" # here\n"),
        with("a negative lifetime", ROOT, "[lifetimes]\naccess_token = -1 # here\n"),
        with("a misspelt lifetime", ROOT, "[lifetimes]\naccess_tokens = 60 # here\n"),
        with("a head that is too small for HTTP", ROOT, "[limits]\nhead = 100 # here\n"),
        with("no requests at all", ROOT, "[limits]\nrequests_per_second = 0 # here\n"),
        with("a burst without a rate", ROOT, "[limits]\nburst = 5 # here\n"),
        with("a burst of none", ROOT, "[limits]\nrequests_per_second = 1\nburst = 0 # here\n"),
        with("more connections than can be counted", ROOT, "[limits]\nconnections = 9223372036854775807 # here\n"),
        with("a timeout of a century", ROOT, "[limits]\nhead_timeout = 3153600000 # here\n"),
        with("a shutdown without end", ROOT, "[limits]\nshutdown_timeout = 9999999 # here\n"),
        with("an outgoing request without time", ROOT, "[outbound]\ntimeout = 0 # here\n"),
        with("an outgoing URL", ROOT, "[outbound]\nallow = [\"https://keys.example\"] # here\n"),
        with("an outgoing pattern", ROOT, "[outbound]\nallow = [\"*.example\"] # here\n"),
    ];
    for (title, section, name) in [
        ("no time for a request_uri", "lifetimes", "request_uri"),
        ("no time for the pages", "lifetimes", "interaction"),
        ("no time for a code", "lifetimes", "code"),
        ("no memory of codes", "lifetimes", "replay_memory"),
        ("no time for an access token", "lifetimes", "access_token"),
        ("no time for an ID token", "lifetimes", "id_token"),
        ("no time for a grant", "lifetimes", "grant"),
        ("no time for a session", "lifetimes", "session"),
        ("no time for a proof", "lifetimes", "proof"),
        ("no time for an assertion", "lifetimes", "assertion"),
        ("no time for the key set", "lifetimes", "jwks"),
        ("no body", "limits", "body"),
        ("no connections", "limits", "connections"),
        ("no time for a handshake", "limits", "handshake_timeout"),
        ("no time for a head", "limits", "head_timeout"),
        ("no time for a body", "limits", "body_timeout"),
    ] {
        cases.push(with(title, ROOT, &format!("[{section}]\n{name} = 0 # here\n")));
    }
    cases
}

fn the_clients() -> Vec<Case> {
    let jwt = "token_endpoint_auth_method = \"private_key_jwt\"\n";
    let client = |title, line: &str| with(title, ROOT, &format!("{CLIENT}{line} # here\n"));
    let machine = |title, lines: &str| with(title, ROOT, &format!("{MACHINE}{lines}\n"));
    vec![
        client("a misspelt member", "dpop_bound_access_token = true"),
        client("a member of another server", "logo = \"a.png\""),
        client("a scope that nobody defines", "scope = \"openid api:raed\""),
        client("a secret of a public client", "client_secret = \"a\""),
        client("a public client that acts for itself", "grant_types = [\"authorization_code\", \"client_credentials\"]"),
        client(
            "a grant type that is not served",
            "grant_types = [\"authorization_code\", \"urn:ietf:params:oauth:grant-type:jwt-bearer\"]",
        ),
        client("a response type that is not served", "response_types = [\"token\"]"),
        client("an algorithm that signs no ID token", "id_token_signed_response_alg = \"ES512\""),
        client("an algorithm that does not exist", "id_token_signed_response_alg = \"ES257\""),
        client("an algorithm of assertions without assertions", "token_endpoint_auth_signing_alg = \"ES256\""),
        client("a subject without a certificate", "tls_client_auth_subject_dn = \"CN=web\""),
        client("tokens bound to certificates without TLS", "tls_client_certificate_bound_access_tokens = true"),
        client("an API that does not exist", "terms = { introspects = [\"https://api.example\"] }"),
        client("a term that does not exist", "terms = { first_part = true }"),
        client("a profile that does not exist for a client", "terms = { profiles = [\"fapi9\"] }"),
        client("a key set over http", "jwks_uri = \"http://client.example/jwks\""),
        instead("no redirect URI", &format!("{ROOT}{CLIENT}"), "redirect_uris = [] # here"),
        instead(
            "a redirect URI twice",
            &format!("{ROOT}{CLIENT}"),
            "redirect_uris = [\"https://a.example\", \"https://a.example\"] # here",
        ),
        instead(
            "a redirect URI with a fragment",
            &format!("{ROOT}{CLIENT}"),
            "redirect_uris = [\"https://a.example/#a\"] # here",
        ),
        instead("a redirect URI over http", &format!("{ROOT}{CLIENT}"), "redirect_uris = [\"http://a.example/cb\"] # here"),
        instead("a redirect URI that is no URI", &format!("{ROOT}{CLIENT}"), "redirect_uris = [\"/cb\"] # here"),
        instead(
            "a redirect URI that is no string",
            &format!("{ROOT}{CLIENT}"),
            "redirect_uris = [\"https://a.example\", 1] # here",
        ),
        instead("a method that does not exist", &format!("{ROOT}{CLIENT}"), "token_endpoint_auth_method = \"magic\" # here"),
        with(
            "a client without identifier",
            ROOT,
            &CLIENT.replace("client_id = \"web\"", "").replace("[[clients]]", "[[clients]] # here"),
        ),
        instead("a client identifier with spaces", &format!("{ROOT}{CLIENT}"), "client_id = \"the web \\u00e9\" # here"),
        with("a client twice", ROOT, &format!("{CLIENT}{}", CLIENT.replace("\"web\"", "\"web\" # here"))),
        machine("a client without secret", "token_endpoint_auth_method = \"client_secret_post\"").marked("[[clients]]"),
        machine(
            "a secret that is too short for HS256",
            "token_endpoint_auth_method = \"client_secret_jwt\"\nclient_secret = \"short\" # here",
        ),
        machine("a client without keys", jwt).marked("[[clients]]"),
        machine(
            "keys that sign with another algorithm",
            &format!("{jwt}token_endpoint_auth_signing_alg = \"PS256\"\njwks = {{ keys = [{KEY}] }} # here"),
        ),
        machine("keys in both ways", &format!("{jwt}jwks = {{ keys = [{KEY}] }}\njwks_uri = \"https://a.example/jwks\" # here")),
        machine("a secret that is not used", &format!("{jwt}jwks = {{ keys = [{KEY}] }}\nclient_secret = \"a\" # here")),
        machine(
            "an HMAC of private_key_jwt",
            &format!("{jwt}jwks = {{ keys = [{KEY}] }}\ntoken_endpoint_auth_signing_alg = \"HS256\" # here"),
        ),
        machine(
            "a certificate without TLS",
            "token_endpoint_auth_method = \"tls_client_auth\" # here\ntls_client_auth_san_dns = \"a.example\"",
        ),
        with(
            "a client without its authority",
            TLS,
            &format!(
                "{MACHINE}token_endpoint_auth_method = \"tls_client_auth\" # here\ntls_client_auth_san_dns = \"a.example\"\n"
            ),
        ),
        with(
            "a certificate that is not registered",
            TLS,
            &format!(
                "{MACHINE}token_endpoint_auth_method = \"self_signed_tls_client_auth\"\njwks = {{ keys = [{KEY}] }} # here\n"
            ),
        ),
        with(
            "a secret under FAPI",
            TLS,
            &format!("{MACHINE}token_endpoint_auth_method = \"client_secret_basic\" # here\nclient_secret = \"a\"\n"),
        ),
        with(
            "two subjects",
            &TLS.replace("key =", "client_authorities = \"ca.pem\"\nkey ="),
            &format!(
                "{MACHINE}token_endpoint_auth_method = \"tls_client_auth\"\ntls_client_auth_subject_dn = \"CN=a\" # here\ntls_client_auth_san_dns = \"a.example\"\n"
            ),
        ),
        with(
            "a subject as OpenSSL prints it by default",
            &TLS.replace("key =", "client_authorities = \"ca.pem\"\nkey ="),
            &format!(
                "{MACHINE}token_endpoint_auth_method = \"tls_client_auth\"\ntls_client_auth_subject_dn = \"subject=CN = a, O = b\" # here\n"
            ),
        ),
        with(
            "a subject that is no address",
            &TLS.replace("key =", "client_authorities = \"ca.pem\"\nkey ="),
            &format!(
                "{MACHINE}token_endpoint_auth_method = \"tls_client_auth\"\ntls_client_auth_san_ip = \"api.example\" # here\n"
            ),
        ),
        machine(
            "keys of which none is known",
            &format!("{jwt}jwks = {{ keys = [{{ kty = \"AKP\", alg = \"ML-DSA-65\", pub = \"AAAA\" }}] }} # here"),
        ),
        with("a file of clients that does not exist", ROOT, "clients_files = [\"none.json\"] # here\n"),
        with("a file of clients that is no array", ROOT, "clients_files = [\"object.json\"] # here\n"),
        with("a file of clients with a comma too many", ROOT, "clients_files = [\"comma.json\"] # here\n"),
        with("a file of clients with a misspelt member", ROOT, "clients_files = [\"misspelt.json\"] # here\n"),
        with("a file of clients with a client that cannot work", ROOT, "clients_files = [\"secretless.json\"] # here\n"),
    ]
}

fn the_users() -> Vec<Case> {
    vec![
        with("a password that is no hash", ROOT, "[[users]]\nname = \"alice\"\npassword = \"wonderland\" # here\n"),
        with("a user without a password", ROOT, "[[users]] # here\nname = \"alice\"\n"),
        with("a user twice", ROOT, &format!("{USER}{}", USER.replace("\"alice\"", "\"alice\" # here\nsubject = \"b\""))),
        with("a subject twice", ROOT, &format!("{USER}{}subject = \"alice\" # here\n", USER.replace("alice", "bob"))),
        with("a subject that is a client", ROOT, &format!("{CLIENT}{USER}subject = \"web\" # here\n")),
        with(
            "a user who is a client",
            ROOT,
            &format!("{CLIENT}{}", USER.replace("\"alice\"", "\"web\"").replace("[[users]]", "[[users]] # here")),
        ),
        with("a subject that is no ASCII", ROOT, &format!("{USER}subject = \"\\u00e9\" # here\n")),
        with("a subject with a line feed", ROOT, &format!("{USER}subject = \"a\\nb\" # here\n")),
        with("a subject with a delete character", ROOT, &format!("{USER}subject = \"a\\u007f\" # here\n")),
        with("a subject that is too long", ROOT, &format!("{USER}subject = \"{}\" # here\n", "a".repeat(256))),
        with("an empty subject", ROOT, &format!("{USER}subject = \"\" # here\n")),
        with("an empty name", ROOT, &USER.replace("name = \"alice\"", "subject = \"a\"\nname = \"\" # here")),
        with("a claim of the server's own", ROOT, &format!("{USER}claims = {{ sub = \"other\" }} # here\n")),
        with("a claim that tokens only have", ROOT, &format!("{USER}claims = {{ sid = \"a\" }} # here\n")),
        with("a claim that JSON does not have", ROOT, &format!("{USER}claims = {{ birthdate = 1852-05-04 }} # here\n")),
        with("a misspelt member of a user", ROOT, &format!("{USER}subjct = \"a\" # here\n")),
    ]
}

fn the_files() -> Vec<Case> {
    let key = |title, file: &str| instead(title, TLS, &format!("key = \"{file}\" # here"));
    let keys = |title, directory: &str| {
        let root = ROOT.replace("ephemeral = true\n", "");
        (title, format!("{root}keys = \"{directory}\" # here\n"))
    };
    vec![
        instead("a certificate that does not exist", TLS, "certificate = \"none.pem\" # here"),
        instead("a certificate of X.509 version 1", TLS, "certificate = \"version-1.pem\" # here"),
        instead("a certificate that is no X.509", TLS, "certificate = \"no-x509.pem\" # here"),
        with("authorities of which one is no X.509", TLS, "client_authorities = \"one-is-no-x509.pem\" # here\n"),
        with(
            "authorities of which one is no X.509, for documents",
            ROOT,
            "[outbound]\nauthorities = \"one-is-no-x509.pem\" # here\n",
        ),
        instead("a certificate that is a key", TLS, "certificate = \"server.key\" # here"),
        key("a key that does not exist", "none.key"),
        key("a key that is a certificate", "server.pem"),
        key("a key that is public", "public.pem"),
        key("a key that is encrypted", "encrypted.pem"),
        key("a key of another certificate", "ca.key"),
        key("a key that cannot sign in TLS", "secp256k1.key"),
        key("a key that everybody can read", "open.key"),
        key("a key that is a directory", "."),
        with("authorities that are none", TLS, "client_authorities = \"server.key\" # here\n"),
        with("aliases without TLS", ROOT, "[mtls] # here\nbase = \"https://mtls.as.example\"\nlisten = \"127.0.0.1:9998\"\n"),
        with("aliases over http", TLS, "[mtls]\nbase = \"http://mtls.as.example\" # here\nlisten = \"127.0.0.1:9998\"\n"),
        with("aliases at the issuer", TLS, "[mtls]\nbase = \"https://as.example\" # here\nlisten = \"127.0.0.1:9998\"\n"),
        with(
            "aliases at the address of the issuer",
            TLS,
            "[mtls]\nbase = \"https://mtls.as.example\"\nlisten = \"127.0.0.1:9999\" # here\n",
        ),
        keys("a signing key of another algorithm", "wrong-type"),
        keys("a signing key that is public", "public"),
        keys("a signing key that is encrypted", "encrypted"),
        keys("a signing key that is no PEM", "garbage"),
        keys("a signing key twice", "twice"),
        keys("a signing key that is too short", "too-short"),
        keys("a signing key in SEC 1", "sec1"),
        keys("a signing key that everybody can read", "open"),
        keys("a signing key with another name", "misnamed"),
        keys("a secret that is too short", "short-secret"),
        keys("keys in a file", "server.pem"),
    ]
}

trait Marked {
    /// The mistake is at this line.
    fn marked(self, line: &str) -> Self;
}

impl Marked for Case {
    fn marked(self, line: &str) -> Self {
        (self.0, self.1.replacen(line, &format!("{line} {HERE}"), 1))
    }
}

fn files() -> Directory {
    let directory = Directory::new("wrong-configurations");
    let authority = Authority::generate().unwrap();
    let (server, other) = (authority.client("server").unwrap(), authority.client("other").unwrap());
    write(&directory, "server.pem", server.certificate.as_bytes());
    write(&directory, "server.key", server.key.as_bytes());
    write(&directory, "ca.pem", authority.certificate_pem().as_bytes());
    write(&directory, "ca.key", other.key.as_bytes());
    write(&directory, "version-1.pem", include_bytes!("files/version-1.pem"));
    let no_x509 = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    write(&directory, "no-x509.pem", no_x509.as_bytes());
    write(&directory, "one-is-no-x509.pem", format!("{}{no_x509}", authority.certificate_pem()).as_bytes());
    write(&directory, "secp256k1.key", include_bytes!("files/secp256k1.key"));
    write(&directory, "open.key", server.key.as_bytes());
    write(&directory, "public.pem", PUBLIC_KEY.as_bytes());
    let encrypted = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n";
    write(&directory, "encrypted.pem", encrypted.as_bytes());
    write(&directory, "object.json", b"{}");
    write(&directory, "comma.json", b"[{ \"client_id\": \"a\", }]");
    let misspelt = r#"[{ "client_id": "a", "token_endpoint_auth_method": "none", "redirect_uris": ["https://a.example"], "redirect_uri": [], "logo_uri": "x", "vendor": 1 }]"#;
    write(&directory, "misspelt.json", misspelt.as_bytes());
    write(&directory, "secretless.json", br#"[{ "client_id": "a", "redirect_uris": ["https://a.example"] }]"#);
    Keyring::open(&directory.path("good"), &SIGNING_ALGORITHMS).unwrap();
    let good = |name: &str| std::fs::read(directory.path("good").join(name)).unwrap();
    write(&directory, "wrong-type/PS256.pem", &good("EdDSA.pem"));
    write(&directory, "public/ES256.pem", PUBLIC_KEY.as_bytes());
    write(&directory, "encrypted/ES256.pem", encrypted.as_bytes());
    write(&directory, "garbage/EdDSA.pem", b"not a key");
    write(&directory, "twice/ES256.pem", &good("ES256.pem"));
    write(&directory, "twice/ES256-old.pem", &good("ES256.pem"));
    write(&directory, "too-short/PS256.pem", include_bytes!("files/rsa-1024.pem"));
    write(&directory, "sec1/ES256.pem", include_bytes!("files/p256-sec1.pem"));
    write(&directory, "open/ES256.pem", &good("ES256.pem"));
    write(&directory, "misnamed/ES384.pem", &good("ES256.pem"));
    write(&directory, "short-secret/secret.key", b"password");
    #[cfg(unix)]
    for open in ["open.key", "open/ES256.pem"] {
        directory.set_mode(open, 0o644);
    }
    directory
}

#[test]
fn each_mistake_is_one_sentence_at_its_place() {
    let directory = files();
    let (mut told, mut misplaced) = (String::new(), vec![]);
    let cases: Vec<Case> = [the_server(), numbers(), the_clients(), the_users(), the_files()].into_iter().flatten().collect();
    assert!(cases.len() >= 60, "{}", cases.len());
    for (title, text) in &cases {
        let expected = text.lines().position(|line| line.contains(HERE)).unwrap_or_else(|| panic!("{title}: {text}")) + 1;
        let mistakes =
            Config::parse(text, &directory.path("server.toml")).map_or_else(|mistakes| mistakes, |_| Mistakes::default());
        writeln!(told, "{title}").unwrap();
        for mistake in &mistakes.0 {
            let shown = mistake.to_string().replace(&directory.path("").display().to_string(), "/etc/fapi/");
            writeln!(told, "    {shown}").unwrap();
        }
        let lines: Vec<_> = mistakes.0.iter().map(|mistake| mistake.place.as_ref().map(|place| place.line)).collect();
        if lines != [Some(expected)] {
            misplaced.push(format!("{title}: line {expected} expected\n{mistakes}"));
        }
    }
    assert!(misplaced.is_empty(), "{}", misplaced.join("\n"));
    insta::assert_snapshot!(told);
}

/// The bases of the cases are right, so that what is found is what was added.
#[test]
fn the_bases_have_no_mistake() {
    let directory = files();
    let secret = "client_secret = \"a\"\n";
    for text in [
        ROOT,
        TLS,
        &format!("{ROOT}{CLIENT}{USER}"),
        &format!("{ROOT}{USER}subject = \" ~{}\"\n", "a".repeat(253)),
        &format!("{ROOT}{MACHINE}{secret}"),
        &ROOT.replace("ephemeral = true", "keys = \"good\""),
    ] {
        Config::parse(text, &directory.path("server.toml")).unwrap_or_else(|mistakes| panic!("{text}\n{mistakes}"));
    }
}

#[test]
fn all_mistakes_of_all_sections_are_told_at_once() {
    let directory = files();
    let text = format!(
        "issuer = \"https://as.example/\"\nlisten = \"0.0.0.0:9999\"\nkeys = \"public\"\nprofiles = [\"oauth\"]\n\
         [lifetimes]\ncode = 0\n[limits]\nbody = 0\n{CLIENT}scope = \"opemid\"\nredirect_uris_ = []\n\
         [[clients]]\ngrant_types = [\"client_credentials\"]\n{MACHINE}{USER}subject = \"machine\"\n"
    );
    let mistakes = Config::parse(&text, &directory.path("server.toml")).unwrap_err();
    let shown: Vec<_> = mistakes.0.iter().map(|mistake| (mistake.place.as_ref().unwrap().line, mistake.path.as_str())).collect();
    assert_eq!(
        shown,
        [
            (1, "issuer"),
            (1, "issuer"),
            (2, "listen"),
            (3, "keys"),
            (6, "lifetimes.code"),
            (8, "limits.body"),
            (13, "clients[0].scope"),
            (14, "clients[0].redirect_uris_"),
            (15, "clients[1].client_id"),
            (17, "clients[2].client_secret"),
            (23, "users[0].subject"),
        ],
        "{mistakes}"
    );
}

#[test]
fn lifetimes_that_the_profiles_shorten_are_told() {
    let lifetimes = "[lifetimes]\ncode = 600\nrequest_uri = 3600\nfuture_tolerance = 300\n";
    let text = ROOT.replace("[\"oauth\"]", "[\"oauth\", \"fapi2_security\"]") + lifetimes;
    let config = Config::parse(&text, "server.toml".as_ref()).unwrap();
    assert_eq!(
        config.shortened(),
        [
            "lifetimes.request_uri is 3600 seconds, and the profiles shorten it to 599 (FAPI2-SP-5.3.2.2-12)",
            "lifetimes.code is 600 seconds, and the profiles shorten it to 60 (FAPI2-SP-5.3.2.1-11)",
            "lifetimes.future_tolerance is 300 seconds, and the profiles shorten it to 60 (FAPI2-SP-5.3.2.1-13)",
        ]
    );
    let config = Config::parse(&(ROOT.to_owned() + lifetimes), "server.toml".as_ref()).unwrap();
    assert_eq!(config.shortened(), [] as [String; 0]);
}

//! The command that hashes a password, and the hashes that a configuration accepts.

use fapi_server::{Config, PasswordHash};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

fn hash_password(typed: &str) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fapi-server"));
    let mut child = command.arg("--hash-password").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(typed.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_command_prints_a_phc_string_for_the_line_that_was_typed() {
    let printed = hash_password("pass word\n");
    assert!(printed.starts_with("$argon2id$v=19$m=19456,t=2,p=1$") && printed.ends_with('\n'), "{printed}");
    let hash: PasswordHash = printed.trim_end().parse().unwrap();
    assert!(hash.verify("pass word"));
    assert!(!hash.verify("pass word\n"));
}

#[test]
fn a_configuration_takes_phc_strings_and_the_hashes_of_earlier_versions() {
    let text = |hash: &str| {
        format!("issuer = \"http://127.0.0.1:1\"\nlisten = \"127.0.0.1:0\"\n[[users]]\nname = \"a\"\npassword = \"{hash}\"\n")
    };
    let zeros = |octets: usize| "A".repeat((octets * 4).div_ceil(3));
    let hashes = [
        format!("$argon2id$v=19$m=19456,t=2,p=1${}${}", zeros(16), zeros(32)),
        format!("pbkdf2-sha256$600000${}${}", zeros(16), zeros(32)),
    ];
    for hash in hashes {
        let config = Config::parse(&text(&hash), Path::new("server.toml")).unwrap();
        assert_eq!(config.users[0].password.to_string(), hash);
    }
    let refused = Config::parse(&text("the password itself"), Path::new("server.toml")).unwrap_err().to_string();
    assert!(refused.contains("server.toml:5:12: users[0].password: ") && !refused.contains("itself"), "{refused}");
}

//! Password hashes: argon2id as PHC strings. Hashes that earlier versions made with PBKDF2 are still verified.

use argon2::password_hash::phc;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use aws_lc_rs::pbkdf2::{self, PBKDF2_HMAC_SHA256};
use data_encoding::BASE64URL_NOPAD;
use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;

/// The cost of making a hash, and of verifying a password with it.
#[derive(Debug, Clone)]
pub struct PasswordCost(Params);

impl PasswordCost {
    /// 19 MiB of memory and two passes over it, as the
    /// [OWASP cheat sheet](https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#argon2id) recommends.
    pub const RECOMMENDED: Self = match Params::new(19 * 1024, 2, 1, None) {
        Ok(params) => Self(params),
        Err(_) => panic!("the parameters are within argon2's bounds"),
    };

    /// The minimum that argon2id allows: for tests, whose passwords protect nothing.
    pub const MINIMAL: Self = match Params::new(Params::MIN_M_COST, Params::MIN_T_COST, Params::MIN_P_COST, None) {
        Ok(params) => Self(params),
        Err(_) => panic!("the parameters are within argon2's bounds"),
    };
}

/// A salted hash of a password; displayed and parsed as a PHC string, `$argon2id$v=19$m=…,t=…,p=…$salt$hash`.
///
/// The form of earlier versions, `pbkdf2-sha256$rounds$salt$hash`, is parsed too.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(Scheme);

#[derive(Clone, PartialEq, Eq)]
enum Scheme {
    Argon2id(Box<phc::PasswordHash>),
    Pbkdf2 { rounds: NonZeroU32, salt: [u8; 16], hash: [u8; 32] },
}

/// A text is not a password hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an argon2id hash as a PHC string; `fapi-server --hash-password` prints one")]
pub struct MalformedHash;

impl PasswordHash {
    /// Hashes a password with a fresh salt; `None` if the operating system has no randomness.
    pub fn new(password: &str, cost: PasswordCost) -> Option<Self> {
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, cost.0);
        let hash: phc::PasswordHash = argon2.hash_password(password.as_bytes()).ok()?;
        Some(Self(Scheme::Argon2id(Box::new(hash))))
    }

    /// True if the hash is that of this password. It takes as long as making the hash, so a runtime's thread must not call it.
    pub fn verify(&self, password: &str) -> bool {
        match &self.0 {
            Scheme::Argon2id(hash) => Argon2::default().verify_password(password.as_bytes(), hash.as_ref()).is_ok(),
            Scheme::Pbkdf2 { rounds, salt, hash } => {
                pbkdf2::verify(PBKDF2_HMAC_SHA256, *rounds, salt, password.as_bytes(), hash).is_ok()
            }
        }
    }

    /// True if the hash has the form of earlier versions.
    pub(crate) fn is_outdated(&self) -> bool {
        matches!(self.0, Scheme::Pbkdf2 { .. })
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(..)")
    }
}

impl fmt::Display for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Scheme::Argon2id(hash) => hash.fmt(f),
            Scheme::Pbkdf2 { rounds, salt, hash } => {
                write!(f, "pbkdf2-sha256${rounds}${}${}", BASE64URL_NOPAD.encode(salt), BASE64URL_NOPAD.encode(hash))
            }
        }
    }
}

impl FromStr for PasswordHash {
    type Err = MalformedHash;

    fn from_str(text: &str) -> Result<Self, MalformedHash> {
        let scheme = match text.strip_prefix("pbkdf2-sha256$") {
            Some(rest) => parse_pbkdf2(rest),
            None => parse_argon2id(text),
        };
        scheme.map(Self).ok_or(MalformedHash)
    }
}

/// Checks all that verification needs, so that it cannot fail for another reason than the password.
fn parse_argon2id(text: &str) -> Option<Scheme> {
    let hash = phc::PasswordHash::new(text).ok()?;
    let known_version = hash.version.is_none_or(|version| Version::try_from(version).is_ok());
    let complete = hash.salt.is_some() && hash.hash.is_some() && Params::try_from(&hash).is_ok();
    let usable = hash.algorithm.as_str() == Algorithm::Argon2id.as_str() && known_version && complete;
    usable.then(|| Scheme::Argon2id(Box::new(hash)))
}

fn parse_pbkdf2(text: &str) -> Option<Scheme> {
    let parts: Vec<_> = text.split('$').collect();
    let [rounds, salt, hash] = parts[..] else { return None };
    let decode = |text: &str| BASE64URL_NOPAD.decode(text.as_bytes()).ok();
    let (salt, hash) = (decode(salt)?.try_into().ok()?, decode(hash)?.try_into().ok()?);
    Some(Scheme::Pbkdf2 { rounds: rounds.parse().ok()?, salt, hash })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of the password `wonderland`; made by another implementation of PBKDF2.
    const OLD: &str = "pbkdf2-sha256$10$AAECAwQFBgcICQoLDA0ODw$afJFaZDWJuyM40YNoIesGh6BKdgkVjAYgethcJVDmM8";

    #[test]
    fn a_hash_is_parsed_back_and_verifies_its_password_only() {
        let hash = PasswordHash::new("wonderland", PasswordCost::MINIMAL).unwrap();
        let parsed: PasswordHash = hash.to_string().parse().unwrap();
        assert_eq!(parsed, hash);
        assert!(parsed.verify("wonderland"));
        assert!(!parsed.verify("Wonderland"));
        assert!(!parsed.verify(""));
    }

    #[test]
    fn two_hashes_of_one_password_differ() {
        let hash = || PasswordHash::new("a", PasswordCost::MINIMAL).unwrap();
        assert_ne!(hash(), hash());
    }

    #[test]
    fn a_new_hash_is_a_phc_string_with_the_recommended_parameters() {
        let hash = PasswordHash::new("wonderland", PasswordCost::RECOMMENDED).unwrap().to_string();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
    }

    /// From the test vectors of another implementation, the reference one of the Password Hashing Competition.
    #[test]
    fn hashes_of_other_programs_are_verified() {
        let hash: PasswordHash =
            "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc".parse().unwrap();
        assert!(hash.verify("password"));
        assert!(!hash.verify("passwort"));
    }

    #[test]
    fn hashes_of_earlier_versions_are_still_verified() {
        let hash: PasswordHash = OLD.parse().unwrap();
        assert!(hash.verify("wonderland"));
        assert!(!hash.verify("Wonderland"));
        assert!(hash.is_outdated());
        assert_eq!(hash.to_string(), OLD);
    }

    #[test]
    fn malformed_hashes_are_refused() {
        for text in [
            "",
            "wonderland",
            "pbkdf2-sha256$0$AAAA$AAAA",
            "pbkdf2-sha256$1$AAAA$AAAA",
            "bcrypt$1$a$b",
            "a$b$c$d$e",
            "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ",
            "$argon2id$v=19$m=19456,t=2,p=0$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
            "$argon2id$v=18$m=19456,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
            "$argon2i$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
        ] {
            assert_eq!(text.parse::<PasswordHash>(), Err(MalformedHash), "{text}");
        }
    }

    #[test]
    fn debug_shows_no_hash() {
        assert_eq!(format!("{:?}", PasswordHash::new("a", PasswordCost::MINIMAL).unwrap()), "PasswordHash(..)");
    }
}

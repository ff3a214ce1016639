//! The people who may log in: names, salted password hashes, and what may be said of them.

use aws_lc_rs::pbkdf2::{self, PBKDF2_HMAC_SHA256};
use aws_lc_rs::rand;
use data_encoding::BASE64URL_NOPAD;
use fapi::jose::Json;
use fapi::{ClaimsRequest, UserClaims};
use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;

/// Rounds of a new hash: what takes a fraction of a second today.
pub const ROUNDS: NonZeroU32 = NonZeroU32::new(600_000).unwrap();

/// Somebody who may log in.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct User {
    /// The identifier that clients see as `sub`; it never changes.
    pub subject: String,
    /// What is typed at the login page.
    pub name: String,
    /// What the typed password is compared with.
    pub password: PasswordHash,
    /// What may be said of this user, by the names of claims.
    pub claims: Vec<(String, Json)>,
}

impl User {
    /// A user whose subject is the name, and of whom nothing else is known.
    pub fn new(name: impl Into<String>, password: PasswordHash) -> Self {
        let name = name.into();
        Self { subject: name.clone(), name, password, claims: vec![] }
    }

    /// One more claim.
    #[must_use]
    pub fn claim(mut self, name: impl Into<String>, value: Json) -> Self {
        self.claims.push((name.into(), value));
        self
    }
}

/// PBKDF2 with HMAC-SHA256, written `pbkdf2-sha256$rounds$salt$hash` (base64url).
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash {
    rounds: NonZeroU32,
    salt: [u8; 16],
    hash: [u8; 32],
}

impl PasswordHash {
    /// Hashes a password with a fresh salt; `None` if there is no randomness to be had.
    pub fn new(password: &str, rounds: NonZeroU32) -> Option<Self> {
        let mut salt = [0; 16];
        rand::fill(&mut salt).ok()?;
        let mut hash = [0; 32];
        pbkdf2::derive(PBKDF2_HMAC_SHA256, rounds, &salt, password.as_bytes(), &mut hash);
        Some(Self { rounds, salt, hash })
    }

    /// Whether it is this password. Takes as long as making the hash took.
    pub fn verify(&self, password: &str) -> bool {
        pbkdf2::verify(PBKDF2_HMAC_SHA256, self.rounds, &self.salt, password.as_bytes(), &self.hash).is_ok()
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(..)")
    }
}

impl fmt::Display for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let encode = |octets: &[u8]| BASE64URL_NOPAD.encode(octets);
        write!(f, "pbkdf2-sha256${}${}${}", self.rounds, encode(&self.salt), encode(&self.hash))
    }
}

impl FromStr for PasswordHash {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let malformed = "not of the form pbkdf2-sha256$rounds$salt$hash; `fapi-server --hash-password` makes one";
        let parts: Vec<_> = text.split('$').collect();
        let ["pbkdf2-sha256", rounds, salt, hash] = parts[..] else { return Err(malformed) };
        let decode = |text: &str| BASE64URL_NOPAD.decode(text.as_bytes()).ok();
        Ok(Self {
            rounds: rounds.parse().map_err(|_| malformed)?,
            salt: decode(salt).and_then(|octets| octets.try_into().ok()).ok_or(malformed)?,
            hash: decode(hash).and_then(|octets| octets.try_into().ok()).ok_or(malformed)?,
        })
    }
}

/// All of them.
#[derive(Debug, Clone)]
pub(crate) struct Users {
    users: Vec<User>,
    /// Compared with when nobody has the name, so that the time taken does not tell who exists.
    nobody: PasswordHash,
}

impl Users {
    pub(crate) fn new(users: Vec<User>) -> Self {
        let rounds = users.iter().map(|user| user.password.rounds).max().unwrap_or(ROUNDS);
        Self { users, nobody: PasswordHash { rounds, salt: [0; 16], hash: [0; 32] } }
    }

    pub(crate) fn first(&self) -> Option<&User> {
        self.users.first()
    }

    /// Who this is. Slow on purpose: not for a thread that serves others.
    pub(crate) fn authenticate(&self, name: &str, password: &str) -> Option<&User> {
        let user = self.users.iter().find(|user| user.name == name);
        let matches = user.map_or(&self.nobody, |user| &user.password).verify(password);
        user.filter(|_| matches)
    }

    /// Returns true if a user has this subject.
    pub(crate) fn exists(&self, subject: &str) -> bool {
        self.users.iter().any(|user| user.subject == subject)
    }

    /// The name people know a subject by.
    pub(crate) fn name_of(&self, subject: &str) -> Option<&str> {
        self.users.iter().find(|user| user.subject == subject).map(|user| user.name.as_str())
    }

    pub(crate) fn claims(&self, request: &ClaimsRequest) -> UserClaims {
        let Some(user) = self.users.iter().find(|user| user.subject == request.subject) else { return vec![] };
        user.claims.iter().filter(|(name, _)| request.names.contains(name)).cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUICK: NonZeroU32 = NonZeroU32::new(10).unwrap();

    #[test]
    fn a_hash_is_read_back_and_knows_its_password() {
        let hash = PasswordHash::new("wonderland", QUICK).unwrap();
        let read: PasswordHash = hash.to_string().parse().unwrap();
        assert_eq!(read, hash);
        assert!(read.verify("wonderland"));
        assert!(!read.verify("Wonderland"));
        assert!(!read.verify(""));
    }

    #[test]
    fn two_hashes_of_one_password_differ() {
        assert_ne!(PasswordHash::new("a", QUICK), PasswordHash::new("a", QUICK));
    }

    #[test]
    fn malformed_hashes_are_refused() {
        for text in ["", "wonderland", "pbkdf2-sha256$0$AAAA$AAAA", "pbkdf2-sha256$1$AAAA$AAAA", "bcrypt$1$a$b", "a$b$c$d$e"] {
            assert!(text.parse::<PasswordHash>().is_err(), "{text}");
        }
    }

    #[test]
    fn only_the_right_name_and_password_log_in() {
        let users = Users::new(vec![User::new("alice", PasswordHash::new("wonderland", QUICK).unwrap())]);
        assert_eq!(users.authenticate("alice", "wonderland").unwrap().subject, "alice");
        assert!(users.authenticate("alice", "looking-glass").is_none());
        assert!(users.authenticate("bob", "wonderland").is_none());
    }
}

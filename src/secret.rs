//! Secrets: wiped on drop, compared in constant time, never shown.

use std::fmt;

use subtle::ConstantTimeEq;
use zeroize::Zeroize;

/// Octets that must stay secret: no `Display`, no serialization, a `Debug` that reveals nothing, comparison in constant time.
#[derive(Clone)]
pub struct Secret(Vec<u8>);

impl Secret {
    /// Returns the octets.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl From<String> for Secret {
    fn from(secret: String) -> Self {
        Self(secret.into_bytes())
    }
}

impl From<Vec<u8>> for Secret {
    fn from(secret: Vec<u8>) -> Self {
        Self(secret)
    }
}

/// Takes constant time for secrets of equal length. The length itself is not hidden.
impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for Secret {}

impl Drop for Secret {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(format!("{:?}", Secret::from("hunter2".to_owned())), "Secret(..)");
    }

    #[test]
    fn equality_compares_octets() {
        assert_eq!(Secret::from("a".to_owned()), Secret::from(b"a".to_vec()));
        assert_ne!(Secret::from("a".to_owned()), Secret::from("b".to_owned()));
        assert_ne!(Secret::from("a".to_owned()), Secret::from("ab".to_owned()));
    }
}

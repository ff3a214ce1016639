//! Client secrets at rest: a record is safe to disclose, since it holds no secret that can be used.

use crate::entropy::same;
use crate::exchange::{KeyUse, Pause, Turn};
use crate::fault::Fault;
use crate::jose::base64url;
use crate::secret::Secret;
use serde::{Deserialize, Serialize};

/// A client secret, as it is stored.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum StoredSecret {
    /// A MAC under the host's key, enough to compare the secret.
    Mac(String),
    /// Encrypted under the host's key, for methods that compute with the secret.
    Sealed(String),
}

impl std::fmt::Debug for StoredSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("StoredSecret(..)")
    }
}

impl StoredSecret {
    /// A secret that is only compared.
    pub(crate) fn recognisable(turn: &Turn<'_>, client_id: &str, secret: &Secret) -> Result<Self, Pause> {
        Ok(Self::Mac(mac(turn, client_id, secret)?))
    }

    /// Returns true if the secret itself can be had.
    pub(crate) fn is_usable(&self) -> bool {
        matches!(self, Self::Sealed(_))
    }

    /// A secret that MACs are computed with.
    pub(crate) fn usable(turn: &Turn<'_>, secret: &Secret) -> Result<Self, Pause> {
        Ok(Self::Sealed(base64url::encode(turn.use_key(KeyUse::Seal { input: secret.as_bytes().to_vec() })?)))
    }

    /// Compares a secret in constant time.
    pub(crate) fn is(&self, turn: &Turn<'_>, client_id: &str, shown: &Secret) -> Result<bool, Pause> {
        match self {
            Self::Mac(stored) => Ok(same(stored, &mac(turn, client_id, shown)?)),
            Self::Sealed(_) => Ok(self.open(turn)? == *shown),
        }
    }

    /// The secret itself.
    pub(crate) fn open(&self, turn: &Turn<'_>) -> Result<Secret, Pause> {
        let Self::Sealed(sealed) = self else {
            return Err(Fault::new("the secret of this client can only be compared").into());
        };
        let sealed = base64url::decode(sealed).ok_or_else(|| Fault::new("a sealed secret is not base64url"))?;
        Ok(Secret::from(turn.use_key(KeyUse::Open { input: sealed })?.to_vec()))
    }
}

fn mac(turn: &Turn<'_>, client_id: &str, secret: &Secret) -> Result<String, Pause> {
    let input = [b"client_secret\0", client_id.as_bytes(), b"\0", secret.as_bytes()].concat();
    Ok(base64url::encode(turn.use_key(KeyUse::Mac { input })?))
}

#[cfg(test)]
mod tests {
    use super::StoredSecret;

    #[test]
    fn debug_shows_nothing() {
        for stored in [StoredSecret::Mac("a mac".into()), StoredSecret::Sealed("a seal".into())] {
            assert_eq!(format!("{stored:?}"), "StoredSecret(..)");
        }
    }
}

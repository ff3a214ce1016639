//! DPoP nonces without state: a keyed function of the time, so that all processes with the same key accept the same nonces.

use crate::keys::Keyring;
use data_encoding::BASE64URL_NOPAD;
use fapi::{DpopNonces, Timestamp};

/// Seconds until the next nonce; the previous one is accepted for as long again.
const PERIOD: i64 = 300;

/// The nonce to offer, and the further ones to accept.
pub(crate) fn nonces(keyring: &Keyring, now: Timestamp) -> DpopNonces {
    let period = now.seconds().div_euclid(PERIOD);
    let nonce = |period: i64| BASE64URL_NOPAD.encode(&keyring.nonce(&period.to_be_bytes()).as_ref()[..16]);
    DpopNonces { current: nonce(period), accepted: vec![nonce(period - 1)] }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nonce_is_accepted_for_one_more_period_and_then_no_longer() {
        let keyring = Keyring::generate().unwrap();
        let at = |seconds| nonces(&keyring, Timestamp::from_seconds(3_000_000 + seconds));
        let offered = at(0).current;
        assert_eq!(at(PERIOD - 1).current, offered);
        assert!(at(PERIOD).accepted.contains(&offered));
        assert_ne!(at(PERIOD).current, offered);
        assert!(!at(2 * PERIOD).accepted.contains(&offered));
    }
}

//! Identifiers of clients: those that a server generates.

/// Octets of randomness behind a generated identifier.
pub const CLIENT_ID_ENTROPY: usize = 24;

const LETTERS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// 62 to this power is less than 2 to the power of 192.
const LENGTH: usize = 32;

/// The identifier that a server generates for a client from these random octets: 32 letters and digits (`OCP-CLI-02`). Whoever keeps
/// the client keeps it, and never generates another one for it.
///
/// ```
/// assert_eq!(fapi::generated_client_id([7; 24]), fapi::generated_client_id([7; 24]));
/// assert_eq!(fapi::generated_client_id([0; 24]), "0".repeat(32));
/// ```
pub fn generated_client_id(random: [u8; CLIENT_ID_ENTROPY]) -> String {
    // A number of 192 bits is divided by 62 again and again; the remainders are the letters.
    let mut number = random;
    let letter = |_| {
        let mut rest = 0;
        for octet in &mut number {
            let value = rest * 256 + u16::from(*octet);
            *octet = u8::try_from(value / 62).unwrap_or_default();
            rest = value % 62;
        }
        LETTERS.get(usize::from(rest)).copied().map_or('0', char::from)
    };
    (0..LENGTH).map(letter).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::is_client_id;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_generated_identifier_is_alphanumeric_and_another_one_for_other_octets(one: [u8; 24], other: [u8; 24]) {
            let [first, second] = [one, other].map(generated_client_id);
            prop_assert!(first.len() == 32 && first.bytes().all(|letter| letter.is_ascii_alphanumeric()) && is_client_id(&first));
            // Numbers that differ by a multiple of 62^32 alone have the same letters.
            let close = one.iter().skip(1).eq(other.iter().skip(1));
            prop_assert!(one == other || close || first != second);
        }
    }

    #[test]
    fn each_octet_counts() {
        let all: std::collections::BTreeSet<_> = (0..24)
            .map(|at| {
                let mut octets = [0; 24];
                octets[at] = 1;
                generated_client_id(octets)
            })
            .collect();
        assert_eq!(all.len(), 24);
    }
}

//! base64url without padding, in which every value has exactly one encoding
//! ([RFC 7515 §2](https://www.rfc-editor.org/rfc/rfc7515#section-2)).

use data_encoding::{BASE64, BASE64URL_NOPAD};

/// Decodes `text`. Returns `None` if it contains padding, white space or a foreign character, or has non-zero trailing bits.
pub fn decode(text: impl AsRef<[u8]>) -> Option<Vec<u8>> {
    BASE64URL_NOPAD.decode(text.as_ref()).ok()
}

/// Encodes `octets` in the only form that [`decode`] accepts.
pub fn encode(octets: impl AsRef<[u8]>) -> String {
    BASE64URL_NOPAD.encode(octets.as_ref())
}

/// Decodes padded base64. Padding is accepted only at the end, so that concatenated texts are refused.
pub(crate) fn decode_padded(text: &[u8]) -> Option<Vec<u8>> {
    let unpadded = text.iter().rposition(|&octet| octet != b'=').map_or(0, |last| last + 1);
    let one = !text[..unpadded].contains(&b'=');
    one.then(|| BASE64.decode(text).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_the_canonical_spelling_is_read() {
        assert_eq!(decode("AQAB"), Some(vec![1, 0, 1]));
        for refused in ["AQ==", "AR", "A", "AQ A", "AQ\n", "AQ+/", "A.B", "\u{e9}AAA"] {
            assert_eq!(decode(refused), None, "{refused:?}");
        }
    }

    #[test]
    fn padding_ends_a_text() {
        assert_eq!(decode_padded(b"AQ=="), Some(vec![1]));
        for refused in [&b"AQ==AQ=="[..], b"0aE=A0Aa", b"AQ=", b"AR==", b"AQ==\n"] {
            assert_eq!(decode_padded(refused), None, "{refused:?}");
        }
    }

    proptest! {
        #[test]
        fn decoding_undoes_encoding(octets: Vec<u8>) {
            prop_assert_eq!(decode(encode(&octets)), Some(octets));
        }

        #[test]
        fn every_accepted_text_is_the_encoding_of_its_value(text in "[A-Za-z0-9_-]{0,12}") {
            if let Some(octets) = decode(&text) {
                prop_assert_eq!(encode(octets), text);
            }
        }
    }
}

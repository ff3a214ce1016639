//! The settings of an API that are either a word or something else.

use super::{OfflineAccess, TokenLifetime};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;

impl Serialize for TokenLifetime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::OfServer => serializer.serialize_str("server"),
            Self::Seconds(seconds) => serializer.serialize_u32(*seconds),
        }
    }
}

impl<'de> Deserialize<'de> for TokenLifetime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl de::Visitor<'_> for Visitor {
            type Value = TokenLifetime;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number of seconds, or \"server\"")
            }

            fn visit_u64<E: de::Error>(self, seconds: u64) -> Result<TokenLifetime, E> {
                let seconds = u32::try_from(seconds);
                seconds.map(TokenLifetime::Seconds).map_err(|_| E::invalid_value(de::Unexpected::Other("a larger number"), &self))
            }

            fn visit_i64<E: de::Error>(self, seconds: i64) -> Result<TokenLifetime, E> {
                match u64::try_from(seconds) {
                    Ok(seconds) => self.visit_u64(seconds),
                    Err(_) => Err(E::invalid_value(de::Unexpected::Signed(seconds), &self)),
                }
            }

            fn visit_str<E: de::Error>(self, word: &str) -> Result<TokenLifetime, E> {
                if word == "server" {
                    Ok(TokenLifetime::OfServer)
                } else {
                    Err(E::invalid_value(de::Unexpected::Str(word), &self))
                }
            }
        }

        deserializer.deserialize_any(Visitor)
    }
}

impl Serialize for OfflineAccess {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Never => serializer.serialize_bool(false),
            Self::Allowed => serializer.serialize_bool(true),
            Self::WithConsent => serializer.serialize_str("with_consent"),
        }
    }
}

impl<'de> Deserialize<'de> for OfflineAccess {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl de::Visitor<'_> for Visitor {
            type Value = OfflineAccess;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("true, false, or \"with_consent\"")
            }

            fn visit_bool<E: de::Error>(self, allowed: bool) -> Result<OfflineAccess, E> {
                Ok(if allowed { OfflineAccess::Allowed } else { OfflineAccess::Never })
            }

            fn visit_str<E: de::Error>(self, word: &str) -> Result<OfflineAccess, E> {
                if word == "with_consent" {
                    Ok(OfflineAccess::WithConsent)
                } else {
                    Err(E::invalid_value(de::Unexpected::Str(word), &self))
                }
            }
        }

        deserializer.deserialize_any(Visitor)
    }
}

#[cfg(test)]
mod tests {
    use super::{OfflineAccess, TokenLifetime};

    #[test]
    fn every_value_is_read_back_and_others_are_refused() {
        for text in ["0", "600", r#""server""#] {
            let read: TokenLifetime = serde_json::from_str(text).expect(text);
            assert_eq!(serde_json::to_string(&read).expect("JSON"), text);
        }
        for text in ["true", "false", r#""with_consent""#] {
            let read: OfflineAccess = serde_json::from_str(text).expect(text);
            assert_eq!(serde_json::to_string(&read).expect("JSON"), text);
        }
        for text in ["-1", "4294967296", "1.5", r#""600""#, r#""true""#, "null", "[]"] {
            assert!(serde_json::from_str::<TokenLifetime>(text).is_err(), "{text}");
            assert!(serde_json::from_str::<OfflineAccess>(text).is_err(), "{text}");
        }
    }
}

//! The kinds of bounds that rules are made of, a file each.

use serde::de::{Deserialize, Deserializer, Error};

/// An enumeration with names on the wire, and sets of its values.
macro_rules! set {
    (
        $(#[$doc:meta])* $set:ident of
        $(#[$item_doc:meta])* $item:ident { $($(#[$value_doc:meta])* $value:ident = $name:literal,)* }
    ) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
        #[non_exhaustive]
        $(#[$item_doc])*
        pub enum $item { $($(#[$value_doc])* #[serde(rename = $name)] $value,)* }

        impl $item {
            pub(crate) const ALL: &'static [Self] = &[$(Self::$value),*];

            /// The name on the wire.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$value => $name),* }
            }
        }

        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub struct $set(u16);

        impl $set {
            /// The set of these.
            pub const fn of(items: &[$item]) -> Self {
                let (mut bits, mut index) = (0, 0);
                while index < items.len() {
                    bits |= 1 << items[index] as u16;
                    index += 1;
                }
                Self(bits)
            }

            /// Returns true if it is one of them.
            pub const fn contains(self, item: $item) -> bool {
                self.0 & (1 << item as u16) != 0
            }

            /// All of them, in the order of their definition.
            pub fn iter(self) -> impl Iterator<Item = $item> {
                $item::ALL.iter().copied().filter(move |item| self.contains(*item))
            }

            fn met(self, other: Self) -> Option<Self> {
                (self.0 & other.0 != 0).then_some(Self(self.0 & other.0))
            }
        }

        impl std::fmt::Display for $set {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                let names: Vec<_> = self.iter().map($item::name).collect();
                f.write_str(&names.join(", "))
            }
        }

        impl serde::Serialize for $set {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_seq(self.iter())
            }
        }

        impl<'de> serde::Deserialize<'de> for $set {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Ok(Self::of(&super::members::<$item, _>(deserializer)?))
            }
        }
    };
}

mod algorithms;
mod at_most;
mod audience;
mod authentication;
mod challenge;
mod grant_type;
mod presence;
mod redirect;
mod response_type;
mod rotation;
mod sender;

pub use algorithms::AlgorithmSet;
pub use at_most::AtMost;
pub use audience::{AssertionAudience, AudienceRule};
pub use authentication::{AuthenticationMethod, AuthenticationMethods};
pub use challenge::{ChallengeInput, ChallengeRule};
pub use grant_type::ForbiddenGrants;
pub use presence::Presence;
pub use redirect::RedirectRule;
pub use response_type::{ResponseType, ResponseTypes, UnknownResponseType};
pub use rotation::{Rotation, RotationInput, RotationRule};
pub use sender::SenderConstraints;

/// The members of a set as data. An empty set is a mistake: nothing could be admitted.
fn members<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
    let members = Vec::<T>::deserialize(deserializer)?;
    if members.is_empty() { Err(D::Error::custom("a set without members admits nothing")) } else { Ok(members) }
}

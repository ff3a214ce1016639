//! The content of an access token: a JWT's payload, or the record behind a reference.

use crate::event::Concerned;
use crate::record::{Kind, Owner, Stored};
use crate::scope::Scope;
use crate::sender::Confirmation;
use crate::time::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// The claims of an access token ([RFC 9068 §2.2](https://www.rfc-editor.org/rfc/rfc9068#section-2.2)).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct AccessToken {
    pub(crate) iss: String,
    pub(crate) sub: String,
    pub(crate) aud: Audiences,
    pub(crate) exp: Timestamp,
    pub(crate) iat: Timestamp,
    pub(crate) jti: String,
    /// The client; dialects of their own call it `azp`.
    #[serde(alias = "azp")]
    pub(crate) client_id: String,
    pub(crate) scope: Scope,
    /// Every permission that the user has at the API, in dialects that list them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) permissions: Option<Vec<String>>,
    /// The organization that a client acts for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) org_id: Option<String>,
    /// The root grant: opaque to all other parties.
    pub(crate) grant: String,
    /// Present if `sub` is a user and not the client itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) auth_time: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) acr: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) amr: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) cnf: Option<Confirmation>,
}

impl Stored for AccessToken {
    const KIND: Kind = Kind::Access;

    fn owners(&self) -> Vec<Owner> {
        let subject = self.subject().map(|subject| Owner::Subject(subject.to_owned()));
        std::iter::once(Owner::Client(self.client_id.clone())).chain(subject).collect()
    }
}

impl AccessToken {
    /// The rights that it has, for the event.
    pub(crate) fn concerned(&self) -> Concerned {
        let grant = Some(&self.grant).filter(|grant| !grant.is_empty()).cloned();
        Concerned { grant, scope: self.scope.clone(), audience: self.aud.iter().next().cloned() }
    }

    /// The user for whom the token was issued, if there is one.
    pub(crate) fn subject(&self) -> Option<&str> {
        self.auth_time.map(|_| self.sub.as_str())
    }
}

/// `aud`: a string if there is one recipient, an array if there are several
/// ([RFC 7519 §4.1.3](https://www.rfc-editor.org/rfc/rfc7519#section-4.1.3)).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Audiences(Vec<String>);

impl Audiences {
    pub(crate) fn of(recipients: Vec<String>) -> Self {
        Self(recipients)
    }

    pub(crate) fn contains(&self, recipient: &str) -> bool {
        self.0.iter().any(|known| known == recipient)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &String> {
        self.0.iter()
    }
}

impl Serialize for Audiences {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0[..] {
            [only] => serializer.serialize_str(only),
            several => serializer.collect_seq(several),
        }
    }
}

impl<'de> Deserialize<'de> for Audiences {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum OneOrMany {
            One(String),
            Many(Vec<String>),
        }
        match OneOrMany::deserialize(deserializer)? {
            OneOrMany::One(only) => Ok(Self(vec![only])),
            OneOrMany::Many(several) if several.is_empty() => Err(de::Error::custom("an audience must name a recipient")),
            OneOrMany::Many(several) => Ok(Self(several)),
        }
    }
}

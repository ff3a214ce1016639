//! Reads settings from the data model of serde, member by member, so that one error names every mistake.

use super::super::{Endpoints, Lifetimes, Switches};
use super::{OwnProfileData, ProfileData, ServerPolicyData, SettingsData};
use crate::api::{Api, ApiScopes};
use crate::inbound::RequestLimits;
use crate::jose::{Json, Object};
use crate::policy::PRESETS;
use serde::de::{Deserialize, DeserializeOwned, Deserializer, Error};

impl<'de> Deserialize<'de> for SettingsData {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let members = Object::deserialize(deserializer)?;
        let mut reader = Reader { members: &members, read: vec![], mistakes: vec![] };
        let addresses = template(&Endpoints::below(""));
        for name in ["issuer", "policy", "keys"] {
            reader.demand(name);
        }
        let issuer: String = reader.value("issuer").unwrap_or_default();
        let apis: Option<Vec<Api>> = reader.list("apis", &Object::new().with("identifier", ""));
        let data = Self {
            endpoints: reader.section("endpoints", &addresses).unwrap_or_else(|| Endpoints::below(&issuer)),
            mtls_endpoints: reader.section("mtls_endpoints", &addresses),
            policy: reader.section::<ServerPolicyData>("policy", &Object::new()).unwrap_or_default(),
            profiles: reader.list("profiles", &Object::new().with("id", "")).unwrap_or_else(presets),
            keys: reader.list("keys", &Object::new().with("jwk", Object::new())).unwrap_or_default(),
            default_audience: reader.value("default_audience").or_else(|| apis.is_none().then(|| issuer.clone())),
            apis: apis.unwrap_or_else(|| vec![Api::open(issuer.clone(), ApiScopes::default())]),
            switches: reader.section::<Switches>("switches", &Object::new()).unwrap_or_default(),
            organizations: reader.list("organizations", &Object::new().with("id", "")).unwrap_or_default(),
            connections: reader.list("connections", &Object::new().with("name", "")).unwrap_or_default(),
            scopes: reader.value("scopes").unwrap_or_default(),
            claims: reader.value("claims").unwrap_or_default(),
            acr_values: reader.value("acr_values").unwrap_or_default(),
            lifetimes: reader.section::<Lifetimes>("lifetimes", &Object::new()).unwrap_or_default(),
            limits: reader.section::<RequestLimits>("limits", &Object::new()).unwrap_or_default(),
            client_certificates: reader.value("client_certificates").unwrap_or(true),
            trust_anchors: reader.value("trust_anchors").unwrap_or_default(),
            issuer,
        };
        reader.end().map(|()| data)
    }
}

impl<'de> Deserialize<'de> for ProfileData {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Json::deserialize(deserializer)? {
            Json::String(id) => Ok(Self::Preset(id.into())),
            own => read::<OwnProfileData>(&own).map(Self::Own).map_err(D::Error::custom),
        }
    }
}

fn presets() -> Vec<ProfileData> {
    PRESETS.iter().map(|preset| ProfileData::Preset(preset.id())).collect()
}

/// The members of settings, those that were read already, and the mistakes in them.
struct Reader<'m> {
    members: &'m Object,
    read: Vec<&'static str>,
    mistakes: Vec<String>,
}

impl<'m> Reader<'m> {
    /// A member whose first mistake is the only one.
    fn value<T: DeserializeOwned>(&mut self, name: &'static str) -> Option<T> {
        let value = self.member(name)?;
        self.keep(name, read(value))
    }

    /// An object. The template has the members that it requires, with values that are right.
    fn section<T: DeserializeOwned>(&mut self, name: &'static str, template: &Object) -> Option<T> {
        let value = self.member(name)?;
        self.object(name, value, template)
    }

    /// A list of objects.
    fn list<T: DeserializeOwned>(&mut self, name: &'static str, template: &Object) -> Option<Vec<T>> {
        let value = self.member(name)?;
        let Some(elements) = value.as_array() else { return self.keep(name, read(value)) };
        let elements = elements.iter().enumerate();
        // All are read before the first failure ends the list.
        let elements: Vec<_> = elements.map(|(at, value)| self.object(&format!("{name}[{at}]"), value, template)).collect();
        elements.into_iter().collect()
    }

    /// Tries each member beside those of the template, and then all of them together.
    fn object<T: DeserializeOwned>(&mut self, place: &str, value: &Json, template: &Object) -> Option<T> {
        let Some(members) = value.as_object() else { return self.keep(place, read(value)) };
        let before = self.mistakes.len();
        self.each::<T>(place, members, template, &|alone| alone);
        let mut missing: Vec<_> = template.iter().map(|(name, _)| name).filter(|name| !members.contains(name)).collect();
        // A feature of serde_json, which any crate of a build may enable, decides on the order of the template.
        missing.sort_unstable();
        self.mistakes.extend(missing.iter().map(|name| format!("{place}.{name}: it is missing")));
        if self.mistakes.len() == before { self.keep(place, read(value)) } else { None }
    }

    /// Tries each member alone, and those of inner objects too; `within` makes a whole of an object in its place.
    fn each<T: DeserializeOwned>(&mut self, place: &str, members: &Object, template: &Object, within: &dyn Fn(Object) -> Object) {
        for (name, member) in members.iter() {
            let place = format!("{place}.{name}");
            match member {
                Json::Object(inner) if !inner.is_empty() && !template.contains(name) => {
                    let within = |alone: Object| within(template.clone().with(name, alone));
                    self.each::<T>(&place, inner, &Object::new(), &within);
                }
                _ => drop(self.keep::<T>(&place, read(&within(template.clone().with(name, member.clone()))))),
            }
        }
    }

    fn member(&mut self, name: &'static str) -> Option<&'m Json> {
        self.read.push(name);
        self.members.get(name)
    }

    fn demand(&mut self, name: &str) {
        if !self.members.contains(name) {
            self.mistakes.push(format!("{name}: it is missing"));
        }
    }

    fn keep<T>(&mut self, place: &str, read: Result<T, serde_json::Error>) -> Option<T> {
        read.map_err(|error| self.mistakes.push(format!("{place}: {error}"))).ok()
    }

    /// The end of the settings: members that nobody read are unknown.
    fn end<E: Error>(mut self) -> Result<(), E> {
        let unknown = self.members.iter().map(|(name, _)| name).filter(|name| !self.read.contains(name));
        self.mistakes.extend(unknown.map(|name| format!("{name}: settings have no such member")));
        if self.mistakes.is_empty() { Ok(()) } else { Err(E::custom(self.mistakes.join("; "))) }
    }
}

fn read<T: DeserializeOwned>(value: &impl serde::Serialize) -> Result<T, serde_json::Error> {
    serde_json::to_value(value).and_then(T::deserialize)
}

fn template(value: &impl serde::Serialize) -> Object {
    read(value).unwrap_or_default()
}

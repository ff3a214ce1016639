//! Settings read from data: the meaning of every member, and the check of the whole.

use super::super::{ServerKey, ServerKeys, Settings};
use super::write::with_presets;
use super::{ProfileData, ServerKeyData, SettingsData};
use crate::jose::{Jwk, base64url};
use crate::policy::{PRESETS, Policy, PolicyData, ProfileId, Profiles};
use crate::primitives::Primitives;
use crate::requirement::{Requirement, fapi2_sp, ocp};
use crate::sender::TrustAnchors;
use std::fmt;

/// Finds a requirement by its id.
type Find<'f> = &'f dyn Fn(&str) -> Option<&'static Requirement>;

impl SettingsData {
    /// The settings, with the default cryptographic backend and with the requirements of the library's
    /// [registry](crate::requirement). They are checked as a whole; an error names every mistake.
    #[cfg(feature = "aws-lc-rs")]
    pub fn read(&self) -> Result<Settings, SettingsDataError> {
        self.read_with(crate::primitives::aws_lc(), &crate::requirement::find)
    }

    /// The settings, with a cryptographic backend of the host; the caller finds the requirements that policies cite.
    pub fn read_with(&self, primitives: &'static dyn Primitives, find: Find<'_>) -> Result<Settings, SettingsDataError> {
        let mut reading = Reading { find, primitives, mistakes: vec![] };
        let profiles = reading.profiles(&self.profiles);
        let policy = reading.policy(self, &profiles);
        let keys = reading.keys(&self.keys);
        let trust_anchors = reading.trust_anchors(&self.trust_anchors);
        let signs = policy.is_some() && keys.is_some();
        let settings = Settings {
            issuer: self.issuer.clone(),
            endpoints: self.endpoints.clone(),
            mtls_endpoints: self.mtls_endpoints.clone(),
            policy: policy.unwrap_or_default(),
            profiles,
            keys: keys.unwrap_or_default(),
            apis: self.apis.clone(),
            default_audience: self.default_audience.clone(),
            switches: self.switches,
            organizations: self.organizations.clone(),
            connections: self.connections.clone(),
            scopes: self.scopes.clone(),
            claims: self.claims.clone(),
            acr_values: self.acr_values.clone(),
            lifetimes: self.lifetimes,
            limits: self.limits,
            client_certificates: self.client_certificates,
            trust_anchors,
            primitives,
        };
        let checked = settings.check().err().map(|error| error.mistakes).unwrap_or_default();
        // Keys that cannot be read are not reported as keys of the wrong algorithm too.
        let checked = checked.into_iter().filter(|mistake| signs || mistake.basis != &fapi2_sp::SIGNING_ALGORITHMS);
        // The host adds the secrets of APIs to the settings: they are no data.
        let checked = checked.filter(|mistake| mistake.basis != &ocp::api::SIGNING_SECRET);
        let mut mistakes = reading.mistakes;
        mistakes.extend(checked.map(|mistake| SettingsDataMistake {
            place: mistake.place,
            text: mistake.text,
            basis: Some(mistake.basis),
        }));
        if mistakes.is_empty() { Ok(settings) } else { Err(SettingsDataError { mistakes }) }
    }
}

/// Reads part by part and keeps every mistake.
struct Reading<'f> {
    find: Find<'f>,
    primitives: &'static dyn Primitives,
    mistakes: Vec<SettingsDataMistake>,
}

impl Reading<'_> {
    fn profiles(&mut self, data: &[ProfileData]) -> Profiles {
        let mut profiles = Profiles::none();
        for (at, profile) in data.iter().enumerate() {
            profiles = match profile {
                ProfileData::Preset(id) => match PRESETS.iter().find(|preset| preset.id() == *id) {
                    Some(preset) => profiles.with(preset),
                    None => {
                        self.mistake(format!("profiles[{at}]"), format!("no preset has the id {:?}", id.as_str()));
                        profiles
                    }
                },
                ProfileData::Own(own) => {
                    let policy = self.rules(&format!("profiles[{at}].rules"), &own.rules);
                    profiles.with_policy(own.id.clone(), policy.unwrap_or_default())
                }
            };
        }
        profiles
    }

    fn policy(&mut self, data: &SettingsData, profiles: &Profiles) -> Option<Policy> {
        let (known, named) = (with_presets(profiles), &data.policy.profiles);
        let unknown = named.iter().enumerate().filter(|(_, id)| known.get(id).is_none() && !is_listed(data, id));
        let unknown: Vec<_> = unknown.map(|(at, id)| (at, format!("no profile has the id {:?}", id.as_str()))).collect();
        for (at, text) in &unknown {
            self.mistake(format!("policy.profiles[{at}]"), text.clone());
        }
        let rules = self.rules("policy.rules", &data.policy.rules)?;
        if !unknown.is_empty() {
            return None;
        }
        let joined = known.join(named).and_then(|joined| Ok(joined.tighten(&rules)?));
        joined.map_err(|error| self.mistake("policy".into(), error.to_string())).ok()
    }

    fn rules(&mut self, place: &str, data: &PolicyData) -> Option<Policy> {
        match data.read_with(self.find) {
            Ok(policy) => Some(policy),
            Err(error) => {
                for mistake in error.mistakes {
                    self.mistake(place.to_owned(), mistake.to_string());
                }
                None
            }
        }
    }

    fn keys(&mut self, data: &[ServerKeyData]) -> Option<ServerKeys> {
        // All are read before the first failure ends the list.
        let keys: Vec<_> = data.iter().enumerate().map(|(at, data)| self.key(&format!("keys[{at}]"), data)).collect();
        keys.into_iter().collect::<Option<_>>().map(ServerKeys::of)
    }

    fn key(&mut self, place: &str, data: &ServerKeyData) -> Option<ServerKey> {
        let jwk = match Jwk::parse(&data.jwk, self.primitives) {
            Ok(jwk) => jwk,
            Err(error) => {
                self.mistake(format!("{place}.jwk"), error.to_string());
                return None;
            }
        };
        let known = jwk.to_json();
        for (name, _) in data.jwk.iter().filter(|(name, _)| !known.contains(name)) {
            self.mistake(format!("{place}.jwk.{name}"), "a public signing key has no such member".into());
        }
        let mut key = ServerKey::new(jwk);
        key.algorithms = data.algorithms.unwrap_or(key.algorithms);
        (key.published_from, key.signs_from, key.retired_at) = (data.published_from, data.signs_from, data.retired_at);
        Some(key)
    }

    fn trust_anchors(&mut self, data: &[String]) -> TrustAnchors {
        let mut certificates = vec![];
        for (at, text) in data.iter().enumerate() {
            let place = || format!("trust_anchors[{at}]");
            let Some(der) = base64url::decode_padded(text.as_bytes()) else {
                self.mistake(place(), "it is not base64 with padding".into());
                continue;
            };
            match TrustAnchors::from_der(vec![der.clone()]) {
                Ok(_) => certificates.push(der),
                Err(error) => self.mistake(place(), error.to_string()),
            }
        }
        TrustAnchors::from_der(certificates).unwrap_or_default()
    }

    fn mistake(&mut self, place: String, text: String) {
        self.mistakes.push(SettingsDataMistake { place, text, basis: None });
    }
}

/// Returns true if a profile has the id, readable or not; an unreadable one is already reported.
fn is_listed(data: &SettingsData, id: &ProfileId) -> bool {
    data.profiles.iter().any(|profile| matches!(profile, ProfileData::Own(own) if own.id == *id))
}

/// The reasons why data is not the settings of a server.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SettingsDataError {
    /// Every mistake.
    pub mistakes: Vec<SettingsDataMistake>,
}

/// One mistake in settings as data.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SettingsDataMistake {
    /// The member that is wrong, such as `keys[1].jwk`; empty if the text names it.
    pub place: String,
    /// The mistake, in words.
    pub text: String,
    /// The requirement that it would break, if a server with these settings would break one.
    pub basis: Option<&'static Requirement>,
}

impl fmt::Display for SettingsDataMistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let separator = if self.place.is_empty() { "" } else { ": " };
        write!(f, "{}{separator}{}", self.place, self.text)?;
        self.basis.map_or(Ok(()), |basis| write!(f, " ({})", basis.id))
    }
}

impl fmt::Display for SettingsDataError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, mistake) in self.mistakes.iter().enumerate() {
            f.write_str(if index == 0 { "" } else { "; " })?;
            mistake.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for SettingsDataError {}

//! The `claims` parameter ([OpenID Connect Core §5.5](https://openid.net/specs/openid-connect-core-1_0.html#ClaimsParameter)).

use crate::detail::words;
use crate::error_code::ErrorCode::InvalidRequest;
use crate::jose::{Json, Object};
use crate::refusal::Refusal;
use crate::requirement::oidcc;
use serde::{Deserialize, Serialize};

/// Claims asked for by name, for each place they can be returned at.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct ClaimsParameter {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) userinfo: Vec<ClaimRequest>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) id_token: Vec<ClaimRequest>,
}

/// One claim asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct ClaimRequest {
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) essential: bool,
    /// Values that the client accepts; empty means any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) values: Vec<Json>,
}

impl ClaimsParameter {
    pub(crate) fn parse(text: &str) -> Result<Self, Refusal> {
        let members = oidcc::CLAIMS_PARAMETER.demand(
            Object::parse(text.as_bytes()).ok(),
            InvalidRequest,
            "claims is not a JSON object with distinct names.",
        )?;
        Ok(Self { userinfo: requests(&members, "userinfo")?, id_token: requests(&members, "id_token")? })
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.userinfo.is_empty() && self.id_token.is_empty()
    }

    /// A claim asked for in either place.
    pub(crate) fn find(&self, name: &str) -> impl Iterator<Item = &ClaimRequest> {
        self.id_token.iter().chain(&self.userinfo).filter(move |request| request.name == name)
    }

    /// The names of the claims about the user, except those that identify the user or describe the login.
    pub(crate) fn names_of_user(&self) -> Vec<String> {
        let mut names = self.names();
        names.retain(|name| !["sub", "auth_time", "acr", "amr"].contains(&name.as_str()));
        names
    }

    /// The names of all claims, each once, in alphabetical order.
    pub(crate) fn names(&self) -> Vec<String> {
        let mut names: Vec<_> = self.id_token.iter().chain(&self.userinfo).map(|request| request.name.clone()).collect();
        names.sort();
        names.dedup();
        names
    }
}

impl ClaimRequest {
    /// Returns true if the client accepts this value
    /// ([§5.5.1](https://openid.net/specs/openid-connect-core-1_0.html#IndividualClaimsRequests)).
    pub(crate) fn takes(&self, value: &Json) -> bool {
        self.values.is_empty() || self.values.contains(value)
    }
}

fn requests(members: &Object, place: &'static str) -> Result<Vec<ClaimRequest>, Refusal> {
    let Some(requests) = members.get(place) else { return Ok(vec![]) };
    let requests =
        oidcc::CLAIMS_PARAMETER.demand(requests.as_object(), InvalidRequest, words!("In claims, {} is not an object.", place))?;
    requests.iter().map(|(name, request)| one(name, request)).collect()
}

fn one(name: &str, request: &Json) -> Result<ClaimRequest, Refusal> {
    let mut claim = ClaimRequest { name: name.to_owned(), essential: false, values: vec![] };
    if *request == Json::Null {
        return Ok(claim);
    }
    let members = oidcc::CLAIMS_PARAMETER.demand(
        request.as_object(),
        InvalidRequest,
        "In claims, the request for a claim is neither null nor an object.",
    )?;
    if let Some(essential) = members.get("essential") {
        claim.essential = oidcc::CLAIMS_PARAMETER.demand(
            essential.as_bool(),
            InvalidRequest,
            "In claims, essential is neither true nor false.",
        )?;
    }
    claim.values.extend(members.get("value").cloned());
    if let Some(values) = members.get("values") {
        let values = oidcc::CLAIMS_PARAMETER.demand(values.as_array(), InvalidRequest, "In claims, values is not an array.")?;
        claim.values.extend(values.iter().cloned());
    }
    Ok(claim)
}

//! Proof Key for Code Exchange ([RFC 7636](https://www.rfc-editor.org/rfc/rfc7636)).

use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;
use thiserror::Error;

use crate::jose::base64url;
use crate::primitives::{Primitives, sha256};
use crate::requirement::{Requirement, rfc7636};

/// The commitment of an authorization request to the verifier that the token request must present.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Stored", into = "Stored")]
pub struct CodeChallenge {
    method: ChallengeMethod,
    value: String,
}

impl CodeChallenge {
    /// Parses these two parameters. Without a method, the method is `plain`
    /// ([RFC 7636 §4.3](https://www.rfc-editor.org/rfc/rfc7636#section-4.3)).
    pub fn parse(code_challenge: &str, code_challenge_method: Option<&str>) -> Result<Self, PkceError> {
        let method = code_challenge_method.map_or(Ok(ChallengeMethod::Plain), ChallengeMethod::parse)?;
        Self::new(code_challenge.to_owned(), method)
    }

    fn new(value: String, method: ChallengeMethod) -> Result<Self, PkceError> {
        let digest = || base64url::decode(&value).is_some_and(|digest| digest.len() == 32);
        if !is_unreserved(&value) || method == ChallengeMethod::S256 && !digest() {
            return Err(PkceError::Challenge);
        }
        Ok(Self { method, value })
    }

    /// Returns the transformation that is applied to the verifier before the comparison.
    pub fn method(&self) -> ChallengeMethod {
        self.method
    }

    /// Returns the value of `code_challenge`.
    pub fn value(&self) -> &str {
        &self.value
    }

    /// Returns true if the challenge was made from this verifier. The comparison takes constant time
    /// ([RFC 7636 §4.6](https://www.rfc-editor.org/rfc/rfc7636#section-4.6)).
    pub fn fits(&self, verifier: &CodeVerifier, primitives: &dyn Primitives) -> bool {
        match self.method {
            ChallengeMethod::Plain => self.value.as_bytes().ct_eq(verifier.0.as_bytes()).into(),
            ChallengeMethod::S256 => {
                let digest = base64url::encode(sha256(primitives, verifier.0.as_bytes()));
                self.value.as_bytes().ct_eq(digest.as_bytes()).into()
            }
        }
    }
}

/// A transformation of the verifier. Non-exhaustive: the registry can grow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum ChallengeMethod {
    /// No transformation.
    #[serde(rename = "plain")]
    Plain,
    /// The SHA-256 digest.
    S256,
}

impl ChallengeMethod {
    /// Returns the method with this name. Names are case-sensitive
    /// ([RFC 7636 §6.2.1](https://www.rfc-editor.org/rfc/rfc7636#section-6.2.1)).
    pub fn parse(name: &str) -> Result<Self, PkceError> {
        match name {
            "plain" => Ok(Self::Plain),
            "S256" => Ok(Self::S256),
            _ => Err(PkceError::Method),
        }
    }

    /// Returns the registered name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::S256 => "S256",
        }
    }
}

/// The secret from which the challenge was made. `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct CodeVerifier(String);

impl CodeVerifier {
    /// Parses a verifier of 43 to 128 unreserved characters
    /// ([RFC 7636 §4.1](https://www.rfc-editor.org/rfc/rfc7636#section-4.1)).
    pub fn parse(code_verifier: &str) -> Result<Self, PkceError> {
        if rfc7636::VERIFIER_SYNTAX.broken_unless(is_unreserved(code_verifier)) {
            return Err(PkceError::Verifier);
        }
        Ok(Self(code_verifier.to_owned()))
    }
}

impl std::fmt::Debug for CodeVerifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CodeVerifier(..)")
    }
}

fn is_unreserved(text: &str) -> bool {
    let unreserved = |octet: u8| octet.is_ascii_alphanumeric() || matches!(octet, b'-' | b'.' | b'_' | b'~');
    (43..=128).contains(&text.len()) && text.bytes().all(unreserved)
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    method: ChallengeMethod,
    value: String,
}

impl TryFrom<Stored> for CodeChallenge {
    type Error = PkceError;

    fn try_from(stored: Stored) -> Result<Self, PkceError> {
        Self::new(stored.value, stored.method)
    }
}

impl From<CodeChallenge> for Stored {
    fn from(challenge: CodeChallenge) -> Self {
        Self { method: challenge.method, value: challenge.value }
    }
}

/// The reason why a challenge or verifier is refused. Non-exhaustive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PkceError {
    /// The challenge has the wrong length or a foreign character, or is not a SHA-256 digest where it must be one.
    #[error("the code_challenge is not 43 to 128 unreserved characters, or for S256 not the base64url of a SHA-256")]
    Challenge,
    /// The method is unknown.
    #[error("the code_challenge_method is neither S256 nor plain")]
    Method,
    /// The verifier has the wrong length or a foreign character.
    #[error("the code_verifier is not 43 to 128 unreserved characters")]
    Verifier,
}

impl PkceError {
    /// Returns the requirement that was violated.
    pub fn basis(&self) -> &'static Requirement {
        match self {
            Self::Challenge => &rfc7636::CHALLENGE_SYNTAX,
            Self::Method => &rfc7636::METHOD_SUPPORTED,
            Self::Verifier => &rfc7636::VERIFIER_SYNTAX,
        }
    }
}

#[cfg(all(test, feature = "aws-lc-rs"))]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::primitives::aws_lc;

    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    fn fits(challenge: &str, method: Option<&str>, verifier: &str) -> Result<bool, PkceError> {
        Ok(CodeChallenge::parse(challenge, method)?.fits(&CodeVerifier::parse(verifier)?, aws_lc()))
    }

    #[test]
    fn the_example_of_appendix_b_fits() {
        assert_eq!(fits(CHALLENGE, Some("S256"), VERIFIER), Ok(true));
        assert_eq!(fits(VERIFIER, None, VERIFIER), Ok(true));
        assert_eq!(fits(VERIFIER, Some("plain"), VERIFIER), Ok(true));
    }

    #[test]
    fn a_challenge_fits_only_by_its_own_method() {
        assert_eq!(fits(CHALLENGE, Some("plain"), VERIFIER), Ok(false));
        assert_eq!(fits(CHALLENGE, None, VERIFIER), Ok(false));
        assert_eq!(fits(CHALLENGE, Some("S256"), CHALLENGE), Ok(false));
        for method in [ChallengeMethod::Plain, ChallengeMethod::S256] {
            assert_eq!(ChallengeMethod::parse(method.name()), Ok(method));
        }
    }

    #[test]
    fn malformed_parameters_are_refused() {
        for challenge in ["", "short", &"a".repeat(42), &"a".repeat(129), &"a".repeat(44), &format!("{}B", &CHALLENGE[..42])] {
            assert_eq!(CodeChallenge::parse(challenge, Some("S256")), Err(PkceError::Challenge), "{challenge}");
        }
        for method in ["", "s256", "S512", "Plain", " S256"] {
            assert_eq!(CodeChallenge::parse(CHALLENGE, Some(method)), Err(PkceError::Method), "{method}");
        }
        for verifier in ["", &"a".repeat(42), &"a".repeat(129), &format!("{VERIFIER}+"), &format!("{VERIFIER}é")] {
            assert_eq!(CodeVerifier::parse(verifier), Err(PkceError::Verifier), "{verifier}");
        }
    }

    #[test]
    fn stored_challenges_are_read_back_and_malformed_ones_refused() {
        let stored = format!(r#"{{"method":"S256","value":"{CHALLENGE}"}}"#);
        let challenge: Option<CodeChallenge> = serde_json::from_str(&stored).ok();
        assert_eq!(challenge.as_ref().map(CodeChallenge::value), Some(CHALLENGE));
        assert_eq!(challenge.and_then(|challenge| serde_json::to_string(&challenge).ok()), Some(stored));
        assert!(serde_json::from_str::<CodeChallenge>(r#"{"method":"plain","value":"x"}"#).is_err());
    }

    proptest! {
        #[test]
        fn only_the_verifier_itself_fits(one in "[A-Za-z0-9._~-]{43,128}", other in "[A-Za-z0-9._~-]{43,128}") {
            let challenge = base64url::encode(sha256(aws_lc(), one.as_bytes()));
            prop_assert_eq!(fits(&challenge, Some("S256"), &one), Ok(true));
            prop_assert_eq!(fits(&challenge, Some("S256"), &other), Ok(one == other));
        }

        #[test]
        fn any_text_is_read_or_refused(challenge: String, method: Option<String>) {
            let _ = CodeChallenge::parse(&challenge, method.as_deref());
            let _ = CodeVerifier::parse(&challenge);
        }
    }
}

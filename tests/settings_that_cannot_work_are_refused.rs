//! A server is built completely or not at all, and every mistake in its settings is reported.

use crate::support::keys::Key;
use crate::support::*;
use fapi::jose::{Algorithm, Algorithms, Jwk};
use fapi::policy::{
    AlgorithmSet, AuthenticationMethod as Method, AuthenticationMethods, FAPI2_SECURITY, OAUTH, Policy, Rule, SenderConstraints,
};
use fapi::requirement::{oidcc, rfc9449};
use fapi::sender::TrustAnchors;
use fapi::*;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};

fn mistakes(change: impl FnOnce(&mut Settings)) -> Vec<&'static str> {
    let mut settings = settings(fapi2());
    change(&mut settings);
    match AuthorizationServer::new(settings) {
        Ok(_) => vec![],
        Err(error) => {
            assert!(error.mistakes.iter().all(|mistake| error.to_string().contains(&mistake.text)));
            error.mistakes.iter().map(|mistake| mistake.basis.id).collect()
        }
    }
}

/// The certificate of an authority, in DER.
fn authority() -> Vec<u8> {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap().der().to_vec()
}

fn keys(keys: Vec<Jwk>) -> impl FnOnce(&mut Settings) {
    |settings| settings.keys = ServerKeys::new(keys)
}

#[test]
fn the_issuer_is_an_https_url() {
    for issuer in [
        "http://as.example",
        "as.example",
        "",
        "https://as.example?x",
        "https://as.example#x",
        "https://as.example/ x",
        "ftp://as.example",
        "https://user@as.example",
        "https:/as.example",
        "https://as.example:65536",
    ] {
        assert_eq!(mistakes(|settings| settings.issuer = issuer.into()), ["OIDCD-3-1"], "{issuer}");
    }
    for issuer in ["https://as.example/tenant", "http://localhost:9443", "http://127.0.0.1:1", "http://[::1]"] {
        assert!(mistakes(|settings| settings.issuer = issuer.into()).is_empty(), "{issuer}");
    }
}

#[test]
fn no_claim_of_the_host_has_a_name_of_the_servers_own() {
    for name in OWN_CLAIMS {
        assert_eq!(mistakes(|settings| settings.claims.push((*name).to_owned())), ["OIDCC-2-1"], "{name}");
    }
    assert!(mistakes(|settings| settings.claims.push("Sub".into())).is_empty(), "names are compared as they are");
}

#[test]
fn endpoints_are_https_urls_without_fragment() {
    for address in ["http://as.example/token", "as.example/token", "/token", "", "https://as.example/#token", "https://a/?b#c"] {
        assert_eq!(mistakes(|settings| settings.endpoints.token = address.into()), ["RFC6749-3.1-2"], "{address}");
        let mut aliases = Endpoints::below("https://mtls.as.example");
        aliases.token = address.into();
        assert_eq!(mistakes(|settings| settings.mtls_endpoints = Some(aliases)), ["RFC6749-3.1-2"], "{address}");
    }
    for address in ["https://as.example/token", "https://as.example/token?tenant=1", "http://localhost:9443/token"] {
        assert_eq!(mistakes(|settings| settings.endpoints.token = address.into()), [""; 0], "{address}");
    }
}

#[test]
fn there_is_a_signing_key_and_every_key_has_its_own_kid() {
    let with =
        |name: &str, value: &str| Jwk::parse(&Key::es256("k", 9).named().with(name, value), fapi::primitives::aws_lc()).unwrap();
    let mut nameless = Key::es256("k", 9).named();
    nameless.remove("kid");
    let nameless = Jwk::parse(&nameless, fapi::primitives::aws_lc()).unwrap();
    let mut without_alg = Key::es256("k", 9).named();
    without_alg.remove("alg");
    let without_alg = Jwk::parse(&without_alg, fapi::primitives::aws_lc()).unwrap();
    assert_eq!(mistakes(keys(vec![])), ["FAPI2-SP-5.4.1-1.2"]);
    assert_eq!(mistakes(keys(vec![with("kid", "a"), with("kid", "a")])), ["FAPI2-SP-5.4.2-3", "FAPI2-SP-5.4.2-3"]);
    assert_eq!(mistakes(keys(vec![with("kid", "a"), nameless])), ["FAPI2-SP-5.4.2-3"]);
    assert_eq!(mistakes(keys(vec![without_alg])), ["FAPI2-SP-5.4.1-1.2", "RFC8414-2-2"]);
    assert_eq!(mistakes(keys(vec![with("kid", "a"), with("kid", "b")])), [""; 0]);
}

#[test]
fn times_up_to_ten_seconds_ahead_are_accepted() {
    assert_eq!(mistakes(|settings| settings.lifetimes.future_tolerance = 9), ["FAPI2-SP-5.3.2.1-13"]);
    assert_eq!(mistakes(|settings| settings.lifetimes.future_tolerance = 10), [""; 0]);
}

#[test]
fn every_mistake_is_reported() {
    let found = mistakes(|settings| {
        settings.issuer = "x".into();
        settings.lifetimes.future_tolerance = 0;
        settings.keys = ServerKeys::default();
    });
    assert_eq!(found, ["OIDCD-3-1", "FAPI2-SP-5.4.1-1.2", "FAPI2-SP-5.3.2.1-13"]);
    let mut settings = settings(fapi2());
    settings.lifetimes.future_tolerance = 0;
    settings.endpoints.token = "x".into();
    assert_eq!(
        AuthorizationServer::new(settings).unwrap_err().to_string(),
        "times up to 10 seconds ahead must be accepted (FAPI2-SP-5.3.2.1-13); \
         endpoint \"x\" is not an https URL without fragment (RFC6749-3.1-2)"
    );
}

#[test]
fn policies_that_contradict_each_other_clash() {
    let mut secrets = Policy::default();
    secrets.client_authentication =
        Rule::default().because(AuthenticationMethods::of(&[Method::ClientSecretBasic]), &oidcc::DEFAULT_METHOD);
    let clash = fapi2().tighten(&secrets).unwrap_err();
    assert_eq!((clash.new.id, clash.against[0].id, clash.against.len()), ("OIDCC-9-1", "FAPI2-SP-5.3.2.1-6", 1));
    assert_eq!(clash.to_string(), "OIDCC-9-1 contradicts FAPI2-SP-5.3.2.1-6");
    let mut rsa = Policy::default();
    rsa.proof_algorithm = Rule::default().because(AlgorithmSet(Algorithms::of(&[Algorithm::RS256])), &rfc9449::PROOF_ALG);
    assert!(rsa.tighten(&FAPI2_SECURITY.policy()).is_err());
    assert!(rsa.tighten(&OAUTH.policy()).is_ok());
}

#[test]
fn unusable_algorithms_are_not_advertised() {
    let mut certificates = fapi2();
    certificates.client_authentication = certificates
        .client_authentication
        .because(AuthenticationMethods::of(&[Method::TlsClientAuth]), &fapi::requirement::local::CLIENT_FITS_POLICY);
    let mut settings = settings(certificates);
    settings.trust_anchors = TrustAnchors::from_der(vec![authority()]).unwrap();
    let server = AuthorizationServer::new(settings).unwrap();
    let metadata = serde_json::to_value(server.metadata()).unwrap();
    assert_eq!(metadata["token_endpoint_auth_methods_supported"], serde_json::json!(["tls_client_auth"]));
    assert_eq!(metadata.get("token_endpoint_auth_signing_alg_values_supported"), None);
}

/// What certificates are needed for is listed if they can come and can be judged.
#[test]
fn certificates_are_advertised_where_they_work() {
    let listed = |client_certificates: bool, trusted: bool| {
        let mut settings = settings(fapi2());
        settings.client_certificates = client_certificates;
        settings.trust_anchors = TrustAnchors::from_der(if trusted { vec![authority()] } else { vec![] }).unwrap();
        let metadata = serde_json::to_value(AuthorizationServer::new(settings).unwrap().metadata()).unwrap();
        let bound = metadata["tls_client_certificate_bound_access_tokens"].as_bool().unwrap();
        (metadata["token_endpoint_auth_methods_supported"].clone(), bound)
    };
    let all = ["private_key_jwt", "tls_client_auth", "self_signed_tls_client_auth"];
    assert_eq!(listed(true, true), (all.to_vec().into(), true));
    assert_eq!(listed(true, false), (vec![all[0], all[2]].into(), true));
    assert_eq!(listed(false, true), (vec![all[0]].into(), false));
}

#[test]
fn algorithms_of_proofs_are_advertised_where_tokens_can_be_bound_to_them() {
    let listed = |senders: Option<SenderConstraints>| {
        let mut policy = fapi2();
        if let Some(senders) = senders {
            policy.sender_constraint = policy.sender_constraint.because(senders, &rfc9449::CLIENT_ALWAYS_PROVES);
        }
        let server = AuthorizationServer::new(settings(policy)).unwrap();
        serde_json::to_value(server.metadata()).unwrap().get("dpop_signing_alg_values_supported").is_some()
    };
    assert!(listed(None) && listed(Some(SenderConstraints::DPOP)) && !listed(Some(SenderConstraints::MTLS)));
}

/// OCP-API-08, OCP-ORG-01: what two of them share tells nobody apart.
#[test]
fn apis_share_no_secret_and_organizations_no_id() {
    let with = |second: &str, ids: &[&str]| {
        let mut settings = crate::support::pipeline::two_apis();
        for (api, secret) in settings.apis.iter_mut().zip(["0123456789abcdef0123456789abcdef", second]) {
            api.signing_alg = Some(Algorithm::HS256);
            api.signing_secret = Some(Secret::from(secret.to_owned()));
        }
        settings.organizations = ids.iter().map(|id| Organization::new(*id)).collect();
        AuthorizationServer::new(settings).map(drop)
    };
    let (one, other) = ("0123456789abcdef0123456789abcdef", "fedcba9876543210fedcba9876543210");
    assert!(with(other, &["org_north", "org_south"]).is_ok(), "the control");
    for (wrong, basis) in [
        (with(one, &[]), "OCP-API-08"),
        (with(other, &["org_north", "org_north"]), "OCP-ORG-01"),
        (with(other, &[""]), "OCP-ORG-01"),
    ] {
        let mistakes = wrong.unwrap_err().mistakes;
        assert!(mistakes.iter().all(|mistake| mistake.basis.id == basis), "{mistakes:?}");
    }
}

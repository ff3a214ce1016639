//! Folders, keys and target files for tests with a stub server.

#![allow(dead_code, reason = "each test file uses its own part")]

use std::path::{Path, PathBuf};

use fapi_conformance::keys::SigningKey;
use serde_json::Value;

/// Makes a new, empty folder below that of the build.
pub(crate) fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// Generates two keys and writes them as `one.json` and `two.json`.
pub(crate) fn keys(folder: &Path) {
    for name in ["one", "two"] {
        let jwk = Value::Object(SigningKey::es256().private_jwk().clone());
        std::fs::write(folder.join(format!("{name}.json")), jwk.to_string()).unwrap();
    }
}

/// Writes a target file for an issuer.
pub(crate) fn target(folder: &Path, issuer: &str) -> PathBuf {
    keys(folder);
    let mut text = format!(
        "issuer = \"{issuer}\"\n[features]\ngrant = [\"authorization_code\", \"client_credentials\"]\nprotocol = [\"openid\"]\n\
         client_authentication = [\"private_key_jwt\"]\nsender_constraint = [\"dpop\"]\n"
    );
    for name in ["one", "two"] {
        text.push_str(&format!("[[client]]\nid = \"{name}\"\nkey = \"{name}.json\"\nredirect_uri = \"https://client.example/{name}\"\nscope = \"openid\"\n"));
    }
    let path = folder.join("target.toml");
    std::fs::write(&path, text).unwrap();
    path
}

/// The metadata of a server at this address, with every endpoint.
pub(crate) fn metadata(issuer: &str) -> Value {
    serde_json::json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "pushed_authorization_request_endpoint": format!("{issuer}/par"),
        "token_endpoint": format!("{issuer}/token"),
        "userinfo_endpoint": format!("{issuer}/me"),
        "jwks_uri": format!("{issuer}/jwks"),
        "scopes_supported": ["openid", "email"],
        "response_types_supported": ["code"],
        "grant_types_supported": ["authorization_code", "client_credentials"],
        "token_endpoint_auth_methods_supported": ["private_key_jwt", "tls_client_auth"],
        "token_endpoint_auth_signing_alg_values_supported": ["ES256"],
        "dpop_signing_alg_values_supported": ["ES256"],
        "tls_client_certificate_bound_access_tokens": true,
    })
}

//! A server that cannot start says which member or file is the reason, and what it is.

mod common;

use common::files::{Directory, write};
use common::{oauth, options, running};
use fapi_server::config::{Keys, MtlsAlias, State};
use fapi_server::{Authority, Config, start};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

/// The text of the error, with the directory replaced.
async fn refused(config: Config, directory: &Directory) -> String {
    let error = start(config, options()).await.unwrap_err().to_string();
    error.replace(&directory.path("").display().to_string(), "/var/fapi/")
}

fn with_state(path: &Path) -> Config {
    let mut config = oauth();
    config.state = State::File(path.to_owned());
    config
}

#[tokio::test]
async fn an_address_that_cannot_be_bound_is_told_with_its_member() {
    let directory = Directory::new("failed-listen");
    let first = running(oauth()).await;
    let mut config = oauth();
    config.listen = first.address;
    let text = format!("listen: cannot listen on {}: another process listens there", first.address);
    assert_eq!(refused(config, &directory).await, text);

    let mut config = Config::new(Some(Arc::new(Authority::generate().unwrap())));
    config.mtls = Some(MtlsAlias { base: "https://localhost:{mtls_port}".into(), listen: first.address });
    let text = format!("mtls.listen: cannot listen on {}: another process listens there", first.address);
    assert_eq!(refused(config.clone(), &directory).await, text);

    // No interface has an address of the range for documentation.
    config.mtls = Some(MtlsAlias { base: "https://localhost:{mtls_port}".into(), listen: SocketAddr::from(([192, 0, 2, 1], 0)) });
    let text = "mtls.listen: cannot listen on 192.0.2.1:0: no interface of this machine has the address";
    assert_eq!(refused(config, &directory).await, text);
}

#[tokio::test]
async fn a_state_file_in_use_is_told_as_such() {
    let directory = Directory::new("failed-lock");
    let path = directory.path("state.redb");
    let first = running(with_state(&path)).await;
    assert_eq!(
        refused(with_state(&path), &directory).await,
        "the state file /var/fapi/state.redb is in use by another process: each server needs a directory (`data`) of its own"
    );
    first.shutdown().await;
    running(with_state(&path)).await.shutdown().await;
}

#[tokio::test]
async fn a_state_file_of_another_kind_is_told_as_such() {
    let directory = Directory::new("failed-state");
    write(&directory, "text.redb", b"this is a text, and it is longer than the head of a database would be");
    let told = refused(with_state(&directory.path("text.redb")), &directory).await;
    assert!(told.starts_with("the state file /var/fapi/text.redb is no state of this server"), "{told}");
    let told = refused(with_state(&directory.path("text.redb/state.redb")), &directory).await;
    assert!(told.starts_with("the state file /var/fapi/text.redb/state.redb cannot be used: "), "{told}");
    std::fs::create_dir(directory.path("folder.redb")).unwrap();
    let told = refused(with_state(&directory.path("folder.redb")), &directory).await;
    assert!(told.starts_with("the state file /var/fapi/folder.redb cannot be opened: "), "{told}");
}

#[tokio::test]
async fn keys_that_cannot_be_made_are_told_with_their_directory() {
    let directory = Directory::new("failed-keys");
    write(&directory, "file", b"");
    let mut config = oauth();
    config.keys = Keys::Directory(directory.path("file/keys"));
    let mut options = options();
    options.keyring = None;
    let told = start(config, options).await.unwrap_err().to_string();
    let told = told.replace(&directory.path("").display().to_string(), "/var/fapi/");
    assert_eq!(
        told,
        "invalid configuration: 1 mistake\n  keys: /var/fapi/file/keys: cannot be used: Not a directory (os error 20)"
    );
}

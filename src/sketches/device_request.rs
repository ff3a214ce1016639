//! A request from a device: no browser, no redirect URI, the same questions to the same user.

use super::NOW;
use crate::interaction::PromptKind;
use crate::life_cycle::{Asked, Settling};
use crate::permissions::Permissions;
use crate::scope::Scope;
use crate::user::AuthenticatedUser;

fn settling() -> Settling {
    let permissions = Permissions::of(Scope::parse("read").expect("a scope"));
    Settling {
        asked: Asked { client_id: "television".into(), permissions, ..Asked::default() },
        user: None,
        session: None,
        selected: false,
        logged_in: false,
    }
}

#[test]
fn its_questions_are_settled_without_a_front_channel() {
    let first = settling();
    assert_eq!(first.prompt(NOW, false), Some(PromptKind::Login));
    let second = first.log_in(AuthenticatedUser::new("alice", NOW), "session".into(), true);
    assert_eq!(second.prompt(NOW, false), Some(PromptKind::Consent));
    assert_eq!(second.prompt(NOW, true), None);
}

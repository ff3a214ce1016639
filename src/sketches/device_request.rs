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
        granted_before: Permissions::default(),
        first_party: false,
    }
}

#[test]
fn its_questions_are_settled_without_a_front_channel() {
    let first = settling();
    assert_eq!(first.prompt(NOW), Some(PromptKind::Login));
    let user = AuthenticatedUser { subject: "alice".into(), auth_time: NOW, acr: None, amr: vec![] };
    let second = first.log_in(user, "session".into(), Permissions::default(), true);
    assert_eq!(second.prompt(NOW), Some(PromptKind::Consent));
    let granted_before = second.asked.permissions.clone();
    assert_eq!(Settling { granted_before, ..second }.prompt(NOW), None);
}

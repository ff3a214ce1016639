//! A notice to a client: enqueued with a commit, sent by an exchange of its own, repeated, and given up in the end.

use super::{Host, NOW, context, server};
use crate::notice::{Message, Notice};
use crate::record::{Record, RecordKey, Write, encode};
use crate::{AuthorizationServer, Commit, Committed, NoticeDelivery, Timestamp};
use std::sync::Arc;

fn enqueued(host: &mut Host, server: &Arc<AuthorizationServer>) -> (RecordKey, Record) {
    host.register(server);
    let message = Message::Logout {
        client_id: "app".into(),
        uri: "https://app.example/logout".into(),
        subject: "alice".into(),
        sid: "a session".into(),
    };
    let (key, record) = (server.key::<Notice>("n").0, encode(&Notice { message, attempts: 0 }));
    let enqueue = Write::Enqueue { key, record, due: NOW };
    assert_eq!(host.store.commit(&Commit::new(NOW, vec![enqueue])), Committed::Applied);
    host.store.due(NOW, 1).remove(0)
}

#[test]
fn it_is_acknowledged_when_the_client_confirms_it() {
    let (server, mut host) = (server(), Host { status: 200, ..Host::default() });
    let (key, record) = enqueued(&mut host, &server);
    let outcome = host.drive(server.deliver(&key, &record, context(4)));
    assert!(matches!(outcome.reply, NoticeDelivery::Delivered), "{:?}", outcome.event);
    assert_eq!((host.sent[0].url.as_str(), host.sent[0].method), ("https://app.example/logout", "POST"));
    assert!(host.sent[0].body.starts_with("logout_token="));
    assert!(host.store.due(Timestamp::NEVER, 1).is_empty());
}

#[test]
fn it_is_repeated_with_growing_delays_and_given_up() {
    let (server, mut host) = (server(), Host { status: 503, ..Host::default() });
    let (key, mut record) = enqueued(&mut host, &server);
    let mut delays = vec![];
    for seed in 5.. {
        let outcome = host.drive(server.deliver(&key, &record, context(seed)));
        match outcome.reply {
            NoticeDelivery::Postponed(due) => delays.push(due.since(NOW)),
            NoticeDelivery::GivenUp => break,
            other => panic!("{other:?}"),
        }
        record = host.store.due(Timestamp::NEVER, 1).remove(0).1;
    }
    assert_eq!(delays, [15, 60, 240, 960, 3840]);
    assert!(host.store.due(Timestamp::NEVER, 1).is_empty());
}

//! Wrong methods, media types, duplicates, sizes and rates are answered with 405, 400, 413 and 429 at every endpoint, without a
//! question to the host.

use crate::support::refusal::{Told, header, posted, refused};
use crate::support::*;
use bytes::Bytes;
use fapi::*;
use http::Method;

type Entry = fn(&World, Inbound<'_>) -> Outcome;

fn front(outcome: Outcome<Navigation>) -> Outcome {
    outcome.map(|reply| match reply {
        Navigation::Respond(response) => response,
        Navigation::Inform(page) => page.response(),
        Navigation::Interact(_) => panic!("no page"),
    })
}

const PUSH: Entry = |world, inbound| world.drive(world.server.pushed_authorization_request(inbound, world.context()));
const TOKEN: Entry = |world, inbound| world.drive(world.server.token_request(inbound, world.context()));
const INTROSPECT: Entry = |world, inbound| world.drive(world.server.introspection_request(inbound, world.context()));
const REVOKE: Entry = |world, inbound| world.drive(world.server.revocation_request(inbound, world.context()));
const USERINFO: Entry = |world, inbound| world.drive(world.server.userinfo_request(inbound, world.context()));
const AUTHORIZE: Entry = |world, inbound| front(world.drive(world.server.authorization_request(inbound, world.context())));
const ANSWER: Entry = |world, inbound| {
    let (id, verdict) = (InteractionId::new("id"), UserDecision::Denied);
    front(world.drive(world.server.answer(inbound, &id, verdict, world.context())))
};
const RESOURCE: Entry = |world, inbound| {
    let outcome = world.drive(world.server.resource_server("https://api.example").expect("an API").protect(
        inbound,
        RequiredAccess::token(),
        world.context(),
    ));
    outcome.map(|reply| reply.told())
};

const BACK_CHANNEL: [(&str, Entry, &str, &str); 4] = [
    ("push", PUSH, "RFC9126-2.3-4", "RFC9126-2-1"),
    ("token", TOKEN, "RFC6749-3.2-1", "RFC6749-B-1"),
    ("introspect", INTROSPECT, "RFC6749-3.2-1", "RFC6749-B-1"),
    ("revoke", REVOKE, "RFC6749-3.2-1", "RFC6749-B-1"),
];

const ALL: [(&str, Entry); 8] = [
    ("push", PUSH),
    ("token", TOKEN),
    ("introspect", INTROSPECT),
    ("revoke", REVOKE),
    ("userinfo", USERINFO),
    ("authorize", AUTHORIZE),
    ("answer", ANSWER),
    ("resource", RESOURCE),
];

#[test]
fn methods() {
    let world = World::fapi2();
    for method in [Method::GET, Method::HEAD, Method::PUT, Method::DELETE, Method::OPTIONS, Method::PATCH] {
        let request = http::Request::builder().method(method.clone()).uri("/").body(Bytes::new()).unwrap();
        for (_, entry, requirement, _) in BACK_CHANNEL {
            let outcome = entry(&world, Inbound::new(&request));
            refused(&outcome, 405, "invalid_request", &[requirement]);
            assert_eq!(header(&outcome.reply, "allow"), "POST");
        }
        if method != Method::GET {
            let outcome = AUTHORIZE(&world, Inbound::new(&request));
            refused(&outcome, 405, "invalid_request", &["OIDCC-3.1.2.1-1"]);
            assert_eq!(header(&outcome.reply, "allow"), "GET, POST");
        }
    }
    assert_eq!(world.traced(), "");
}

#[test]
fn media_types() {
    let world = World::fapi2();
    let form = "application/x-www-form-urlencoded";
    for types in
        [&[][..], &["application/json"], &["text/plain"], &[form, form], &["application/x-www-form-urlencoded; charset=latin1"]]
    {
        let mut request = posted("client_id=a");
        request.headers_mut().remove("content-type");
        for value in types {
            request.headers_mut().append("content-type", value.parse().unwrap());
        }
        for (name, entry, _, requirement) in BACK_CHANNEL {
            let outcome = entry(&world, Inbound::new(&request));
            assert_eq!(ids(&outcome), [requirement, "RFC6749-5.2-4"], "{name} {types:?}");
            refused(&outcome, 400, "invalid_request", &[requirement, "RFC6749-5.2-4"]);
        }
        refused(&AUTHORIZE(&world, Inbound::new(&request)), 400, "invalid_request", &["RFC6749-B-1"]);
    }
    for accepted in ["APPLICATION/X-WWW-FORM-URLENCODED", "application/x-www-form-urlencoded;charset=UTF-8"] {
        let mut request = posted("");
        request.headers_mut().insert("content-type", accepted.parse().unwrap());
        refused(&TOKEN(&world, Inbound::new(&request)), 400, "invalid_client", &["RFC6749-5.2-3"]);
    }
    assert_eq!(world.traced(), "");
}

#[test]
fn forms() {
    let world = World::fapi2();
    let many = (0..65).map(|number| format!("p{number}=")).collect::<Vec<_>>().join("&");
    let long_name = format!("{}=1", "n".repeat(129));
    let long_value = format!("a={}", "v".repeat(32 * 1024 + 1));
    let cases = [
        ("client_id=a&client_id=a", "RFC6749-3.1-6"),
        ("client_id=a&client%5Fid=b", "RFC6749-3.1-6"),
        ("a=%zz", "RFC6749-B-1"),
        ("a=%ff", "RFC6749-B-1"),
        ("a=b c", "RFC6749-B-1"),
        ("a=%00", "RFC6749-5.2-4"),
        (&many, "FAPI-LIMITS-2"),
        (&long_name, "FAPI-LIMITS-1"),
        (&long_value, "FAPI-LIMITS-1"),
    ];
    for (body, requirement) in cases {
        let request = posted(body.to_owned());
        for (name, entry, _, _) in BACK_CHANNEL {
            let outcome = entry(&world, Inbound::new(&request));
            assert_eq!(ids(&outcome), [requirement], "{name} {:.40}", body);
            refused(&outcome, 400, "invalid_request", &[requirement]);
        }
        refused(&AUTHORIZE(&world, Inbound::new(&request)), 400, "invalid_request", &[requirement]);
    }
    for query in ["client_id=a&client_id=b", "a=%ff", "a=%zz"] {
        let request = http::Request::get(format!("/?{query}")).body(Bytes::new()).unwrap();
        assert_eq!(AUTHORIZE(&world, Inbound::new(&request)).reply.status(), 400, "{query}");
    }
    assert_eq!(world.traced(), "");
}

#[test]
fn sizes() {
    let world = World::fapi2();
    let mut long_query = posted("");
    *long_query.uri_mut() = format!("/?a={}", "v".repeat(16 * 1024)).parse().unwrap();
    let mut long_header = posted("");
    long_header.headers_mut().insert("dpop", "v".repeat(16 * 1024 + 1).parse().unwrap());
    // A host need not read a body whose length is declared.
    let mut declared = posted("");
    declared.headers_mut().insert("content-length", "65537".parse().unwrap());
    for request in [posted(vec![b'a'; 64 * 1024 + 1]), declared, long_query, long_header] {
        for (name, entry) in ALL {
            let outcome = entry(&world, Inbound::new(&request));
            assert_eq!(outcome.reply.status(), 413, "{name}");
            refused(&outcome, 413, "invalid_request", &["FAPI-LIMITS-1"]);
        }
    }
    assert_eq!(world.traced(), "");
}

#[test]
fn rates() {
    let world = World::fapi2();
    let request = posted("client_id=a");
    for (_, entry) in ALL {
        let outcome = entry(&world, Inbound::new(&request).admission(Admission::Limited { retry_after: 7 }));
        refused(&outcome, 429, "temporarily_unavailable", &["FAPI-LIMITS-4"]);
        assert_eq!(header(&outcome.reply, "retry-after"), "7");
    }
    assert_eq!(world.traced(), "");
}

#[test]
fn two_proofs_and_two_tokens_are_refused_unread() {
    let world = World::fapi2();
    let mut request = posted("client_id=a");
    request.headers_mut().append("dpop", "a".parse().unwrap());
    request.headers_mut().append("dpop", "b".parse().unwrap());
    for entry in [PUSH, TOKEN] {
        refused(&entry(&world, Inbound::new(&request)), 400, "invalid_dpop_proof", &["RFC9449-4.3-1"]);
    }
    request.headers_mut().insert("authorization", "DPoP abc".parse().unwrap());
    for entry in [USERINFO, RESOURCE] {
        refused(&entry(&world, Inbound::new(&request)), 401, "invalid_dpop_proof", &["RFC9449-4.3-1"]);
    }
    request.headers_mut().append("authorization", "DPoP abc".parse().unwrap());
    for entry in [USERINFO, RESOURCE] {
        refused(&entry(&world, Inbound::new(&request)), 400, "invalid_request", &["RFC6750-3.1-1"]);
    }
    assert_eq!(world.traced(), "");
}

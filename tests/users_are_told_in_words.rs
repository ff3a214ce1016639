//! An error that only the user can be told: as data for the host's own page, in sentences that say what happened and what to do.

use crate::support::client::Client;
use crate::support::*;
use fapi::*;

/// The page of a navigation that ends in one.
fn page(outcome: Outcome<Navigation>) -> ErrorPage {
    match outcome.reply {
        Navigation::Inform(page) => *page,
        other => panic!("{other:?}"),
    }
}

/// A page for every cause, with a name for it.
fn pages() -> Vec<(&'static str, ErrorPage)> {
    let world = World::fapi2();
    let client = Client::registered(&world, "client-1", 10);
    let uri = member(&client.push(&world, &[]).reply, "request_uri");
    let shown = prompt(client.present(&world, &uri, None));
    let request = post(&[]);
    let answered_by = |browser: Option<&BrowserHandle>| {
        let inbound = Inbound::new(&request).browser(browser);
        page(world.drive(world.server.answer(inbound, &shown.id, Client::login(), world.context())))
    };
    let (no_cookie, another_browser) = (answered_by(None), answered_by(Some(&BrowserHandle::new("another"))));
    let consent = prompt(client.answer(&world, &shown, Client::login()));
    response(client.answer(&world, &consent, Client::consent("openid")));
    let answered_before = page(client.answer(&world, &shown, Client::consent("openid")));
    let used_before = page(client.present(&world, &uri, None));
    let nobody = get(&[("client_id", "nobody")]);
    let unknown_client = page(world.drive(world.server.authorization_request(Inbound::new(&nobody), world.context())));
    let limited = Inbound::new(&nobody).admission(Admission::Limited { retry_after: 30 });
    let too_many = page(world.drive(world.server.authorization_request(limited, world.context())));
    world.down.set("load");
    let unavailable = page(client.present(&world, "urn:x", None));
    vec![
        ("without the cookie", no_cookie),
        ("with the cookie of another browser", another_browser),
        ("answered before", answered_before),
        ("presented before", used_before),
        ("of an unknown client", unknown_client),
        ("too many requests", too_many),
        ("without the store", unavailable),
    ]
}

#[test]
fn every_cause_has_its_words() {
    let told: Vec<_> = pages()
        .into_iter()
        .map(|(name, page)| {
            let ErrorPage { status, cause, title, text, advice, .. } = &page;
            let reference = page.reference();
            format!("{name}: {} {cause:?}\n  {title}\n  {text}\n  {advice}\n  {reference}\n", status.as_u16())
        })
        .collect();
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn the_application_is_blamed_only_for_what_it_did() {
    for (name, page) in pages() {
        let blamed = page.text.contains("The application that sent you here");
        assert_eq!(blamed, page.cause == ErrorPageCause::WrongRequest, "{name}");
        assert_eq!(page.requirements.is_empty(), page.cause == ErrorPageCause::Unavailable, "{name}");
    }
}

#[test]
fn the_page_of_the_library_says_the_same() {
    for (name, page) in pages() {
        let response = page.response();
        let text = String::from_utf8(response.body().to_vec()).unwrap();
        for part in [page.title, page.text, &page.advice, &page.reference()] {
            assert!(text.contains(part), "{name}: {part:?} in {text}");
        }
        assert_eq!(response.status(), page.status, "{name}");
        for (header, value) in &page.headers() {
            assert_eq!(response.headers().get(header), Some(value), "{name}");
        }
    }
}

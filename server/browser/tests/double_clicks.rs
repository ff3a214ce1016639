//! A click too many costs nothing, or ends in words.

use crate::support::*;
use std::time::Duration;
use tokio::time::timeout;

/// Milliseconds that a commit takes, so that the second click comes before the answer to the first.
const SLOW: u64 = 400;

/// Clicks, and clicks again once the server has the first answer.
async fn double_click(world: &World, tab: &Tab, button: &str) {
    let place = tab.place(button).await;
    tab.leaves().await;
    let mut begun = world.store.begun();
    tab.clicks_at(place, 1).await;
    timeout(Duration::from_secs(20), begun.changed()).await.expect("a commit").expect("a store");
    tab.clicks_at(place, 2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_every_button() {
    for latency in [0, SLOW] {
        let world = World::new(Next::OtherOrigin(302)).await;
        world.store.take(latency);
        let chromium = Chromium::start(Setting::Default).await;
        let tab = world.login_page(&chromium, "one").await;
        tab.fills("username", "alice").await;
        tab.fills("password", "wonderland").await;
        double_click(&world, &tab, GO_ON).await;
        tab.sees("Allow access?").await;
        double_click(&world, &tab, GO_ON).await;
        tab.sees("Welcome to the application").await;
        assert_eq!(world.application.received("state"), ["one"], "{latency}");

        let cancelled = world.login_page(&chromium, "two&prompt=login").await;
        double_click(&world, &cancelled, END).await;
        cancelled.sees("Welcome to the application").await;
        let denied = world.consent_page(&chromium, "three&prompt=login").await;
        double_click(&world, &denied, END).await;
        denied.sees("Welcome to the application").await;
        assert_eq!(world.application.received("error"), ["", "access_denied", "access_denied"], "{latency}");
        chromium.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_scripts_the_second_click_is_answered_in_words() {
    let world = World::new(Next::Page).await;
    let chromium = Chromium::start(Setting::BlockScripts).await;
    let tab = world.login_page(&chromium, "one").await;
    tab.fills("username", "alice").await;
    tab.fills("password", "wonderland").await;
    double_click(&world, &tab, GO_ON).await;
    tab.sees("Allow access?").await;
    // So slow that the second click comes in time on any machine.
    world.store.take(10 * SLOW);
    double_click(&world, &tab, GO_ON).await;
    tab.sees("You have already answered").await;
    tab.sees("Go back to the application. If you are not logged in there, begin again.").await;
    chromium.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_second_click_does_not_answer_the_next_page() {
    let world = World::new(Next::Page).await;
    let chromium = Chromium::start(Setting::Default).await;
    let login = world.login_page(&chromium, "one").await;
    let allow = world.consent_page(&chromium, "two").await.place(GO_ON).await;
    login.comes_to_front().await;
    login.fills("username", "alice").await;
    login.fills("password", "wonderland").await;
    login.clicks(GO_ON).await;
    // As soon as there is another page, in the place of its button.
    login.shows("h1", "Allow access?").await;
    login.clicks_at(allow, 2).await;
    login.settles().await;
    assert!(world.application.received("state").is_empty(), "the user has not read what is asked");
    // After half a second, the same click is an answer.
    assert_eq!(login.place(GO_ON).await, allow);
    login.clicks_at(allow, 1).await;
    login.sees("Welcome to the application").await;
    chromium.end().await;
}

//! Blocked cookies, Back, reload, time: each ends in words that say what happened and what to do.

use crate::support::*;

const OVER: [&str; 2] = [
    "You have already answered, or this page was open for too long.",
    "Go back to the application. If you are not logged in there, begin again.",
];

async fn reads(tab: &Tab, sentences: &[&str]) {
    for sentence in sentences {
        tab.sees(sentence).await;
    }
    assert!(!tab.text().await.contains("This request cannot be answered"), "{}", tab.text().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn cookies_are_blocked() {
    let world = World::new(Next::Page).await;
    let chromium = Chromium::start(Setting::BlockCookies).await;
    let tab = chromium.tab().await;
    tab.open(&world.link("one")).await;
    reads(
        &tab,
        &[
            "your browser did not send it. It blocks cookies",
            "Allow cookies for this site. Then go back to the application and begin again",
        ],
    )
    .await;
    chromium.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_browser_opens_the_page() {
    let world = World::new(Next::Page).await;
    let (chromium, other) = (Chromium::start(Setting::Default).await, Chromium::start(Setting::Default).await);
    let address = world.login_page(&chromium, "one").await.url().await;
    world.login_page(&other, "two").await;
    let tab = other.tab().await;
    tab.open(&address).await;
    reads(&tab, &["you began in another browser", "go back to the application and begin again, in one browser."]).await;
    chromium.end().await;
    other.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn back_after_the_login_goes_on() {
    for setting in [Setting::Default, Setting::BlockScripts] {
        let world = World::new(Next::Page).await;
        let chromium = Chromium::start(setting).await;
        let tab = world.consent_page(&chromium, "one").await;
        tab.back().await;
        if setting == Setting::BlockScripts {
            // The browser may show the login page that it remembers.
            tab.settles().await;
            if tab.text().await.contains("User name") {
                tab.logs_in("wonderland").await;
            }
        }
        tab.sees("Allow access?").await;
        tab.clicks(GO_ON).await;
        tab.sees("Welcome to the application").await;
        chromium.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn back_after_the_consent_says_that_it_is_over() {
    for (setting, next) in
        [(Setting::Default, Next::Page), (Setting::Default, Next::OtherOrigin(302)), (Setting::BlockScripts, Next::Page)]
    {
        let world = World::new(next).await;
        let chromium = Chromium::start(setting).await;
        let tab = world.consent_page(&chromium, "one").await;
        tab.clicks(GO_ON).await;
        tab.sees("Welcome to the application").await;
        tab.back().await;
        if setting == Setting::BlockScripts {
            tab.settles().await;
            if tab.text().await.contains("Allow access?") {
                tab.clicks(GO_ON).await;
            }
        }
        reads(&tab, &OVER).await;
        tab.reload().await;
        reads(&tab, &OVER).await;
        assert_eq!(world.application.received("state"), ["one"]);
        chromium.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reload_shows_the_same_page() {
    let world = World::new(Next::Page).await;
    let chromium = Chromium::start(Setting::Default).await;
    let tab = world.login_page(&chromium, "one").await;
    tab.reload().await;
    tab.sees("User name").await;
    tab.logs_in("looking-glass").await;
    tab.sees("Wrong user name or password").await;
    tab.reload().await;
    tab.sees("Wrong user name or password").await;
    tab.logs_in("wonderland").await;
    tab.sees("Allow access?").await;
    tab.reload().await;
    tab.sees("Allow access?").await;
    tab.clicks(GO_ON).await;
    tab.sees("Welcome to the application").await;
    chromium.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn time_runs_out_at_either_page() {
    let world = World::new(Next::Page).await;
    let chromium = Chromium::start(Setting::Default).await;
    let login = world.login_page(&chromium, "one").await;
    world.clock.advance(601);
    login.logs_in("wonderland").await;
    reads(&login, &OVER).await;
    let consent = world.consent_page(&chromium, "two").await;
    world.clock.advance(601);
    consent.clicks(GO_ON).await;
    reads(&consent, &OVER).await;
    assert!(world.application.received("state").is_empty());
    chromium.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_ran_out_asks_for_a_login() {
    let world = World::new(Next::Page).await;
    let chromium = Chromium::start(Setting::Default).await;
    let tab = world.consent_page(&chromium, "one").await;
    tab.clicks(GO_ON).await;
    tab.sees("Welcome to the application").await;
    let logged_in = chromium.tab().await;
    logged_in.open(&world.link("two")).await;
    logged_in.sees("Allow access?").await;
    world.clock.advance(28_801);
    let logged_out = world.login_page(&chromium, "three").await;
    logged_out.logs_in("wonderland").await;
    logged_out.sees("Allow access?").await;
    chromium.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mistake_of_the_application_is_named_as_one() {
    let world = World::new(Next::Page).await;
    let chromium = Chromium::start(Setting::Default).await;
    let tab = chromium.tab().await;
    tab.open(&format!("{}/authorize?client_id=nobody", world.running.issuer)).await;
    tab.sees("The application that sent you here made a request that this site does not accept.").await;
    tab.sees("You did nothing wrong").await;
    tab.sees("Go back to the application and begin again.").await;
    chromium.end().await;
}

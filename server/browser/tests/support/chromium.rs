//! Chromium: found on this machine, and ended with the test.

use super::Tab;
use chromiumoxide::cdp::browser_protocol::target::CreateTargetParams;
use chromiumoxide::{Browser, BrowserConfig};
use futures_util::StreamExt;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::task::JoinHandle;

/// A setting that a user may have made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Setting {
    /// The browser as it is installed.
    Default,
    /// Sites may not set cookies.
    BlockCookies,
    /// Sites may not run scripts.
    BlockScripts,
}

/// A browser with a new profile.
pub(crate) struct Chromium {
    browser: Browser,
    events: JoinHandle<()>,
    profile: PathBuf,
}

impl Chromium {
    pub(crate) async fn start(setting: Setting) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let profile = std::env::temp_dir().join(format!("fapi-server-browser-{}-{count}", std::process::id()));
        let preferences = match setting {
            Setting::Default => "{}",
            Setting::BlockCookies => r#"{"profile":{"default_content_setting_values":{"cookies":2}}}"#,
            Setting::BlockScripts => r#"{"profile":{"default_content_setting_values":{"javascript":2}}}"#,
        };
        std::fs::create_dir_all(profile.join("Default")).expect("a folder");
        std::fs::write(profile.join("Default/Preferences"), preferences).expect("a file");
        // The library's own arguments would switch off what users have, so only those stay that a test needs.
        let config = BrowserConfig::builder()
            .disable_default_args()
            .new_headless_mode()
            .no_sandbox()
            .viewport(None)
            .user_data_dir(&profile)
            .args([
                "no-first-run",
                "disable-background-networking",
                "disable-component-update",
                "disable-dev-shm-usage",
                "ignore-certificate-errors",
            ]);
        let config = config.build().expect("Chromium: install it (`apt-get install chromium`), or name it in CHROME");
        let (browser, mut handler) = Browser::launch(config).await.expect("Chromium starts");
        let events = tokio::spawn(async move { while handler.next().await.is_some() {} });
        Self { browser, events, profile }
    }

    /// A new tab with an empty page.
    pub(crate) async fn tab(&self) -> Tab {
        Tab::new(self.browser.new_page(CreateTargetParams::new("about:blank")).await.expect("a tab")).await
    }

    pub(crate) async fn end(mut self) {
        let _ = self.browser.close().await;
        let _ = self.browser.wait().await;
        self.events.abort();
        let _ = std::fs::remove_dir_all(&self.profile);
    }
}

//! A clock that steps: what was used stays used, what is too old is refused, and the server goes on.

use std::sync::Arc;

use fapi_conformance::client::{Code, Pushed};
use fapi_server::store::MemoryStore;
use rand::SeedableRng;
use rand::rngs::StdRng;

use crate::Settings;
use crate::cast::Cast;
use crate::faulty::{Faulty, Plan};
use crate::flow::Walker;
use crate::ledger::{Ledger, Once};
use crate::local::Local;
use crate::table::Case;

/// Seconds; each is taken, and taken back.
const STEPS: [i64; 16] = [-1, -5, -29, -31, -61, -300, -3_600, -86_400, 1, 20, 59, 61, 121, 3_600, 86_000, 172_800];
/// Longer than anything but tokens is good for.
const EXPIRED: i64 = 120;
const FLOWS: usize = 6;

pub async fn clock(settings: &Settings) -> Result<Vec<Case>, String> {
    let case = Case::new(
        "clock steps",
        "replays after a step, and after it is taken back, are refused; after a long step forward unused codes and request_uris \
         have expired; honest clients are served before, between and after; refresh tokens work throughout",
    );
    let (cast, ledger) = (Cast::new(), Ledger::default());
    let faulty = Arc::new(Faulty::new(Arc::new(MemoryStore::new()), settings.seed));
    let local = Local::start(&cast, faulty.clone()).await?;
    let mut dice = StdRng::seed_from_u64(settings.seed);
    let walker = Walker::new(&local.target, 0, &ledger, &case).await?;
    if settings.broken {
        faulty.plan(Plan { forgets: 0.2, ..Plan::default() });
    }
    for step in STEPS {
        for _ in 0..FLOWS {
            walker.walk(&mut dice).await;
        }
        let mut used = ledger.take();
        let unused = (walker.push().await, fresh_code(&walker).await);
        drop(ledger.take());

        for (seconds, now_at) in [(step, step), (-step, 0)] {
            local.clock.advance(seconds);
            case.count("steps");
            replay_all(&walker, &mut used, &mut dice).await;
            if now_at >= EXPIRED {
                expired(&walker, &unused).await;
            }
            for refresh in ledger.all_refresh_tokens().into_iter().rev().take(10) {
                walker.look_at(&refresh).await;
            }
            let before = case.counted("whole flows");
            for _ in 0..FLOWS {
                walker.walk(&mut dice).await;
            }
            case.demand(case.counted("whole flows") > before, || format!("nobody is served after a step of {seconds} s"));
            // These are tried again when the step is taken back.
            used.extend(ledger.take());
        }
        replay_all(&walker, &mut used, &mut dice).await;
    }
    drop(walker);
    local.running.shutdown().await;
    Ok(vec![case])
}

async fn replay_all(walker: &Walker<'_>, used: &mut [Once], dice: &mut StdRng) {
    for once in used {
        walker.replay(once, dice).await;
    }
}

async fn fresh_code(walker: &Walker<'_>) -> Option<Code> {
    let pushed = walker.push().await?;
    walker.land(&pushed).await
}

async fn expired(walker: &Walker<'_>, (pushed, code): &(Option<Pushed>, Option<Code>)) {
    if let Some(pushed) = pushed {
        let given = walker.land(pushed).await.is_some();
        walker.case.demand(!given, || "a request_uri that has expired gave a code".into());
    }
    if let Some(code) = code {
        let given = walker.client.redeem(code).send().await.is_ok_and(|reply| reply.is_success());
        walker.case.demand(!given, || "a code that has expired gave tokens".into());
    }
    walker.case.count("expired things tried");
}

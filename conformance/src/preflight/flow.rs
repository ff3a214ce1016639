//! The flow of one client, step by step.

use super::documents::Ports;
use super::walk::Walk;
use super::{Checked, Diagnosis, Step, Trouble, login, request, resource, token};
use crate::client::Tokens;

/// Runs the flow of a client. A step that is left to the run ends it, since the later steps need its result.
pub(super) async fn run(walk: &Walk, ports: &mut Ports, mut done: impl FnMut(Step, Option<&str>)) -> Result<(), Box<Diagnosis>> {
    let mut at = Step::Request;
    match steps(walk, ports, &mut at, &mut done).await {
        Ok(()) => Ok(()),
        Err(Trouble::Left(reason)) => {
            done(at, Some(&reason));
            Ok(())
        }
        Err(Trouble::Mistake(diagnosis)) => Err(diagnosis),
    }
}

async fn steps(walk: &Walk, ports: &mut Ports, at: &mut Step, done: &mut impl FnMut(Step, Option<&str>)) -> Checked<()> {
    let tokens = tokens(walk, at, done).await?;
    done(Step::Token, None);
    *at = Step::Resource;
    match resource::check(walk, ports, &tokens).await {
        Err(Trouble::Left(reason)) => done(Step::Resource, Some(&reason)),
        Err(trouble) => return Err(trouble),
        Ok(()) => done(Step::Resource, None),
    }
    *at = Step::Refresh;
    if let Some(refresh_token) = &tokens.refresh_token {
        token::refresh(walk, refresh_token).await?;
        done(Step::Refresh, None);
    }
    Ok(())
}

async fn tokens(walk: &Walk, at: &mut Step, done: &mut impl FnMut(Step, Option<&str>)) -> Checked<Tokens> {
    if !walk.variant().front_channel() {
        *at = Step::Token;
        return token::of_client(walk).await;
    }
    let pushed = request::push(walk).await?;
    done(Step::Request, None);
    *at = Step::Login;
    let code = login::log_in(walk, &pushed).await?;
    done(Step::Login, None);
    *at = Step::Token;
    token::redeem(walk, &code).await
}

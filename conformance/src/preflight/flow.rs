//! The flow of one client, step by step.

use super::documents::Ports;
use super::walk::Walk;
use super::{Checked, Diagnosis, Step, Trouble, clock, login, request, resource, token};
use crate::client::Tokens;
use crate::finding::Tried;
use crate::target::OrdinaryKind;

/// Runs the flow of a client. A step that is left to the run ends it, since the later steps need its result.
pub(super) async fn run(walk: &Walk, ports: &mut Ports, mut done: impl FnMut(Step, Option<&str>)) -> Result<(), Box<Diagnosis>> {
    let mut at = Step::Request;
    let Err(trouble) = steps(walk, ports, &mut at, &mut done).await else { return Ok(()) };
    let (shown, fails) = match &trouble {
        Trouble::Left(reason) => (None, reason),
        Trouble::Mistake(diagnosis) => (diagnosis.exchange, &diagnosis.mistake.text),
    };
    // The first step tries each parameter itself, and a wrong password is not sent again.
    let is_told = |path: &str| path.starts_with("user.fields") || path.contains(".parameters.");
    let is_told = matches!(&trouble, Trouble::Mistake(diagnosis) if is_told(&diagnosis.mistake.path));
    let is_known = at == Step::Request || is_told || !walk.variant().front_channel();
    let by_parameter = if is_known { None } else { by_parameter(walk, at).await };
    let trouble = match by_parameter {
        Some(name) => {
            let text = format!("without this parameter the step `{at}` works, and with it: {fails}");
            walk.mistake(&format!("client.parameters.{name}"), shown, text)
        }
        None => trouble,
    };
    match trouble {
        Trouble::Left(reason) => {
            done(at, Some(&reason));
            Ok(())
        }
        Trouble::Mistake(diagnosis) => Err(diagnosis),
    }
}

/// The parameter of the target file without which a step works that failed.
async fn by_parameter(walk: &Walk, at: Step) -> Option<String> {
    for (name, _) in &walk.client.settings().parameters {
        if works_without(walk, name, at).await.is_ok() {
            return Some(name.clone());
        }
    }
    None
}

async fn works_without(walk: &Walk, name: &str, at: Step) -> Tried<()> {
    let pushed = walk.client.push().without(name).pushed().await?;
    let code = walk.client.authorize(&pushed).code().await?;
    if at == Step::Login {
        return Ok(());
    }
    let tokens = walk.client.redeem(&code).tokens().await?;
    if at == Step::Token {
        return Ok(());
    }
    let call = walk.client.resource(&tokens);
    if call.url().is_ok() {
        call.served().await?;
    }
    match tokens.refresh_token.filter(|_| at == Step::Refresh) {
        Some(token) => walk.client.refresh(&token).tokens().await.map(drop),
        None => Ok(()),
    }
}

async fn steps(walk: &Walk, ports: &mut Ports, at: &mut Step, done: &mut impl FnMut(Step, Option<&str>)) -> Checked<()> {
    let tokens = tokens(walk, at, done).await?;
    clock::check_tokens(walk, &tokens).await?;
    walk.served(OrdinaryKind::Token);
    done(Step::Token, None);
    *at = Step::Resource;
    match resource::check(walk, ports, &tokens).await {
        Err(Trouble::Left(reason)) => done(Step::Resource, Some(&reason)),
        Err(trouble) => return Err(trouble),
        Ok(()) => {
            walk.served(OrdinaryKind::Resource);
            done(Step::Resource, None);
        }
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

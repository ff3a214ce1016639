//! Benchmarks of the whole exchange at each endpoint, on a store in memory, and of the signature operations that the exchange
//! contains, in one run. The quotient of the two lines of a group shows the library's cost beyond its signatures.

#![allow(missing_docs, unreachable_pub)]

mod world;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use fapi::policy::{AuthenticationMethod, FAPI2_SECURITY, OAUTH};
use fapi::*;
use std::hint::black_box;
use std::time::Duration;
use world::{Key, Request, World};

/// A group of two benchmarks: the exchange, and its signature operations with prepared keys.
fn compare<R>(
    c: &mut Criterion,
    name: &str,
    verified: usize,
    signed: usize,
    mut request: impl FnMut() -> Request,
    run: impl Fn(&Request) -> R,
) {
    let mut group = c.benchmark_group(name);
    group.bench_function("exchange", |b| b.iter_batched(&mut request, |request| run(&request), BatchSize::SmallInput));
    let (key, message) = (Key::new("raw"), [7; 400]);
    let (signature, prepared) = (key.sign(&message), key.prepared());
    group.bench_function(format!("{verified} verified and {signed} signed"), |b| {
        b.iter(|| {
            for _ in 0..verified {
                prepared.verify_sig(black_box(&message), &signature).unwrap();
            }
            for _ in 0..signed {
                black_box(key.sign(black_box(&message)));
            }
        });
    });
    group.finish();
}

fn accepted<R: Reply>(world: &World, step: Step<R>) -> R {
    let outcome = drive(world, step);
    assert!(matches!(outcome.event.disposition, Disposition::Accepted), "{:?}", outcome.event);
    outcome.reply
}

fn endpoints(c: &mut Criterion) {
    let fapi = World::new(OAUTH.policy().tighten(&FAPI2_SECURITY.policy()).unwrap(), AuthenticationMethod::PrivateKeyJwt);
    let plain = World::new(OAUTH.policy(), AuthenticationMethod::PrivateKeyJwt);
    let server = &fapi.server;
    let par = |request: &Request| accepted(&fapi, server.pushed_authorization_request(Inbound::new(request), fapi.context()));
    let token = |request: &Request| accepted(&fapi, server.token_request(Inbound::new(request), fapi.context()));
    compare(c, "PAR", 1, 0, || fapi.push(false), par);
    compare(c, "PAR with DPoP", 2, 0, || fapi.push(true), par);
    compare(c, "token by code with DPoP", 2, 1, || fapi.redeem("accounts"), token);
    compare(c, "token by code with DPoP and ID token", 2, 2, || fapi.redeem("openid accounts"), token);
    let grant = [("grant_type", "client_credentials"), ("scope", "accounts")];
    compare(
        c,
        "client credentials",
        1,
        1,
        || plain.token(&grant, false),
        |request| accepted(&plain, plain.server.token_request(Inbound::new(request), plain.context())),
    );
    compare(c, "client credentials with DPoP", 2, 1, || fapi.token(&grant, true), token);

    let issued = token(&fapi.redeem("openid accounts offline_access"));
    let (access, refresh) = (world::member(&issued, "access_token"), world::member(&issued, "refresh_token"));
    let grant = [("grant_type", "refresh_token"), ("refresh_token", &*refresh), ("scope", "accounts")];
    compare(c, "refresh with DPoP", 2, 1, || fapi.token(&grant, true), token);
    compare(
        c,
        "introspection",
        2,
        0,
        || fapi.post(&[("token", &access)]),
        |request| accepted(&fapi, server.introspection_request(Inbound::new(request), fapi.context())),
    );
    let target = "https://api.example/accounts";
    compare(
        c,
        "protect with DPoP",
        2,
        0,
        || fapi.call(&access, target),
        |request| {
            let inbound = Inbound::new(request).at(EndpointAddress::Resource(target));
            accepted(
                &fapi,
                server.resource_server("https://api.example").expect("an API").protect(
                    inbound,
                    RequiredAccess::token(),
                    fapi.context(),
                ),
            )
        },
    );
    compare(
        c,
        "userinfo with DPoP",
        2,
        0,
        || fapi.call(&access, "https://as.example/userinfo"),
        |request| accepted(&fapi, server.userinfo_request(Inbound::new(request), fapi.context())),
    );
}

/// Exchanges for an API as OAuth alone knows it, and for a registered API where a client grant and the permissions of the user limit the
/// scope. Both tokens have the same dialect and lifetime.
fn entitlement(c: &mut Criterion) {
    let policy = || OAUTH.policy().tighten(&FAPI2_SECURITY.policy()).unwrap();
    let open = World::new(policy(), AuthenticationMethod::PrivateKeyJwt);
    let registered = World::with(policy(), AuthenticationMethod::PrivateKeyJwt, |settings, terms| {
        let api = &mut settings.apis[0];
        api.enforce_policies = true;
        api.access = AccessPolicies::default();
        api.access.user = AccessPolicy::RequireClientGrant;
        let granted = |subject_type| ClientGrant::new("https://api.example", subject_type, "accounts".parse().unwrap());
        terms.grants = vec![granted(SubjectType::User), granted(SubjectType::Client)];
    });
    let worlds = [("open API", &open), ("registered API with a client grant and roles", &registered)];
    let token =
        |world: &World, request: &Request| accepted(world, world.server.token_request(Inbound::new(request), world.context()));
    let mut group = c.benchmark_group("entitlement: client credentials with DPoP");
    for (name, world) in worlds {
        let grant = [("grant_type", "client_credentials"), ("scope", "accounts")];
        let request = || world.token(&grant, true);
        group.bench_function(name, |b| b.iter_batched(request, |request| token(world, &request), BatchSize::SmallInput));
    }
    group.finish();
    let mut group = c.benchmark_group("entitlement: PAR with DPoP");
    for (name, world) in worlds {
        let push = |request: Request| {
            accepted(world, world.server.pushed_authorization_request(Inbound::new(&request), world.context()))
        };
        group.bench_function(name, |b| b.iter_batched(|| world.push(true), push, BatchSize::SmallInput));
    }
    group.finish();
    let mut group = c.benchmark_group("entitlement: token by code with DPoP");
    for (name, world) in worlds {
        let request = || world.redeem("accounts");
        group.bench_function(name, |b| b.iter_batched(request, |request| token(world, &request), BatchSize::SmallInput));
    }
    group.finish();
    let mut group = c.benchmark_group("entitlement: refresh with DPoP");
    for (name, world) in worlds {
        let issued = token(world, &world.redeem("openid accounts offline_access"));
        let refresh = world::member(&issued, "refresh_token");
        let grant = [("grant_type", "refresh_token"), ("refresh_token", &*refresh), ("scope", "accounts")];
        let request = || world.token(&grant, true);
        group.bench_function(name, |b| b.iter_batched(request, |request| token(world, &request), BatchSize::SmallInput));
    }
    group.finish();
}

fn settings() -> Criterion {
    Criterion::default().sample_size(20).warm_up_time(Duration::from_millis(300)).measurement_time(Duration::from_secs(1))
}

criterion_group! { name = benches; config = settings(); targets = endpoints, entitlement }
criterion_main!(benches);

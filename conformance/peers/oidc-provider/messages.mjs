// Signed and encrypted messages: openid-client 6 and oauth4webapi 3 as clients of any server, over TLS.
//
//   node messages.mjs keys FOLDER                          writes the keys of the clients, and their registrations for each profile
//   node messages.mjs fapi2 FOLDER ISSUER USER PASSWORD    FAPI 2.0 Message Signing: pushed request objects, JARM, DPoP
//   node messages.mjs fapi1 FOLDER ISSUER USER PASSWORD    FAPI 1.0 Advanced: request objects in the URL, `code id_token` or JARM, mTLS
//
// FOLDER also has the client certificate mtls.{pem,key}. NODE_EXTRA_CA_CERTS names the authority of the server.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as jose from 'jose';
import * as oauth from 'oauth4webapi';
import * as client from 'openid-client';
import { Agent, fetch as undiciFetch } from 'undici';
import { authorize } from './browser.mjs';
import { CLIENTS, REDIRECT_URI, encryption, writeClients } from './messages-clients.mjs';

const [profile, folder, issuerText, user, password] = process.argv.slice(2);
const scope = 'openid profile email';

// --- what every check uses ------------------------------------------------------------------------------------------------------
const read = (name) => JSON.parse(readFileSync(join(folder, name), 'utf8'));
const ok = (name, note) => console.log(`ok    ${name.padEnd(44)} ${note}`);

/** The error that a promise ends with; it is a failure if there is none. */
async function refused(promise, name) {
  const error = await promise.then(() => undefined, (reason) => reason);
  assert(error, `${name}: not refused`);
  return error;
}

/** Describes what a JWT looks like from outside. */
function form(jwt) {
  const { alg, enc } = jose.decodeProtectedHeader(jwt);
  return enc ? `signed, encrypted (${alg}, ${enc})` : `signed (${alg})`;
}

/** Demands that a message has the form that the client registered for it. */
function hasForm(jwt, kind, metadata) {
  const [alg, enc] = encryption(kind, metadata);
  const expected = alg ? `signed, encrypted (${alg}, ${enc})` : `signed (${metadata[`${kind}_signed_response_alg`]})`;
  assert.equal(form(jwt), expected, kind);
  return expected;
}

/** A client: its registration, its keys, how it authenticates, and a `fetch` that shows its certificate and remembers JWTs. */
async function party(id) {
  const registered = read(`${profile}.clients.json`).find((each) => each.client_id === id);
  const metadata = { ...registered, use_mtls_endpoint_aliases: profile === 'fapi1' };
  const keys = read(`${id}.private.json`);
  const signing = { key: await jose.importJWK(keys.signing, keys.signing.alg), kid: keys.signing.kid };
  const decryption = keys.encryption && {
    key: await jose.importJWK(keys.encryption, keys.encryption.alg), alg: keys.encryption.alg, kid: keys.encryption.kid,
  };
  const certificate = profile === 'fapi1' && { cert: readFileSync(join(folder, 'mtls.pem')), key: readFileSync(join(folder, 'mtls.key')) };
  const dispatcher = new Agent({ connect: { ...certificate, ca: readFileSync(process.env.NODE_EXTRA_CA_CERTS) } });
  const received = [];
  const fetch = async (url, options) => {
    const answer = await undiciFetch(url, { ...options, dispatcher });
    const [type, text] = [answer.headers.get('content-type') ?? '', await answer.text()];
    if (type.includes('jwt')) received.push([type, text]);
    return new Response([204, 205, 304].includes(answer.status) ? null : text, answer);
  };
  return { id, metadata, signing, decryption, fetch, received };
}

/** A request object, encrypted for the server if the client registered that. */
async function sealed(requestObject, { metadata }, server, key = undefined) {
  const { request_object_encryption_alg: alg, request_object_encryption_enc: enc } = metadata;
  if (!alg) return requestObject;
  assert(server.request_object_encryption_alg_values_supported.includes(alg), `the server does not publish ${alg}`);
  const { keys } = await (await fetch(server.jwks_uri)).json();
  const jwk = keys.find((each) => each.use === 'enc' && each.alg === alg);
  return new jose.CompactEncrypt(new TextEncoder().encode(requestObject))
    .setProtectedHeader({ alg, enc, kid: jwk.kid, cty: 'JWT' })
    .encrypt(key ?? await jose.importJWK(jwk, alg));
}

const approve = (url) => authorize(url, REDIRECT_URI, { user, password });
const deny = (url) => authorize(url, REDIRECT_URI, { user, password, refuse: true });
const parameters = async (callback) => (callback instanceof Request
  ? new URLSearchParams(await callback.clone().text())
  : new URLSearchParams(callback.hash ? callback.hash.slice(1) : callback.search));

// --- openid-client --------------------------------------------------------------------------------------------------------------
/** The whole flow of openid-client. `way` says what it asks for: { hybrid, mode }. */
async function openidClient(me, way) {
  const execute = way.hybrid
    ? [client.useCodeIdTokenResponseType, client.enableDetachedSignatureResponseChecks]
    : [client.useJwtResponseMode];
  const config = await client.discovery(new URL(issuerText), me.id, me.metadata, client.PrivateKeyJwt(me.signing), {
    execute: [...execute, client.enableNonRepudiationChecks], [client.customFetch]: me.fetch,
  });
  if (me.decryption) client.enableDecryptingResponses(config, undefined, me.decryption);
  const DPoP = profile === 'fapi2' ? client.getDPoPHandle(config, await client.randomDPoPKeyPair('ES256')) : undefined;
  const [pkceCodeVerifier, expectedState, expectedNonce] = [client.randomPKCECodeVerifier(), client.randomState(), client.randomNonce()];
  const asked = {
    redirect_uri: REDIRECT_URI, scope, state: expectedState, nonce: expectedNonce,
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier), code_challenge_method: 'S256',
    ...(way.mode && { response_mode: way.mode }),
  };
  let url = await client.buildAuthorizationUrlWithJAR(config, asked, me.signing);
  url.searchParams.set('request', await sealed(url.searchParams.get('request'), me, config.serverMetadata()));
  if (profile === 'fapi2') url = await client.buildAuthorizationUrlWithPAR(config, url.searchParams, { DPoP });
  const callback = await approve(url);
  const got = await parameters(callback);
  const front = way.hybrid
    ? `ID token ${hasForm(got.get('id_token'), 'id_token', me.metadata)}`
    : `response ${hasForm(got.get('response'), 'authorization', me.metadata)}`;
  const tokens = await client.authorizationCodeGrant(config, callback, {
    pkceCodeVerifier, expectedState, expectedNonce, idTokenExpected: true,
  }, undefined, { DPoP });
  ok(`openid-client, ${way.hybrid ? 'code id_token' : 'code'}, ${way.mode ?? (way.hybrid ? 'fragment' : 'jwt')}`, front);

  hasForm(tokens.id_token, 'id_token', me.metadata);
  me.received.length = 0;
  const userinfo = await client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub, { DPoP });
  assert.equal(userinfo.email, 'alice@wonderland.example');
  ok('openid-client, userinfo', `${hasForm(me.received[0][1], 'userinfo', me.metadata)}, email ${userinfo.email}`);
  if (!me.metadata.introspection_signed_response_alg) return;
  me.received.length = 0;
  const answer = await client.tokenIntrospection(config, tokens.access_token);
  assert.equal(answer.active, true);
  assert.equal(answer.sub, tokens.claims().sub);
  ok('openid-client, introspection', `${hasForm(me.received[0][1], 'introspection', me.metadata)}, scope ${answer.scope}`);
}

// --- oauth4webapi ---------------------------------------------------------------------------------------------------------------
/** The same client with oauth4webapi, and what each side has to refuse. */
async function lowLevel(me) {
  const options = { [oauth.customFetch]: me.fetch };
  const issuer = new URL(issuerText);
  const as = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, options));
  const decrypt = me.decryption && {
    [oauth.jweDecrypt]: async (jwe) => new TextDecoder().decode((await jose.compactDecrypt(jwe, me.decryption.key)).plaintext),
  };
  const authentication = () => oauth.PrivateKeyJwt(me.signing);
  const DPoP = profile === 'fapi2' ? oauth.DPoP(me.metadata, await oauth.generateKeyPair('ES256')) : undefined;
  const hybrid = profile === 'fapi1';
  const asked = async (changes) => {
    const verifier = oauth.generateRandomCodeVerifier();
    const request = {
      response_type: hybrid ? 'code id_token' : 'code', redirect_uri: REDIRECT_URI, scope,
      state: oauth.generateRandomState(), nonce: oauth.generateRandomNonce(),
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256',
      ...(!hybrid && { response_mode: 'jwt' }), ...changes,
    };
    return { request, verifier };
  };
  const object = async (request, key = me.signing, change = () => {}) => sealed(
    await oauth.issueRequestObject(as, me.metadata, request, key, { [oauth.modifyAssertion]: change }), me, as);
  const push = async (body) => oauth.processPushedAuthorizationResponse(as, me.metadata, await oauth.pushedAuthorizationRequest(
    as, me.metadata, authentication(), { client_id: me.id, ...body }, { DPoP, ...options }));
  const start = async (requestObject) => {
    const url = new URL(as.authorization_endpoint);
    url.searchParams.set('client_id', me.id);
    if (profile === 'fapi1') url.searchParams.set('request', requestObject);
    else url.searchParams.set('request_uri', (await push({ request: requestObject })).request_uri);
    return url;
  };

  const { request, verifier } = await asked();
  const callback = await approve(await start(await object(request)));
  const validate = (from, state = request.state, using = decrypt) => (hybrid
    ? oauth.validateDetachedSignatureResponse(as, me.metadata, from, request.nonce, state, undefined, { ...options, ...using })
    : oauth.validateJwtAuthResponse(as, me.metadata, from, state, { ...options, ...using }));
  const validated = await validate(callback);
  const tokens = await oauth.processAuthorizationCodeResponse(as, me.metadata, await oauth.authorizationCodeGrantRequest(
    as, me.metadata, authentication(), validated, REDIRECT_URI, verifier, { DPoP, ...options },
  ), { expectedNonce: request.nonce, requireIdToken: true, ...decrypt });
  ok(`oauth4webapi, ${hybrid ? 'code id_token' : 'JARM'}`, `tokens for ${oauth.getValidatedIdTokenClaims(tokens).sub}`);

  // What the client has to notice.
  const got = await parameters(callback);
  const changed = (name, value) => { const other = new URLSearchParams(got); other.set(name, value); return other; };
  const [jwtName, jwt] = hybrid ? ['id_token', got.get('id_token')] : ['response', got.get('response')];
  const notices = async (name, promise) => ok(`oauth4webapi notices ${name}`, (await refused(promise, name)).message);
  const flipped = (text) => text.slice(0, -9) + (text.at(-9) === 'A' ? 'B' : 'A') + text.slice(-8);
  await validate(new URLSearchParams(got)); // the control of those below
  await notices('a changed JWT', validate(changed(jwtName, flipped(jwt))));
  if (hybrid) {
    await notices('another code', validate(changed('code', 'another')));
    await notices('another state', validate(changed('state', 'another'), 'another'));
  } else {
    await notices('another state', validate(new URLSearchParams(got), 'another'));
  }
  if (me.decryption) await notices('an encrypted JWT without its key', validate(new URLSearchParams(got), request.state, {}));
  const { request: unwanted } = await asked();
  const denied = await deny(await start(await object(unwanted)));
  const error = await refused(validate(denied, unwanted.state), 'the user refuses');
  assert.equal(error.error, 'access_denied');
  ok('oauth4webapi, the user refuses', error.error);

  // What the server has to refuse.
  const answers = async (name, body, code = 'invalid_request_object') => {
    const reason = await refused(push(body), name);
    assert.equal(reason.error, code, name);
    ok(name, `${reason.status} ${code}`);
  };
  const fresh = async (changes) => (await asked(changes)).request;
  const foreign = (await jose.generateKeyPair(me.metadata.request_object_signing_alg, { extractable: true })).privateKey;
  const foreignKey = { key: foreign, kid: me.signing.kid };
  await push({ request: await object(await fresh()) }); // the control of those below
  await answers('request object with a foreign signature', { request: await object(await fresh(), foreignKey) });
  const altered = async (claims) => ({ request: await object(await fresh(), me.signing, (_, own) => Object.assign(own, claims)) });
  const past = Math.floor(Date.now() / 1000) - 600;
  await answers('request object for another server', await altered({ aud: 'https://elsewhere.example' }));
  await answers('request object of another client', await altered({ client_id: 'another' }));
  await answers('request object that has expired', await altered({ nbf: past, iat: past, exp: past + 60 }));
  await answers('request that is not signed', await fresh(), 'invalid_request');
  if (me.decryption) {
    const { publicKey } = await jose.generateKeyPair(me.metadata.request_object_encryption_alg);
    const plain = await oauth.issueRequestObject(as, me.metadata, await fresh(), me.signing);
    await answers('request object encrypted for another key', { request: await sealed(plain, me, as, publicKey) });
  }
  if (profile === 'fapi2') {
    await answers('request for a plain response', { request: await object(await fresh({ response_mode: 'query' })) }, 'invalid_request');
  }
}

async function run() {
  for (const id of CLIENTS[profile]) {
    console.log(`-- client ${id}`);
    const me = await party(id);
    const ways = profile === 'fapi2'
      ? [{}, { mode: 'form_post.jwt' }]
      : [{ hybrid: true }, { hybrid: true, mode: 'form_post' }, {}, { mode: 'form_post.jwt' }];
    for (const way of ways) await openidClient(me, way);
    await lowLevel(me);
  }
}

if (profile === 'keys') await writeClients(folder);
else {
  await run().catch((error) => {
    console.log(`FAIL  ${error.code ?? error.name} ${error.message} ${error.cause ? JSON.stringify(error.cause).slice(0, 500) : ''}`);
    console.log(error.stack);
    process.exit(1);
  });
}

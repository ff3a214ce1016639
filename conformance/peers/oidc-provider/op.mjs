// oidc-provider configured as a FAPI authorization server on 127.0.0.1, for conformance comparison and benchmarks.
// Test use only: plain HTTP, every login and consent succeeds without a person.
//
//   node op.mjs --port 9400 --profile fapi2       FAPI 2.0 Security Profile (PAR, PKCE S256, private_key_jwt, DPoP)
//   node op.mjs --port 9401 --profile fapi2-ms    FAPI 2.0 Message Signing (adds JAR in PAR, JARM, signed introspection)
//   node op.mjs --port 9402 --profile fapi1       FAPI 1.0 Advanced (JAR in PAR, JARM; DPoP instead of mTLS binding)
//
// --at jwt|opaque          format of client_credentials access tokens (default jwt, ES256-signed)
// --no-dpop-required       do not set dpop_bound_access_tokens on the clients (to time a plain client_credentials)
// --pages                  show a login page with Allow and Cancel (default: every user is logged in and consents)
// --tls                    https, client certificates, and the clients of keys/clients-tls.json (mTLS in every variant)
// --store-delay MS         every read and write of the Map adapter takes MS milliseconds, as with a store over a network
// --adapter map|default    our unbounded Map with expiry, or oidc-provider's own (an LRU of 1,000 entries)
import * as crypto from 'node:crypto';
import { readFileSync } from 'node:fs';
import * as https from 'node:https';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Provider, errors } from 'oidc-provider';

const { values: o } = parseArgs({
  allowNegative: true,
  options: {
    port: { type: 'string', default: '9400' },
    keys: { type: 'string', default: 'keys' },
    profile: { type: 'string', default: 'fapi2' },
    at: { type: 'string', default: 'jwt' },
    adapter: { type: 'string', default: 'map' },
    'store-delay': { type: 'string', default: '0' },
    'dpop-required': { type: 'boolean', default: true },
    'dpop-nonce': { type: 'boolean', default: false },
    pages: { type: 'boolean', default: false },
    tls: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
  },
});
if (!['fapi2', 'fapi2-ms', 'fapi1'].includes(o.profile)) throw new Error(`unknown profile ${o.profile}`);

const port = Number(o.port);
const issuer = `${o.tls ? 'https' : 'http'}://127.0.0.1:${port}`;
const signedMessages = o.profile !== 'fapi2';
const fapi1 = o.profile === 'fapi1';
const readJson = (name) => JSON.parse(readFileSync(join(o.keys, name), 'utf8'));

// --- storage: one Map per process, entries expire, secondary indexes by session uid and by grant -----------------
const store = new Map(); // `${model}:${id}` -> { payload, expiresAt }
const byUid = new Map(); // session uid -> session id
const byGrant = new Map(); // grantId -> Set of store keys
setInterval(() => {
  const now = Date.now();
  for (const [key, { expiresAt }] of store) if (expiresAt <= now) store.delete(key);
}, 30_000).unref();

const delay = Number(o['store-delay']);
const io = () => (delay ? new Promise((resolve) => { setTimeout(resolve, delay); }) : undefined);

class MapAdapter {
  constructor(model) { this.model = model; }

  async upsert(id, payload, expiresIn) {
    await io();
    const key = `${this.model}:${id}`;
    if (payload.uid) byUid.set(payload.uid, id);
    if (payload.grantId && this.model !== 'Grant') {
      let set = byGrant.get(payload.grantId);
      if (!set) byGrant.set(payload.grantId, set = new Set());
      set.add(key);
    }
    store.set(key, { payload, expiresAt: expiresIn ? Date.now() + expiresIn * 1000 : Infinity });
  }

  async find(id) {
    await io();
    const entry = store.get(`${this.model}:${id}`);
    return entry && entry.expiresAt > Date.now() ? { ...entry.payload } : undefined; // a copy, as from a real store
  }

  async findByUid(uid) { return this.find(byUid.get(uid)); }

  async findByUserCode() { return undefined; }

  async consume(id) {
    await io();
    const entry = store.get(`${this.model}:${id}`);
    if (entry) entry.payload.consumed = Math.floor(Date.now() / 1000);
  }

  async destroy(id) { store.delete(`${this.model}:${id}`); }

  async revokeByGrantId(grantId) {
    for (const key of byGrant.get(grantId) ?? []) store.delete(key);
    byGrant.delete(grantId);
  }
}

// --- configuration ----------------------------------------------------------------------------------------------
const algs = fapi1 ? ['PS256', 'ES256'] : ['PS256', 'ES256', 'EdDSA', 'Ed25519'];
const api = 'https://api.example';

const clients = o.tls ? readJson('clients-tls.json') : readJson('clients.json')
  .filter((c) => algs.includes(readJson(`${c.client_id}.private.jwk.json`).alg))
  .map((c) => ({
    ...c,
    ...(o['dpop-required'] && { dpop_bound_access_tokens: true }),
    ...(signedMessages && { require_signed_request_object: true, response_modes: ['jwt'] }),
  }));

const provider = new Provider(issuer, {
  ...(o.adapter === 'map' && { adapter: MapAdapter }),
  clients,
  jwks: readJson('op.jwks.json'),
  clientAuthMethods: ['private_key_jwt', ...(o.tls ? ['tls_client_auth', 'self_signed_tls_client_auth'] : [])],
  responseTypes: ['code'],
  scopes: ['openid', 'offline_access', 'api:read'],
  claims: { openid: ['sub'], profile: ['name'], email: ['email', 'email_verified'] },
  cookies: { keys: ['test-only-cookie-key'] },
  clientDefaults: { id_token_signed_response_alg: 'ES256', ...(signedMessages && { authorization_signed_response_alg: 'ES256', introspection_signed_response_alg: 'ES256' }) },
  enabledJWA: {
    clientAuthSigningAlgValues: algs,
    idTokenSigningAlgValues: algs,
    requestObjectSigningAlgValues: algs,
    authorizationSigningAlgValues: algs,
    userinfoSigningAlgValues: algs,
    introspectionSigningAlgValues: algs,
    dPoPSigningAlgValues: algs,
  },
  features: {
    devInteractions: { enabled: false },
    fapi: { enabled: true, profile: fapi1 ? '1.0 Final' : '2.0' },
    pushedAuthorizationRequests: { enabled: true, requirePushedAuthorizationRequests: true },
    ...(o.tls && {
      mTLS: {
        enabled: true,
        certificateBoundAccessTokens: true,
        selfSignedTlsClientAuth: true,
        tlsClientAuth: true,
        getCertificate: (ctx) => { const c = ctx.socket.getPeerX509Certificate?.(); return c; },
        certificateAuthorized: (ctx) => ctx.socket.authorized,
        certificateSubjectMatches: (ctx, property, expected) => property === 'tls_client_auth_san_dns'
          && (ctx.socket.getPeerX509Certificate()?.subjectAltName ?? '').split(', ').includes(`DNS:${expected}`),
      },
    }),
    dPoP: { enabled: true, nonceSecret: crypto.randomBytes(32), requireNonce: () => o['dpop-nonce'] },
    requestObjects: { enabled: signedMessages, requireSignedRequestObject: signedMessages },
    jwtResponseModes: { enabled: signedMessages },
    introspection: { enabled: true },
    jwtIntrospection: { enabled: signedMessages },
    revocation: { enabled: true },
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true,
      // user tokens have no resource, so that userinfo accepts them; client_credentials tokens are for the API
      defaultResource: (ctx) => (ctx.oidc.params.grant_type === 'client_credentials' && o.at === 'jwt' ? api : undefined),
      getResourceServerInfo(_ctx, resource) {
        if (resource !== api) throw new errors.InvalidTarget();
        return { scope: 'api:read', audience: api, accessTokenFormat: 'jwt', accessTokenTTL: 300, jwt: { sign: { alg: 'ES256' } } };
      },
    },
  },
  pkce: { required: () => true },
  ttl: { AccessToken: 300, AuthorizationCode: 60, ClientCredentials: 300, IdToken: 300, RefreshToken: 86400, Interaction: 300, Session: 3600, Grant: 86400 },
  issueRefreshToken: (_ctx, client) => client.grantTypeAllowed('refresh_token'),
  findAccount: (_ctx, sub) => ({ accountId: sub, claims: () => ({ sub, name: 'Test User', email: `${sub}@user.example`, email_verified: true }) }),
  interactions: { url: (_ctx, interaction) => `/auto/${interaction.uid}` },
});

// --- the interaction, in one round: log "user-1" in and grant everything that is missing; a page only with --pages ------------
provider.use(async (ctx, next) => {
  if (!ctx.path.startsWith('/auto/')) return next();
  const { prompt: { name: prompt, details }, params, session, grantId } = await provider.interactionDetails(ctx.req, ctx.res);
  if (o.pages && ctx.method === 'GET') {
    ctx.type = 'html';
    ctx.set({ 'X-Frame-Options': 'DENY', 'Strict-Transport-Security': 'max-age=86400' });
    // Who has a session is only asked for consent.
    const login = prompt === 'login'
      ? '<label>User <input name="login" value="user-1"></label> <label>Password <input name="password" type="password"></label>'
      : '';
    ctx.body = `<!doctype html><title>Log in</title><h1>Log in</h1><form method="post" action="${ctx.path}">${login}
      <button name="answer" value="allow">Allow</button> <button name="answer" value="cancel">Cancel</button></form>`;
    return undefined;
  }
  if (o.pages) {
    let body = '';
    for await (const chunk of ctx.req) body += chunk;
    if (new URLSearchParams(body).get('answer') === 'cancel') {
      ctx.status = 303;
      ctx.redirect(await provider.interactionResult(ctx.req, ctx.res, { error: 'access_denied', error_description: 'the user refused' }, { mergeWithLastSubmission: false }));
      return undefined;
    }
  }
  const accountId = session?.accountId ?? 'user-1';
  const grant = (grantId && await provider.Grant.find(grantId)) || new provider.Grant({ accountId, client: await provider.Client.find(params.client_id) });
  grant.addOIDCScope(details.missingOIDCScope?.join(' ') ?? params.scope);
  if (details.missingOIDCClaims) grant.addOIDCClaims(details.missingOIDCClaims);
  for (const [resource, scopes] of Object.entries(details.missingResourceScopes ?? {})) grant.addResourceScope(resource, scopes.join(' '));
  const result = { login: { accountId }, consent: { grantId: await grant.save() } };
  ctx.status = 303;
  ctx.redirect(await provider.interactionResult(ctx.req, ctx.res, result, { mergeWithLastSubmission: false }));
});

if (o.verbose) {
  for (const event of ['authorization.error', 'grant.error', 'pushed_authorization_request.error', 'userinfo.error', 'introspection.error', 'revocation.error', 'server_error']) {
    provider.on(event, (_ctx, err) => console.error(event, err.message, err.error_description ?? '', err.error_detail ?? err.cause ?? ''));
  }
}

const ready = () => console.log(`ready ${issuer} profile=${o.profile} pid=${process.pid} node=${process.version}`);
if (o.tls) {
  const pem = (name) => readFileSync(join(o.keys, name));
  // Node's default list contains cipher suites that RFC 9325 does not recommend: the suite finds them (tls-weak-ciphers).
  const ciphers = 'TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384';
  https.createServer({ ciphers, key: pem('server.key'), cert: pem('server.pem'), ca: pem('ca.pem'), requestCert: true, rejectUnauthorized: false }, provider.callback()).listen(port, '127.0.0.1', ready);
} else provider.listen(port, '127.0.0.1', ready);
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(0));

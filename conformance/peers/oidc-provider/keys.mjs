// Writes keys/: the OP's signing keys and three static clients, each with a private JWK and public metadata.
//   keys/op.jwks.json                  private signing keys of the OP (ES256, PS256, EdDSA)
//   keys/clients.json                  public client metadata (OIDC dynamic-registration member names)
//   keys/<client_id>.private.jwk.json  the client's private key (its `alg` is what the client signs with)
// and, where `openssl` is found, what `op.mjs --tls` needs:
//   keys/ca.pem, keys/server.{pem,key}  an authority and a certificate for 127.0.0.1
//   keys/clients-tls.json               clients for every way to authenticate and to bind tokens, two each
//   keys/<client_id>.{pem,key}          their certificates
// Existing files are kept, so that a running OP and a load generator agree; `--force` makes new ones.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { join } from 'node:path';
import * as jose from 'jose';

const { values: o } = parseArgs({
  options: {
    dir: { type: 'string', default: 'keys' },
    force: { type: 'boolean', default: false },
    'redirect-uri': { type: 'string', default: 'https://client.example/cb' },
  },
});

if (existsSync(join(o.dir, 'clients.json')) && !o.force) {
  console.log(`${o.dir}/clients.json exists; --force makes new keys`);
  process.exit(0);
}
mkdirSync(o.dir, { recursive: true });

async function makeKey(alg) {
  const { privateKey } = await jose.generateKeyPair(alg, { extractable: true, modulusLength: 2048 });
  const jwk = await jose.exportJWK(privateKey);
  return { ...jwk, kid: await jose.calculateJwkThumbprint(jwk), use: 'sig', alg };
}

const pub = ({ d, p, q, dp, dq, qi, ...rest }) => rest;

const op = [];
for (const alg of ['ES256', 'PS256', 'EdDSA']) op.push(await makeKey(alg));
writeFileSync(join(o.dir, 'op.jwks.json'), JSON.stringify({ keys: op }, null, 2));

const clients = [];
for (const [client_id, alg] of [['client-es256', 'ES256'], ['client-ps256', 'PS256'], ['client-eddsa', 'EdDSA']]) {
  const jwk = await makeKey(alg);
  const { alg: _alg, ...anyAlg } = pub(jwk); // no `alg`: both EdDSA and Ed25519 (RFC 9864) may be used with the key
  clients.push({
    client_id,
    redirect_uris: alg === 'PS256' ? [o['redirect-uri'], `${o['redirect-uri']}?dummy1=lorem&dummy2=ipsum`] : [o['redirect-uri']],
    grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
    response_types: ['code'],
    token_endpoint_auth_method: 'private_key_jwt',
    scope: 'openid offline_access profile email api:read',
    jwks: { keys: [anyAlg] },
  });
  writeFileSync(join(o.dir, `${client_id}.private.jwk.json`), JSON.stringify(jwk, null, 2));
}
writeFileSync(join(o.dir, 'clients.json'), JSON.stringify(clients, null, 2));

// --- TLS: an authority, a server, and two clients per way to authenticate and to bind tokens ---------------------------
const openssl = (...args) => execFileSync('openssl', args, { cwd: o.dir, stdio: 'pipe' });
const file = (name) => readFileSync(join(o.dir, name), 'utf8');
const der = (name) => file(name).replace(/-----[^-]+-----|\s/g, '');
const newKey = (name) => openssl('req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', `/CN=${name}/O=FAPI test`, '-keyout', `${name}.key`, '-out', `${name}.csr`);
const signed = (name, san) => {
  newKey(name);
  writeFileSync(join(o.dir, `${name}.ext`), `subjectAltName=${san}\n`);
  openssl('x509', '-req', '-in', `${name}.csr`, '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '365', '-extfile', `${name}.ext`, '-out', `${name}.pem`);
};
try {
  openssl('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '365', '-subj', '/CN=FAPI test authority', '-keyout', 'ca.key', '-out', 'ca.pem');
  signed('server', 'IP:127.0.0.1,DNS:localhost');
  const tlsClients = [];
  for (const auth of ['private_key_jwt', 'mtls']) {
    for (const sender of ['dpop', 'mtls']) {
      for (const [n, alg] of [[1, 'ES256'], [2, 'PS256']]) {
        const client_id = `${auth}-${sender}-${n}`;
        const selfSigned = n === 2;
        if (selfSigned) {
          newKey(client_id);
          writeFileSync(join(o.dir, `${client_id}.ext`), `subjectAltName=DNS:${client_id}.example\n`);
          openssl('x509', '-req', '-in', `${client_id}.csr`, '-extfile', `${client_id}.ext`, '-signkey', `${client_id}.key`, '-days', '365', '-out', `${client_id}.pem`);
        } else signed(client_id, `DNS:${client_id}.example`);
        const jwk = await makeKey(alg);
        writeFileSync(join(o.dir, `${client_id}.private.jwk.json`), JSON.stringify(jwk, null, 2));
        const { alg: _alg, ...anyAlg } = pub(jwk);
        const certificate = { ...await jose.exportJWK(await jose.importX509(file(`${client_id}.pem`), 'ES256', { extractable: true })), x5c: [der(`${client_id}.pem`)] };
        tlsClients.push({
          client_id,
          redirect_uris: n === 2 ? [`${o['redirect-uri']}?dummy1=lorem&dummy2=ipsum`] : [o['redirect-uri']],
          grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
          response_types: ['code'],
          scope: 'openid offline_access profile email api:read',
          ...(sender === 'dpop' ? { dpop_bound_access_tokens: true } : { tls_client_certificate_bound_access_tokens: true }),
          ...(auth === 'private_key_jwt' ? { token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [anyAlg] } } : {}),
          ...(auth === 'mtls' && selfSigned ? { token_endpoint_auth_method: 'self_signed_tls_client_auth', jwks: { keys: [certificate] } } : {}),
          ...(auth === 'mtls' && !selfSigned ? { token_endpoint_auth_method: 'tls_client_auth', tls_client_auth_san_dns: `${client_id}.example` } : {}),
        });
      }
    }
  }
  writeFileSync(join(o.dir, 'clients-tls.json'), JSON.stringify(tlsClients, null, 2));
} catch (err) {
  console.log(`no TLS files: ${err.message.split('\n')[0]}`);
}
console.log(`wrote ${o.dir}/: op.jwks.json, clients.json, ${clients.map((c) => c.client_id).join(', ')}`);

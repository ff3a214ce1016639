// The clients of messages.mjs: their keys, and their registrations with the names of RFC 7591.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as jose from 'jose';

export const REDIRECT_URI = 'https://client.example/cb';

export const CLIENTS = {
  fapi2: ['fapi2-signed', 'fapi2-sealed-rsa', 'fapi2-sealed-x25519'],
  fapi1: ['fapi1-signed', 'fapi1-sealed-rsa', 'fapi1-sealed-p256'],
};

// How each kind signs, what is encrypted for it, and how it encrypts its request objects.
const KINDS = {
  // Both clients sign with the name of RFC 9864, which is another one than that of the server.
  'fapi2-signed': { signing: 'EdDSA', object: 'Ed25519' },
  'fapi1-signed': { signing: 'PS256' },
  // Without `enc`, the content is encrypted with A128CBC-HS256.
  'sealed-rsa': { signing: 'PS256', alg: 'RSA-OAEP-256', request: ['RSA-OAEP-256', 'A256GCM'] },
  'sealed-x25519': { signing: 'ES256', alg: 'ECDH-ES', crv: 'X25519', enc: 'A256GCM', request: ['ECDH-ES+A256KW', 'A128GCM'] },
  'sealed-p256': {
    signing: 'ES256', alg: 'ECDH-ES+A256KW', crv: 'P-256', enc: 'A192CBC-HS384', request: ['ECDH-ES+A256KW', 'A256CBC-HS512'],
  },
};
const MESSAGES = ['id_token', 'authorization', 'userinfo', 'introspection'];

/** The algorithms that a kind of message is encrypted with for a client; the first is undefined if it is not. */
export function encryption(kind, metadata) {
  return [metadata[`${kind}_encrypted_response_alg`], metadata[`${kind}_encrypted_response_enc`] ?? 'A128CBC-HS256'];
}

async function key(alg, options, use) {
  const { privateKey } = await jose.generateKeyPair(alg, { extractable: true, modulusLength: 2048, ...options });
  const jwk = await jose.exportJWK(privateKey);
  return { ...jwk, kid: await jose.calculateJwkThumbprint(jwk), use, alg };
}
const open = ({ d, p, q, dp, dq, qi, ...rest }) => rest;

/** Writes `ID.private.json` for each client, and `PROFILE.clients.json` with the registrations for each profile. */
export async function writeClients(folder) {
  for (const [profile, ids] of Object.entries(CLIENTS)) {
    const clients = [];
    for (const id of ids) {
      const kind = KINDS[id] ?? KINDS[id.replace(/^fapi\d-/, '')];
      const keys = { signing: await key(kind.signing, {}, 'sig'), encryption: kind.alg && await key(kind.alg, { crv: kind.crv }, 'enc') };
      writeFileSync(join(folder, `${id}.private.json`), JSON.stringify(keys));
      // No introspection as a JWT where the profile does not ask for it.
      const messages = profile === 'fapi2' ? MESSAGES : MESSAGES.slice(0, -1);
      clients.push({
        client_id: id,
        redirect_uris: [REDIRECT_URI],
        grant_types: ['authorization_code', ...(profile === 'fapi1' ? ['implicit'] : [])],
        response_types: profile === 'fapi1' ? ['code', 'code id_token'] : ['code'],
        token_endpoint_auth_method: 'private_key_jwt',
        [profile === 'fapi1' ? 'tls_client_certificate_bound_access_tokens' : 'dpop_bound_access_tokens']: true,
        request_object_signing_alg: kind.object ?? kind.signing,
        jwks: { keys: Object.values(keys).filter(Boolean).map(open) },
        ...Object.fromEntries(messages.map((message) => [`${message}_signed_response_alg`, kind.signing])),
        ...(kind.alg && Object.fromEntries(messages.flatMap((message) => [
          [`${message}_encrypted_response_alg`, kind.alg],
          ...(kind.enc ? [[`${message}_encrypted_response_enc`, kind.enc]] : []),
        ]))),
        ...(kind.request && { request_object_encryption_alg: kind.request[0], request_object_encryption_enc: kind.request[1] }),
      });
    }
    writeFileSync(join(folder, `${profile}.clients.json`), JSON.stringify(clients, null, 2));
  }
}

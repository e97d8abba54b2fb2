import { X509Certificate } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { caPins, createAuthorities, ensureAuthorities } from '../../../../src/lib/cluster/ca/index.js';
import { openSqliteStore } from '../../../../src/lib/cluster/storage/sqlite.js';
import {
  keyKindOf,
  parseAuthorizedKey,
  parsePrivateKey,
  parsePublicKey,
  samePublicKey,
  subjectCommonName,
} from '../../../../src/lib/crypto/index.js';

const clusterName = 'example.test';
const clock = () => new Date('2026-11-21T00:00:00Z');
const text = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString();

describe('createAuthorities', () => {
  it('makes every authority with the keys of balanced-v1, each pair fitting together', async () => {
    const authorities = await createAuthorities({ clusterName, clock });

    const kinds = authorities.map(({ subKind, spec }) => {
      const { ssh = [], tls = [], jwt = [] } = spec?.activeKeys ?? {};
      const described = [
        ...ssh.map((pair) => {
          const key = parsePrivateKey(text(pair.privateKey));
          expect(samePublicKey(key, parseAuthorizedKey(text(pair.publicKey)).key)).toBe(true);
          return `ssh ${keyKindOf(key)}`;
        }),
        ...tls.map((pair) => {
          const key = parsePrivateKey(text(pair.key));
          expect(new X509Certificate(pair.cert).checkPrivateKey(key)).toBe(true);
          expect(subjectCommonName(text(pair.cert))).toBe(clusterName);
          return `tls ${keyKindOf(key)}`;
        }),
        ...jwt.map((pair) => {
          const key = parsePrivateKey(text(pair.privateKey));
          expect(samePublicKey(key, parsePublicKey(text(pair.publicKey)))).toBe(true);
          return `jwt ${keyKindOf(key)}`;
        }),
      ];
      return [subKind, described.join(', ')];
    });

    expect(kinds).toEqual([
      ['host', 'ssh ed25519, tls ecdsa-p256'],
      ['user', 'ssh ed25519, tls ecdsa-p256'],
      ['db', 'tls rsa-2048'],
      ['db_client', 'tls rsa-2048'],
      ['openssh', 'ssh ed25519'],
      ['jwt', 'jwt ecdsa-p256'],
      ['saml_idp', 'tls rsa-2048'],
      ['oidc_idp', 'jwt rsa-2048'],
      ['spiffe', 'tls ecdsa-p256, jwt rsa-2048'],
      ['okta', 'jwt ecdsa-p256'],
      ['awsra', 'tls ecdsa-p256'],
      ['bound_keypair', 'jwt ed25519'],
    ]);
  });
});

describe('ensureAuthorities', () => {
  const openStore = () => openSqliteStore({ folder: mkdtempSync(join(tmpdir(), 'ca-')), clock });

  it('creates all authorities once and then loads the same ones', async () => {
    const store = openStore();
    try {
      const created = await ensureAuthorities({ store, clusterName, clock });
      const loaded = await ensureAuthorities({ store, clusterName, clock });

      expect(store.read((transaction) => transaction.list('cert_authority'))).toHaveLength(12);
      expect(loaded.host.tlsCertPem).toBe(created.host.tlsCertPem);
      expect(loaded.user.sshKey.equals(created.user.sshKey)).toBe(true);
      expect(caPins(loaded)).toEqual([expect.stringMatching(/^sha256:[0-9a-f]{64}$/)]);
    } finally {
      store.close();
    }
  });

  it('refuses a cluster that has lost its host authority', async () => {
    const store = openStore();
    try {
      await ensureAuthorities({ store, clusterName, clock });
      await store.write((transaction) => transaction.delete('cert_authority', `host/${clusterName}`));

      await expect(ensureAuthorities({ store, clusterName, clock })).rejects.toMatchObject({
        code: 'cluster_data_unreadable',
      });
    } finally {
      store.close();
    }
  });
});

import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { AsnConvert } from '@peculiar/asn1-schema';
import fc from 'fast-check';
import {
  type CertificateIdentity,
  decodeIdentity,
  encodeSubject,
} from '../../../src/lib/crypto/certificate-identity.js';
import { generatePrivateKey } from '../../../src/lib/crypto/keys.js';
import { splitCertificates } from '../../../src/lib/crypto/pem.js';
import { encodeName } from '../../../src/lib/crypto/x509-encoding.js';
import { createCaCertificate, issueCertificate } from '../../../src/lib/crypto/x509-issue.js';
import { issuerCommonName, parseCertificate, subjectCommonName } from '../../../src/lib/crypto/x509-name.js';

const fixture = (path: string) => readFileSync(new URL(`../../fixtures/${path}`, import.meta.url), 'utf8');
const identityFileCertificate = () => splitCertificates(fixture('identity-file'))[0] ?? '';

describe('decodeIdentity', () => {
  it('reads every field of a user certificate of a real cluster', () => {
    expect(decodeIdentity(identityFileCertificate())).toEqual({
      username: 'admin',
      roles: ['access', 'editor', 'auditor'],
      usage: [],
      principals: ['-teleport-internal-join', '-teleport-nologin-980d505e-0507-4baf-a7f6-461cd96dd175'],
      routeToCluster: 'example.test',
      traits: {
        aws_role_arns: [],
        azure_identities: [],
        db_names: [],
        db_roles: [],
        db_users: [],
        gcp_service_accounts: [],
        host_user_gid: [''],
        host_user_uid: [''],
        kubernetes_groups: [],
        kubernetes_users: [],
        logins: [],
        windows_logins: [],
      },
      teleportCluster: 'example.test',
      impersonator: '0b2282e3-4007-41e7-a012-8b77980f47cd.example.test',
      userType: 'local',
      privateKeyPolicy: 'none',
    });
  });

  it('reads the renewable identity of a bot', () => {
    expect(decodeIdentity(new X509Certificate(fixture('tbot/storage/tlscert')))).toEqual({
      username: 'bot-tb1',
      roles: ['bot-tb1'],
      usage: [],
      principals: ['-teleport-internal-join', '-teleport-nologin-e21a22c6-46c0-409f-9107-c2f66c905349'],
      routeToCluster: 'example.test',
      traits: {},
      renewable: true,
      teleportCluster: 'example.test',
      loginIp: '127.0.0.1',
      generation: 3,
      botName: 'tb1',
      botInstanceId: 'de992338-3d30-4fe6-a6f4-9827b6b9bd8e',
      userType: 'local',
      privateKeyPolicy: 'none',
      joinAttributes: '{"meta":{"join_method":"token"}}',
    });
  });

  it('reads the output certificate of a bot that must not be reissued', () => {
    const identity = decodeIdentity(fixture('tbot/out/tlscert'));

    expect(identity).toMatchObject({ roles: ['access'], impersonator: 'bot-tb1', disallowReissue: true });
    expect(identity).not.toHaveProperty('renewable');
  });

  it.each([{ username: '' }, { roles: [] }])('refuses a subject with %o', async (missing) => {
    const certificate = await issueFor({ ...plainIdentity, ...missing });

    expect(() => decodeIdentity(certificate)).toThrow(expect.objectContaining({ code: 'certificate_invalid' }));
  });

  it('refuses what is no certificate', () => {
    expect(() => decodeIdentity('no certificate')).toThrow(expect.objectContaining({ code: 'certificate_invalid' }));
  });

  it('names the cluster as the issuer of a leaf and as the subject of a CA', () => {
    expect(issuerCommonName(identityFileCertificate())).toBe('example.test');
    expect(subjectCommonName(fixture('tsh-home/keys/localhost/cas/example.test.pem'))).toBe('example.test');
  });
});

describe('encodeSubject', () => {
  it.each(['identity-file', 'tbot/storage/tlscert', 'tbot/out/tlscert', 'tsh-home/keys/localhost/admin.crt'])(
    'gives the bytes of the real certificate in %s',
    (path) => {
      const certificate = splitCertificates(fixture(path))[0] ?? '';

      const encoded = Buffer.from(AsnConvert.serialize(encodeName(encodeSubject(decodeIdentity(certificate)))));

      expect(parseCertificate(certificate).raw.includes(encoded)).toBe(true);
    },
  );

  it('gives the same bytes for the same values in another order, as a DER set has to', () => {
    const identity = decodeIdentity(fixture('tsh-home/keys/localhost/admin.crt'));
    const reversed = { ...identity, roles: identity.roles.toReversed(), principals: identity.principals.toReversed() };
    const encode = (value: CertificateIdentity) => Buffer.from(AsnConvert.serialize(encodeName(encodeSubject(value))));

    expect(encode(reversed).equals(encode(identity))).toBe(true);
  });

  it('keeps every field through a certificate', async () => {
    await fc.assert(
      fc.asyncProperty(anyIdentity, async (identity) => {
        const { roles, usage, principals, ...rest } = identity;
        const decoded = decodeIdentity(await issueFor(identity));

        expect(decoded).toMatchObject(rest);
        // The values of one standard attribute form a set: DER orders them.
        expect([...decoded.roles].sort()).toEqual([...roles].sort());
        expect([...decoded.usage].sort()).toEqual([...usage].sort());
        expect([...decoded.principals].sort()).toEqual([...principals].sort());
      }),
    );
  });
});

const validity = { notBefore: new Date('2026-11-21T00:00:00Z'), notAfter: new Date('2026-11-22T00:00:00Z') };
const caKey = await generatePrivateKey('ed25519');
const ca = { key: caKey, certPem: await createCaCertificate({ clusterName: 'example.test', key: caKey, ...validity }) };
const issueFor = (identity: CertificateIdentity) => issueCertificate({ ca, publicKey: caKey, identity, ...validity });
const plainIdentity = {
  username: 'alice',
  roles: ['access'],
  usage: [],
  principals: [],
  routeToCluster: '',
  traits: {},
};

const text = fc.string({ minLength: 1, unit: 'grapheme' });
const list = fc.array(text, { minLength: 1, maxLength: 3 });
const anyIdentity: fc.Arbitrary<CertificateIdentity> = fc.record(
  {
    username: text,
    roles: list,
    usage: fc.array(text, { maxLength: 2 }),
    principals: fc.array(text, { maxLength: 3 }),
    routeToCluster: fc.oneof(text, fc.constant('')),
    traits: fc.dictionary(text, fc.array(text, { maxLength: 3 }), { noNullPrototype: true }),
    systemRoles: list,
    kubeGroups: list,
    appTargetPort: fc.integer({ min: 1, max: 65_535 }),
    renewable: fc.constant(true),
    teleportCluster: text,
    previousIdentityExpires: fc.integer({ min: 0, max: 4_000_000_000 }).map((seconds) => new Date(seconds * 1000)),
    dbNames: list,
    impersonator: text,
    activeRequests: list,
    disallowReissue: fc.constant(true),
    generation: fc.integer({ min: 1, max: 2 ** 31 }),
    botName: text,
    botInstanceId: text,
    joinAttributes: text,
    deviceId: text,
  },
  { requiredKeys: ['username', 'roles', 'usage', 'principals', 'routeToCluster', 'traits'] },
);

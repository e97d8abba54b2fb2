import { readFileSync } from 'node:fs';
import { fromBinary } from '@bufbuild/protobuf';
import { describe, expect, it } from '@jest/globals';
import { CertAuthorityV2Schema } from '../../../src/lib/gen/types/cert_authorities_pb.js';
import { resourcesText } from '../../../src/lib/output/views/resources.js';
import { statusDocument, statusText } from '../../../src/lib/output/views/status.js';

const file = new URL('../../fixtures/recordings/wire-18.0.0.json', import.meta.url);
const calls = JSON.parse(readFileSync(file, 'utf8')) as { Name: string; ResponseHex: string }[];
const hex = calls.find(({ Name }) => Name === 'get host CA')?.ResponseHex ?? '';
const hostCa = fromBinary(CertAuthorityV2Schema, Buffer.from(hex, 'hex'));
const report = { clusterName: 'example.test', serverVersion: '18.0.0', authorities: [hostCa] };

describe('status', () => {
  it('shows cluster, version, pins and a row per key', () => {
    expect(statusText(report)).toBe(
      [
        'Cluster: example.test                                                            ',
        'Version: 18.0.0                                                                  ',
        'CA pins: sha256:bec94f94db4db7713a3cbbf414a0ca266eae4be5af2a8f6ac9f35c1198c2bfa5 ',
        '',
        'authority rotation                protocol status algorithm   storage  ',
        '--------- ----------------------- -------- ------ ----------- -------- ',
        'host      standby (never rotated) SSH      active Ed25519     software ',
        '                                  TLS      active ECDSA P-256 software ',
        '',
      ].join('\n'),
    );
  });

  it('leaves other clusters out unless asked for them', () => {
    const elsewhere = { ...report, clusterName: 'other.test' };
    expect(statusText(elsewhere)).not.toContain('host');
    expect(statusText(elsewhere, { allClusters: true })).toContain('host');
  });

  it('is a document with the pins and keys of every authority', () => {
    expect(statusDocument(report)).toMatchObject({
      cluster: { name: 'example.test', version: '18.0.0', ca_pins: [expect.stringMatching(/^sha256:bec94f94/)] },
      authorities: [
        {
          cluster_name: 'example.test',
          type: 'host',
          keys: [
            { protocol: 'SSH', status: 'active', algorithm: 'Ed25519', storage: 'software' },
            { protocol: 'TLS', status: 'active', algorithm: 'ECDSA P-256', storage: 'software' },
          ],
        },
      ],
    });
  });

  it('names an algorithm that it cannot read unknown, and goes on', () => {
    const broken = fromBinary(CertAuthorityV2Schema, Buffer.from(hex, 'hex'));
    for (const key of broken.spec?.activeKeys?.ssh ?? []) key.publicKey = Buffer.from('nonsense');
    expect(statusText({ ...report, authorities: [broken] })).toMatch(/SSH +active unknown/);
  });

  it('lists authorities with the fingerprint of their SSH keys', () => {
    const text = resourcesText('cert_authority', [hostCa], { width: 80 });
    expect(text).toMatch(/^example.test host +SHA256:[\w+/]{43} N\/A/m);
  });
});

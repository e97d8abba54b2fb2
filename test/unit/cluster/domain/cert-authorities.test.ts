import { create } from '@bufbuild/protobuf';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  clusterCaPem,
  deleteCertAuthority,
  getCertAuthority,
  listCertAuthorities,
  upsertCertAuthority,
} from '../../../../src/lib/cluster/domain/cert-authorities.js';
import { putStored } from '../../../../src/lib/cluster/domain/stored-message.js';
import { CertAuthorityV2Schema } from '../../../../src/lib/gen/types/cert_authorities_pb.js';
import { openTestState, type TestState } from '../../../helpers/cluster-state.js';

let test: TestState;
beforeEach(() => {
  test = openTestState();
});
afterEach(() => test.close());

const bytes = (text: string) => new Uint8Array(Buffer.from(text));

function authority(type: string, clusterName: string) {
  const pair = (name: string) => ({ cert: bytes(`cert-${name}`), key: bytes(`key-${name}`) });
  return create(CertAuthorityV2Schema, {
    kind: 'cert_authority',
    subKind: type,
    version: 'v2',
    metadata: { name: clusterName },
    spec: {
      type,
      clusterName,
      activeKeys: {
        tls: [pair('a')],
        ssh: [{ publicKey: bytes('ssh'), privateKey: bytes('ssh-private') }],
        jwt: [{ publicKey: bytes('jwt'), privateKey: bytes('jwt-private') }],
      },
      additionalTrustedKeys: { tls: [pair('b')] },
    },
  });
}

async function store(type: string, clusterName = 'example.test') {
  await test.state.store.write((transaction) =>
    putStored(
      transaction,
      CertAuthorityV2Schema,
      'cert_authority',
      `${type}/${clusterName}`,
      authority(type, clusterName),
    ),
  );
}

describe('certificate authorities', () => {
  it('come without any private key unless it is asked for', async () => {
    await store('host');
    const ref = { type: 'host', domain: 'example.test' };
    const empty = new Uint8Array();
    expect(getCertAuthority(test.state, ref).spec).toMatchObject({
      activeKeys: {
        tls: [{ cert: bytes('cert-a'), key: empty }],
        ssh: [{ publicKey: bytes('ssh'), privateKey: empty }],
        jwt: [{ publicKey: bytes('jwt'), privateKey: empty }],
      },
      additionalTrustedKeys: { tls: [{ cert: bytes('cert-b'), key: empty }] },
    });
    expect(JSON.stringify(listCertAuthorities(test.state, 'host'))).toBe(
      JSON.stringify([getCertAuthority(test.state, ref)]),
    );
    expect(getCertAuthority(test.state, ref, true).spec?.activeKeys?.tls[0]?.key).toEqual(bytes('key-a'));
  });

  it('are listed by exact type, those of other clusters too', async () => {
    await store('db');
    await store('db_client');
    await store('db', 'other.test');
    const names = listCertAuthorities(test.state, 'db').map(({ spec }) => `${spec?.type}/${spec?.clusterName}`);
    expect(names).toEqual(['db/example.test', 'db/other.test']);
  });

  it('of a type that does not exist, or that are not there, are refused', () => {
    expect(() => listCertAuthorities(test.state, 'nosuch')).toThrow('"nosuch" authority type is not supported');
    expect(() => getCertAuthority(test.state, { type: 'host', domain: 'x' })).toThrow(
      '"cert_authority" "host/x" does not exist',
    );
  });

  it('of the cluster itself can be neither replaced nor deleted', async () => {
    await store('user');
    await expect(upsertCertAuthority(test.state, authority('user', 'example.test'))).rejects.toMatchObject({
      kind: 'BadParameter',
    });
    await expect(deleteCertAuthority(test.state, { type: 'user', domain: 'example.test' })).rejects.toMatchObject({
      kind: 'BadParameter',
    });
    expect(listCertAuthorities(test.state, 'user')).toHaveLength(1);
  });

  it('of another cluster can be written and deleted; the answer holds no keys', async () => {
    const made = await upsertCertAuthority(test.state, authority('user', 'other.test'));
    expect(made.spec?.activeKeys?.tls[0]?.key).toHaveLength(0);
    expect(
      getCertAuthority(test.state, { type: 'user', domain: 'other.test' }, true).spec?.activeKeys?.tls[0]?.key,
    ).toEqual(bytes('key-a'));
    await deleteCertAuthority(test.state, { type: 'user', domain: 'other.test' });
    await expect(deleteCertAuthority(test.state, { type: 'user', domain: 'other.test' })).rejects.toMatchObject({
      kind: 'NotFound',
    });
  });

  it('of hosts give their trusted certificates as one text', async () => {
    await store('host');
    expect(Buffer.from(clusterCaPem(test.state)).toString()).toBe('cert-a\ncert-b');
  });
});

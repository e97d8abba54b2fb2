import { create } from '@bufbuild/protobuf';
import {
  authorizedKeyLine,
  createCaCertificate,
  generatePrivateKey,
  type KeyKind,
  parsePrivateKey,
  publicKeyPem,
  spkiPin,
  teleportKeyPem,
} from '../../crypto/index.js';
import {
  CAKeySetSchema,
  CertAuthoritySpecV2Schema,
  type CertAuthorityV2,
  CertAuthorityV2Schema,
  JWTKeyPairSchema,
  PrivateKeyType,
  SSHKeyPairSchema,
  TLSKeyPairSchema,
} from '../../gen/types/cert_authorities_pb.js';
import { MetadataSchema } from '../../gen/types/metadata_pb.js';
import type { Clock } from '../../util/clock.js';
import { CodedError } from '../../util/coded-error.js';
import { getStored, putStored } from '../domain/stored-message.js';
import type { Authorities, Authority } from '../state.js';
import type { Store } from '../storage/backend.js';
import { TEN_YEARS_MS } from './validity.js';

const KIND = 'cert_authority';

/** Which keys an authority has, and their algorithms. */
interface AuthorityKeys {
  ssh?: KeyKind;
  tls?: KeyKind;
  jwt?: KeyKind;
}

/** Every authority of a cluster with the key algorithms of the suite `balanced-v1` (join §3.7). */
const AUTHORITY_KEYS: Readonly<Record<string, AuthorityKeys>> = {
  host: { ssh: 'ed25519', tls: 'ecdsa-p256' },
  user: { ssh: 'ed25519', tls: 'ecdsa-p256' },
  db: { tls: 'rsa-2048' },
  db_client: { tls: 'rsa-2048' },
  openssh: { ssh: 'ed25519' },
  jwt: { jwt: 'ecdsa-p256' },
  saml_idp: { tls: 'rsa-2048' },
  oidc_idp: { jwt: 'rsa-2048' },
  spiffe: { tls: 'ecdsa-p256', jwt: 'rsa-2048' },
  okta: { jwt: 'ecdsa-p256' },
  awsra: { tls: 'ecdsa-p256' },
  bound_keypair: { jwt: 'ed25519' },
};

interface ClusterAndClock {
  clusterName: string;
  clock: Clock;
}

/**
 * Makes all authorities of a new cluster, private keys included. Keys are generated beside each other on the thread
 * pool: the five RSA keys take nearly all of the time.
 */
export function createAuthorities({ clusterName, clock }: ClusterAndClock): Promise<CertAuthorityV2[]> {
  const now = clock();
  return Promise.all(
    Object.entries(AUTHORITY_KEYS).map(async ([type, keys]) => {
      const [ssh, tls, jwt] = await Promise.all([
        keys.ssh ? [await createSshKey(keys.ssh)] : [],
        keys.tls ? [await createTlsKey(keys.tls, clusterName, now)] : [],
        keys.jwt ? [await createJwtKey(keys.jwt)] : [],
      ]);
      return create(CertAuthorityV2Schema, {
        kind: KIND,
        subKind: type,
        version: 'v2',
        metadata: create(MetadataSchema, { name: clusterName, namespace: 'default' }),
        spec: create(CertAuthoritySpecV2Schema, {
          type,
          clusterName,
          activeKeys: create(CAKeySetSchema, { ssh, tls, jwt }),
          additionalTrustedKeys: create(CAKeySetSchema),
        }),
      });
    }),
  );
}

async function createSshKey(kind: KeyKind) {
  const key = await generatePrivateKey(kind);
  const publicKey = Buffer.from(`${authorizedKeyLine(key)}\n`);
  return create(SSHKeyPairSchema, { publicKey, privateKey: Buffer.from(teleportKeyPem(key)) });
}

async function createTlsKey(kind: KeyKind, clusterName: string, notBefore: Date) {
  const key = await generatePrivateKey(kind);
  const notAfter = new Date(notBefore.getTime() + TEN_YEARS_MS);
  const cert = await createCaCertificate({ clusterName, key, notBefore, notAfter });
  return create(TLSKeyPairSchema, { cert: Buffer.from(cert), key: Buffer.from(teleportKeyPem(key)) });
}

async function createJwtKey(kind: KeyKind) {
  const key = await generatePrivateKey(kind);
  return create(JWTKeyPairSchema, {
    publicKey: Buffer.from(publicKeyPem(key)),
    privateKey: Buffer.from(teleportKeyPem(key)),
  });
}

/**
 * Loads the authorities that the cluster signs with. A cluster without authorities gets all of them, in one write.
 * @throws CodedError `cluster_data_unreadable` when a stored authority lacks a usable key
 */
export async function ensureAuthorities(options: ClusterAndClock & { store: Store }): Promise<Authorities> {
  const { store, clusterName } = options;
  const isNew = store.read((transaction) => transaction.list(KIND, { limit: 1 }).length === 0);
  if (isNew) {
    const created = await createAuthorities(options);
    await store.write((transaction) => {
      for (const authority of created) {
        putStored(transaction, CertAuthorityV2Schema, KIND, `${authority.subKind}/${clusterName}`, authority);
      }
    });
  }
  return { host: loadAuthority(store, 'host', clusterName), user: loadAuthority(store, 'user', clusterName) };
}

function loadAuthority(store: Store, type: Authority['type'], clusterName: string): Authority {
  const name = `${type}/${clusterName}`;
  const spec = store.read((transaction) => getStored(transaction, CertAuthorityV2Schema, KIND, name))?.spec;
  const ssh = spec?.activeKeys?.ssh.find(({ privateKeyType }) => privateKeyType === PrivateKeyType.RAW);
  const tls = spec?.activeKeys?.tls.find(({ keyType }) => keyType === PrivateKeyType.RAW);
  if (!spec || !ssh || !tls) {
    throw new CodedError('cluster_data_unreadable', `the authority ${name} is missing or has no key to sign with`, {
      hint: 'restore the data folder from a copy, or use another one',
    });
  }
  const trusted = [...(spec.activeKeys?.tls ?? []), ...(spec.additionalTrustedKeys?.tls ?? [])];
  return {
    type,
    tlsCertPem: toText(tls.cert),
    tlsKey: parsePrivateKey(toText(tls.key)),
    sshKey: parsePrivateKey(toText(ssh.privateKey)),
    trustedTlsCertPems: trusted.map(({ cert }) => toText(cert)),
  };
}

function toText(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8');
}

/** The pins of the host authority, by which agents know the cluster before they trust it (transport §8.5). */
export function caPins({ host }: Pick<Authorities, 'host'>): string[] {
  return host.trustedTlsCertPems.map(spkiPin);
}

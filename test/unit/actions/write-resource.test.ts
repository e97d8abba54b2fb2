import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { describe, expect, it } from '@jest/globals';
import { writeResource } from '../../../src/lib/actions/write-resource.js';
import type { Client } from '../../../src/lib/client/index.js';
import { type ProvisionTokenV2, ProvisionTokenV2Schema } from '../../../src/lib/gen/types/tokens_pb.js';
import { loadKind, type Resource } from '../../../src/lib/resources/index.js';
import { CodedError } from '../../../src/lib/util/coded-error.js';

type Init = Exclude<MessageInitShape<typeof ProvisionTokenV2Schema>, ProvisionTokenV2>;

const STATUS = { boundKeypair: { boundPublicKey: 'ssh-ed25519 AAAA', recoveryCount: 1 } };

function token(onboarding: object, status?: Init['status']): ProvisionTokenV2 {
  const spec = { roles: ['Bot'], botName: 'robot', joinMethod: 'bound_keypair', boundKeypair: { onboarding } };
  return create(ProvisionTokenV2Schema, { version: 'v2', metadata: { name: 'kp' }, spec, status } as Init);
}

/** Writes a token to a cluster that stores what it is sent, and holds a token of the same name. @returns what was sent */
async function sent(message: ProvisionTokenV2, stored: ProvisionTokenV2 | CodedError): Promise<ProvisionTokenV2> {
  let upserted: ProvisionTokenV2 | undefined;
  const client = {
    ping: async () => ({ serverVersion: '18.2.0' }),
    tokens: {
      get: async () => {
        if (stored instanceof CodedError) throw stored;
        return stored;
      },
    },
    resources: {
      supports: () => true,
      create: async (_kind: string, given: ProvisionTokenV2) => {
        if (!(stored instanceof CodedError)) throw new CodedError('already_exists', 'exists');
        upserted = given;
      },
      upsert: async (_kind: string, given: ProvisionTokenV2) => {
        upserted = given;
      },
    },
  } as unknown as Client;
  const resource = { definition: await loadKind('token'), message, name: 'kp', document: {} };
  await writeResource(resource as unknown as Resource, { force: true, confirm: false }, { client });
  return upserted as ProvisionTokenV2;
}

describe('writing a bound_keypair token again', () => {
  it('keeps what the cluster knows of the agent that joined with it', async () => {
    const stored = token({ initialPublicKey: 'key' }, STATUS);

    expect((await sent(token({ initialPublicKey: 'key' }), stored)).status).toEqual(stored.status);
  });

  it.each([
    ['another key', token({ initialPublicKey: 'other' })],
    ['another secret', token({ registrationSecret: 'other' })],
  ])('begins anew with %s', async (_, given) => {
    expect((await sent(given, token({ initialPublicKey: 'key' }, STATUS))).status).toBeUndefined();
  });

  it('sends a status that is given as it is', async () => {
    const given = token({}, { boundKeypair: { recoveryCount: 0 } });

    expect((await sent(given, token({}, STATUS))).status?.boundKeypair?.recoveryCount).toBe(0);
  });

  it.each(['not_found', 'access_denied'])('writes where reading ends with %s', async (code) => {
    expect((await sent(token({}), new CodedError(code, 'no'))).spec?.botName).toBe('robot');
  });
});

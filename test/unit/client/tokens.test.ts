import { create } from '@bufbuild/protobuf';
import { describe, expect, it } from '@jest/globals';
import { completeToken } from '../../../src/lib/client/calls/tokens.js';
import { ProvisionTokenV2Schema } from '../../../src/lib/gen/types/tokens_pb.js';

describe('a token, before it is sent,', () => {
  it('gets its kind and version', () => {
    expect(completeToken({ metadata: { name: 'example' } })).toMatchObject({ kind: 'token', version: 'v2' });
  });

  it('gets an empty onboarding section for bound_keypair, whose absence ends an auth service of 18.0.0', () => {
    const given = create(ProvisionTokenV2Schema, {
      spec: { joinMethod: 'bound_keypair', boundKeypair: { recovery: { limit: 3 } } },
    });

    const { spec } = completeToken(given);

    expect(spec?.boundKeypair).toMatchObject({ onboarding: { initialPublicKey: '' }, recovery: { limit: 3 } });
    expect(given.spec?.boundKeypair?.onboarding).toBeUndefined(); // the caller's stays as it was
    expect(completeToken({ spec: { joinMethod: 'bound_keypair' } }).spec?.boundKeypair?.onboarding).toBeDefined();
  });

  it('keeps the key that it has', () => {
    const onboarding = { initialPublicKey: 'ssh-ed25519 AAAA' };
    const { spec } = completeToken({ spec: { joinMethod: 'bound_keypair', boundKeypair: { onboarding } } });
    expect(spec?.boundKeypair?.onboarding).toMatchObject(onboarding);
  });
});

import { create } from '@bufbuild/protobuf';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  AUTH_PREFERENCE,
  getClusterName,
  getSingleton,
  NETWORKING_CONFIG,
  RECORDING_CONFIG,
  resetSingleton,
  updateSingleton,
  upsertSingleton,
} from '../../../../src/lib/cluster/domain/cluster-config.js';
import { ensurePresets } from '../../../../src/lib/cluster/presets/index.js';
import { AuthPreferenceV2Schema } from '../../../../src/lib/gen/types/auth_preference_pb.js';
import {
  ClusterNetworkingConfigV2Schema,
  SessionRecordingConfigV2Schema,
} from '../../../../src/lib/gen/types/cluster_config_pb.js';
import { openTestState, type TestState } from '../../../helpers/cluster-state.js';

let test: TestState;
beforeEach(() => {
  test = openTestState();
});
afterEach(() => test.close());

const ORIGIN = 'teleport.dev/origin';

describe('the settings of a cluster', () => {
  it('are there from the first start, with the defaults of a real one', async () => {
    expect(() => getSingleton(test.state, AUTH_PREFERENCE)).toThrow(expect.objectContaining({ kind: 'NotFound' }));
    await ensurePresets(test.state);
    expect(getSingleton(test.state, AUTH_PREFERENCE)).toMatchObject({
      metadata: { name: 'cluster-auth-preference', labels: { [ORIGIN]: 'defaults' } },
      spec: { type: 'local', secondFactors: [1], signatureAlgorithmSuite: 2, defaultSessionTtl: 43_200_000_000_000n },
    });
    expect(getSingleton(test.state, NETWORKING_CONFIG).spec).toMatchObject({
      keepAliveInterval: 300_000_000_000n,
      keepAliveCountMax: 3n,
    });
    expect(getSingleton(test.state, RECORDING_CONFIG).spec).toMatchObject({
      mode: 'node',
      proxyChecksHostKeys: { value: true },
    });
  });

  it('are dynamic once written, whatever the input says, and keep their name', async () => {
    await ensurePresets(test.state);
    const given = create(AuthPreferenceV2Schema, {
      metadata: { name: 'other', labels: { [ORIGIN]: 'defaults' } },
      spec: { type: 'local', messageOfTheDay: 'hello' },
    });
    expect(await upsertSingleton(test.state, AUTH_PREFERENCE, given)).toMatchObject({
      metadata: { name: 'cluster-auth-preference', labels: { [ORIGIN]: 'dynamic' } },
      spec: { messageOfTheDay: 'hello', secondFactor: 'otp', idp: { saml: { enabled: { value: true } } }, okta: {} },
    });
  });

  it('survive the next start, and come back to the defaults by a reset', async () => {
    await ensurePresets(test.state);
    await upsertSingleton(
      test.state,
      RECORDING_CONFIG,
      create(SessionRecordingConfigV2Schema, { spec: { mode: 'off' } }),
    );
    await ensurePresets(test.state);
    expect(getSingleton(test.state, RECORDING_CONFIG).spec?.mode).toBe('off');
    await resetSingleton(test.state, RECORDING_CONFIG);
    expect(getSingleton(test.state, RECORDING_CONFIG)).toMatchObject({
      metadata: { labels: { [ORIGIN]: 'defaults' } },
      spec: { mode: 'node' },
    });
  });

  it('are updated only from the stored revision', async () => {
    await ensurePresets(test.state);
    const first = getSingleton(test.state, NETWORKING_CONFIG);
    await updateSingleton(test.state, NETWORKING_CONFIG, first);
    const stale = create(ClusterNetworkingConfigV2Schema, { metadata: { revision: 'other' }, spec: {} });
    await expect(updateSingleton(test.state, NETWORKING_CONFIG, stale)).rejects.toMatchObject({
      kind: 'CompareFailed',
    });
  });

  it('that break a rule are refused', async () => {
    const given = create(SessionRecordingConfigV2Schema, { spec: { mode: 'everything' } });
    await expect(upsertSingleton(test.state, RECORDING_CONFIG, given)).rejects.toMatchObject({
      kind: 'BadParameter',
      message: expect.stringContaining('spec.mode'),
    });
  });
});

describe('the name of a cluster', () => {
  it('comes with a UUID that later starts keep', async () => {
    await ensurePresets(test.state);
    const first = getClusterName(test.state);
    expect(first.spec).toMatchObject({
      clusterName: 'example.test',
      clusterId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    await ensurePresets(test.state);
    expect(getClusterName(test.state)).toEqual(first);
  });
});

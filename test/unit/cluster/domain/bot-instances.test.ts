import { create } from '@bufbuild/protobuf';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  deleteBotInstance,
  getBotInstance,
  listBotInstances,
} from '../../../../src/lib/cluster/domain/bot-instances.js';
import { putStored } from '../../../../src/lib/cluster/domain/stored-message.js';
import { BotInstanceSchema } from '../../../../src/lib/gen/teleport/machineid/v1/bot_instance_pb.js';
import { openTestState, type TestState } from '../../../helpers/cluster-state.js';

let test: TestState;
beforeEach(async () => {
  test = openTestState();
  await test.state.store.write((transaction) => {
    for (const [botName, instanceId, hostname] of [
      ['ci', '1', 'Alpha'],
      ['ci', '2', 'beta'],
      ['ci-2', '3', 'alpha-two'],
    ] as const) {
      const status = { initialHeartbeat: { hostname: 'old' }, latestHeartbeats: [{ hostname, version: '18.1.0' }] };
      const instance = create(BotInstanceSchema, { metadata: {}, spec: { botName, instanceId }, status });
      putStored(transaction, BotInstanceSchema, 'bot_instance', `${botName}/${instanceId}`, instance);
    }
  });
});
afterEach(() => test.close());

function ids(botName: string, searchTerm: string, size = 0, token = '') {
  const { instances, nextToken } = listBotInstances(test.state, { size, token }, { botName, searchTerm });
  return { ids: instances.map(({ spec }) => spec?.instanceId), nextToken };
}

describe('bot instances', () => {
  it('are listed for all bots or for one', () => {
    expect(ids('', '').ids).toEqual(['3', '1', '2']); // in the order of `<bot>/<id>`
    expect(ids('ci', '').ids).toEqual(['1', '2']);
    expect(ids('nope', '').ids).toEqual([]);
  });

  it('go page by page', () => {
    const first = ids('ci', '', 1);
    expect(first.ids).toEqual(['1']);
    expect(ids('ci', '', 1, first.nextToken)).toEqual({ ids: ['2'], nextToken: '' });
  });

  it('are found by a part of the latest heartbeat, in any case', () => {
    expect(ids('', 'ALPHA').ids).toEqual(['3', '1']);
    expect(ids('', 'v18.1').ids).toEqual(['3', '1', '2']);
    expect(ids('', 'old').ids).toEqual([]);
  });

  it('are read and deleted by bot and id', async () => {
    expect(getBotInstance(test.state, 'ci', '1').spec?.botName).toBe('ci');
    expect(() => getBotInstance(test.state, 'ci', '3')).toThrow('bot_instance "3" doesn\'t exist');
    await deleteBotInstance(test.state, 'ci', '1');
    await expect(deleteBotInstance(test.state, 'ci', '1')).rejects.toMatchObject({ kind: 'NotFound' });
  });
});

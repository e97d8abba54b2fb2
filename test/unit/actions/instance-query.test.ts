import { create } from '@bufbuild/protobuf';
import { describe, expect, it } from '@jest/globals';
import { parseInstanceQuery } from '../../../src/lib/actions/instance-query.js';
import { BotInstanceSchema } from '../../../src/lib/gen/teleport/machineid/v1/bot_instance_pb.js';

const INSTANCE = create(BotInstanceSchema, {
  metadata: { name: 'one' },
  spec: { botName: 'ci', instanceId: 'one' },
  status: {
    latestAuthentications: [{ generation: 1 }, { generation: 7, joinMethod: 'github' }],
    latestHeartbeats: [{ version: '18.9.0' }, { version: '18.10.1', hostname: 'a "b"', oneShot: true }],
  },
});

describe('a query on bot instances', () => {
  it.each([
    ['spec.bot_name == "ci"', true],
    ['spec.bot_name != "ci"', false],
    ['status.latest_heartbeat.hostname == "a \\"b\\""', true],
    ['status.latest_authentication.generation == 7', true],
    ['status.latest_heartbeat.one_shot', true],
    ['!status.latest_heartbeat.one_shot || metadata.name == "one"', true],
    ['spec.bot_name == "x" && metadata.name == "one" || true', true],
    ['spec.bot_name == "x" && (metadata.name == "one" || true)', false],
    ['older_than(status.latest_heartbeat.version, "18.10.2")', true],
    ['older_than(status.latest_heartbeat.version, "18.9")', false],
    ['newer_than(status.latest_heartbeat.version, "v18.9.9")', true],
    ['exact_version(status.latest_heartbeat.version, "18.10.1")', true],
    ['between(status.latest_heartbeat.version, "18.10.1", "19.0.0")', true],
    ['between(status.latest_heartbeat.version, "18.0.0", "18.10.1")', false],
    ['older_than(status.initial_heartbeat.version, "99.0.0")', false],
  ])('%s', (query, expected) => {
    expect(parseInstanceQuery(query)(INSTANCE)).toBe(expected);
  });

  it.each([
    ['', /ends too early/],
    ['spec.bot_name ==', /ends too early/],
    ['spec.bot_nam == "x"', /no field "spec\.bot_nam"/],
    ['older_then(spec.bot_name, "1")', /no function "older_then"/],
    ['older_than(spec.bot_name)', /"," is missing before "\)"/],
    ['(true', /"\)" is missing at the end/],
    ['true true', /"true" is not expected/],
    ['spec.bot_name = "x"', /cannot be read/],
    ['"x', /cannot be read/],
  ])('refuses %j', (query, message) => {
    expect(() => parseInstanceQuery(query)).toThrow(message);
  });

  it('refuses a text where true or false is wanted', () => {
    expect(() => parseInstanceQuery('spec.bot_name')(INSTANCE)).toThrow('neither true nor false');
  });

  it('names what was most likely meant', () => {
    expect(() => parseInstanceQuery('spec.botname == "x"')).toThrow(
      expect.objectContaining({ hint: 'Did you mean "spec.bot_name"?' }),
    );
  });
});

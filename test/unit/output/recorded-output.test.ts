import type { Message } from '@bufbuild/protobuf';
import { describe, expect, it } from '@jest/globals';
import { load, loadAll } from 'js-yaml';
import { formatJsonList, formatYaml, formatYamlList, renderResources } from '../../../src/lib/output/index.js';
import { botsTable, tokensTable, usersTable } from '../../../src/lib/output/views/index.js';
import { loadKind } from '../../../src/lib/resources/index.js';
import { readRecordings, withCurrentBots } from '../../helpers/recordings.js';

const recordings = readRecordings();

function recorded(name: string): string {
  return recordings.find((recording) => recording.name === name)?.stdout ?? '';
}

/** The messages behind a recorded listing: what is printed must be readable again. */
async function messagesOf(kind: string, name: string): Promise<Message[]> {
  const definition = await loadKind(kind);
  const text = withCurrentBots(recorded(name));
  const documents = text.startsWith('[') ? JSON.parse(text) : loadAll(text);
  return documents.map((document: unknown) => {
    const { message, problems } = definition.fromDocument(document);
    expect(problems).toEqual([]);
    return message;
  });
}

const width = 80;

describe('what the real tool printed is printed again, byte for byte', () => {
  it.each([
    ['get token: bound_keypair json', 'get token: bound_keypair yaml', 'token'],
    ['get token: github json', 'get token: github yaml', 'token'],
    ['get role json', 'get role yaml', 'role'],
    ['get bot json', 'get bot yaml', 'bot'],
    ['tokens ls: json', 'tokens ls: yaml', 'token'],
  ])('%s, and as YAML', async (json, yaml, kind) => {
    const definition = await loadKind(kind);
    const messages = await messagesOf(kind, json);
    expect(await renderResources('json', definition, messages, { width })).toBe(withCurrentBots(recorded(json)));
    expect(await renderResources('yaml', definition, messages, { width })).toBe(withCurrentBots(recorded(yaml)));
  });

  it.each([
    ['get user yaml', 'user'],
    ['get cluster_auth_preference', 'cluster_auth_preference'],
    ['get cluster_networking_config', 'cluster_networking_config'],
  ])('%s', async (name, kind) => {
    expect(await renderResources('yaml', await loadKind(kind), await messagesOf(kind, name), { width })).toBe(
      recorded(name),
    );
  });

  it.each([
    ['get cas', 'cert_authority'],
    ['get bots json', 'bot'],
    ['bots ls: json', 'bot'],
  ])('%s', async (name, kind) => {
    expect(await renderResources('json', await loadKind(kind), await messagesOf(kind, name), { width })).toBe(
      withCurrentBots(recorded(name)),
    );
  });

  it('several kinds as one YAML stream', async () => {
    const documents = loadAll(withCurrentBots(recorded('get: many'))) as { kind: string }[];
    const printed = [];
    for (const document of documents) {
      const definition = await loadKind(document.kind);
      printed.push(definition.toDocument(definition.fromDocument(document).message));
    }
    expect(formatYamlList(printed)).toBe(withCurrentBots(recorded('get: many')));
  });

  it('empty lists, which have no newline', () => {
    expect(formatJsonList([])).toBe(recorded('get: empty list'));
    expect(formatYamlList([])).toBe(recorded('tokens ls: empty yaml'));
  });

  it('the map of `tokens add --format=yaml`', async () => {
    const text = recorded('tokens add: node yaml');
    expect(formatYaml(load(text))).toBe(text);
  });

  it('text of tokens, bots, locks', async () => {
    const token = await loadKind('token');
    const messages = await messagesOf('token', 'get token: bound_keypair json');
    expect(await renderResources('text', token, messages, { width })).toBe(recorded('get token: bound_keypair text'));
    expect(
      await renderResources('text', await loadKind('bot'), await messagesOf('bot', 'get bots json'), { width }),
    ).toBe(recorded('get bots text'));
    expect(await renderResources('text', await loadKind('lock'), [], { width })).toBe(recorded('get locks text'));
  });

  it('the table of tokens, masked and not, at the moment of the recording', async () => {
    const tokens = (await messagesOf('token', 'tokens ls: json')) as unknown as Parameters<typeof tokensTable>[0];
    const now = new Date('2026-11-20T23:29:39.000Z');
    const masked = tokensTable(tokens, { now, withSecrets: false });
    expect(masked.split('\n').slice(0, 3)).toEqual(recorded('tokens ls: text').split('\n').slice(0, 3));
    expect(masked.replace(/\([^)]*\)/g, '()').replace(/ +$/gm, '')).toBe(
      recorded('tokens ls: text')
        .replace(/\([^)]*\)/g, '()')
        .replace(/ +$/gm, ''),
    );
    expect(tokensTable(tokens, { now, withSecrets: true })).toContain('4a76836141a44201d7ee3d8fccac4866 Bot');
    expect(masked).toContain('01 Jan 30 00:00 UTC (27288h30m21s)');
    expect(tokensTable([], { now, withSecrets: false })).toBe(recorded('tokens ls: empty'));
  });

  it('the table of bots', async () => {
    const bots = (await messagesOf('bot', 'bots ls: json')) as unknown as Parameters<typeof botsTable>[0];
    expect(recorded('bots ls: text').startsWith(botsTable(bots))).toBe(true);
  });

  it('the table of users', async () => {
    const [alice] = (await messagesOf('user', 'get user yaml')) as unknown as Parameters<typeof usersTable>[0];
    if (!alice) throw new Error('the recording holds no user');
    expect(usersTable([alice])).toBe('User  Roles  \n----- ------ \nalice access \n');
  });
});

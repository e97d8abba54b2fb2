import { describe, expect, it } from '@jest/globals';
import { DocumentError, type LocatedProblem, readResources } from '../../../src/lib/resources/index.js';

async function problemsOf(text: string): Promise<readonly LocatedProblem[]> {
  try {
    await readResources(text, 'in.yaml');
  } catch (error) {
    if (error instanceof DocumentError) return error.problems;
    throw error;
  }
  return [];
}

const TOKEN = 'kind: token\nversion: v2\nmetadata: {name: t}\nspec:\n  roles: [Bot]\n  bot_name: kp\n';

describe('reading resources', () => {
  it('takes names that every object has for what they are', async () => {
    const [role] = await readResources(
      'kind: role\nversion: v7\nmetadata: {name: r}\nspec: {allow: {node_labels: {__proto__: a, constructor: b}}}\n',
      'in.yaml',
    );
    const document = role?.definition.toDocument(role.message);
    expect(JSON.stringify(document)).toContain('"node_labels":{"__proto__":"a","constructor":"b"}');
    const [problem] = await problemsOf(`${TOKEN}  join_method: constructor\n`);
    expect(problem?.message).toBe('there is no join method "constructor"');
  });

  it('fills in the defaults', async () => {
    const [token, bot] = await readResources(
      `${TOKEN}  join_method: bound_keypair\n  bound_keypair: {}\n---\nkind: bot\nmetadata: {name: b}\nspec: {}\n`,
      'in.yaml',
    );
    expect(token?.definition.toDocument(token.message)).toEqual({
      kind: 'token',
      version: 'v2',
      metadata: { name: 't' },
      spec: {
        roles: ['Bot'],
        join_method: 'bound_keypair',
        bot_name: 'kp',
        bound_keypair: { onboarding: null, recovery: { limit: 1, mode: '' } },
      },
    });
    expect(bot?.definition.toDocument(bot.message)).toEqual({
      kind: 'bot',
      version: 'v1',
      metadata: { name: 'b' },
      spec: { max_session_ttl: '43200s' },
    });
    expect([token?.name, bot?.name]).toEqual(['t', 'b']);
  });

  it.each([
    ['a misspelt field', `${TOKEN}  join_metod: github\n`, 7, 3, 'spec.join_metod', 'join_method'],
    ['a misspelt method', `${TOKEN}  join_method: boundkeypair\n`, 7, 16, 'spec.join_method', 'bound_keypair'],
    ['a misspelt kind', 'kind: tokens\nversion: v2\n', 1, 7, 'kind', 'token'],
    ['a misspelt role', TOKEN.replace('Bot', 'Noed'), 5, 11, 'spec.roles[0]', 'Node'],
    ['a misspelt field of a bot', 'kind: bot\nmetadata: {name: b}\nspec:\n  rolez: []\n', 4, 3, 'spec.rolez', 'roles'],
    [
      'a Go duration in a bot',
      'kind: bot\nmetadata: {name: b}\nspec:\n  max_session_ttl: 2h\n',
      4,
      20,
      'spec.max_session_ttl',
      '7200s',
    ],
  ])('says where %s stands and what was meant', async (_, text, line, column, path, suggestion) => {
    const [problem] = await problemsOf(text);
    expect(problem).toMatchObject({ file: 'in.yaml', document: 1, line, column, suggestion });
    const error = await readResources(text, 'in.yaml').catch((reason: Error) => reason);
    expect((error as Error).message).toContain(`in.yaml:${line}:${column}: ${path}: `);
  });

  it.each([
    ['no kind', 'version: v2\n', ['kind']],
    [
      'a trait that is no list',
      'kind: user\nversion: v2\nmetadata: {name: a}\nspec: {traits: {logins: root}}\n',
      ['spec', 'traits', 'logins'],
    ],
    ['a kind that is only shown', 'kind: github\nversion: v3\nmetadata: {name: a}\n', ['kind']],
    ['a kind that only the real tool handles', 'kind: app\nversion: v3\n', ['kind']],
    ['no version', 'kind: token\nmetadata: {name: t}\n', ['version']],
    ['a wrong version', 'kind: user\nversion: v1\nmetadata: {name: u}\n', ['version']],
    ['an alias instead of the kind', 'kind: cap\nversion: v2\n', ['kind']],
    [
      'a number for a text',
      'kind: token\nversion: v2\nmetadata: {name: 0123}\nspec: {roles: [Node]}\n',
      ['metadata', 'name'],
    ],
    [
      'a label that YAML takes for a boolean',
      `${TOKEN.replace('{name: t}', '{name: t, labels: {a: y}}')}`,
      ['metadata', 'labels', 'a'],
    ],
    ['a text for a list', TOKEN.replace('[Bot]', 'Bot'), ['spec', 'roles']],
    ['a text for an object', 'kind: role\nversion: v7\nmetadata: {name: r}\nspec: x\n', ['spec']],
    [
      'a number for a duration',
      'kind: role\nversion: v7\nmetadata: {name: r}\nspec: {options: {max_session_ttl: 5}}\n',
      ['spec', 'options', 'max_session_ttl'],
    ],
    ['a bad time', TOKEN.replace('{name: t}', '{name: t, expires: tomorrow}'), ['metadata', 'expires']],
    ['a scalar document', 'just text\n', []],
  ])('refuses %s', async (_, text, path) => {
    const problems = await problemsOf(text);
    expect(problems.map((problem) => problem.path)).toEqual([path]);
  });

  it('guesses nothing about versions', async () => {
    const [problem] = await problemsOf('kind: role\nversion: v9\nmetadata: {name: a}\n');
    expect(problem).toMatchObject({ path: ['version'], accepted: ['v3', 'v4', 'v5', 'v6', 'v7', 'v8'] });
    expect(problem).not.toHaveProperty('suggestion');
  });

  it('reports all problems of all documents at once', async () => {
    const text = `${TOKEN}  typo: 1\n  other: 2\n---\nkind: nosuch\n---\nkind: bot\nmetadata: {}\nspec: {}\n`;
    expect((await problemsOf(text)).map(({ document, path }) => [document, path])).toEqual([
      [1, ['spec', 'typo']],
      [1, ['spec', 'other']],
      [2, ['kind']],
      [3, ['metadata', 'name']],
    ]);
  });

  it('names in one error every problem with place, meaning and accepted values', async () => {
    const text = `${TOKEN}  join_method: boundkeypair\n---\nkind: bots\n`;
    const error = await readResources(text, 'in.yaml').catch((reason: DocumentError) => reason);
    expect(error).toMatchObject({
      code: 'document_invalid',
      message: '2 problems in in.yaml',
      details: [
        expect.stringMatching(
          /^in\.yaml:7:16: spec\.join_method: there is no join method "boundkeypair"; did you mean bound_keypair\?; accepted: token, /,
        ),
        expect.stringMatching(
          /^in\.yaml:9:7: kind: "bots" is not accepted; did you mean bot\?; accepted: bot, token, /,
        ),
      ],
    });
  });

  it('takes what old versions of the real tool printed', async () => {
    const text = TOKEN.replace('{name: t}', '{name: t, namespace: default, id: 1656000000000}');
    expect(await problemsOf(text)).toEqual([]);
  });

  it('takes both spellings of the fields of a bot', async () => {
    const text = '{"kind": "bot", "metadata": {"name": "b"}, "spec": {"maxSessionTtl": "3600s", "traits": []}}';
    const [bot] = await readResources(text, 'bot.json');
    expect(bot?.definition.toDocument(bot.message)).toMatchObject({ spec: { max_session_ttl: '3600s' } });
  });

  it('keeps the name of a token, which may be its secret, out of problems', async () => {
    const problems = await problemsOf(`${TOKEN.replace('name: t', 'name: s3cr3t-name')}  typo: 1\n`);
    expect(JSON.stringify(problems)).not.toContain('s3cr3t-name');
  });
});

// A program with the SDK that creates tokens on the cluster that its arguments name, until the cluster is gone.
import { connect } from 'machine-identity-tools';

/** What the program tells: how many more creates were answered, and in the end which. */
export type CreatesNews = { more: number } | { names: string[]; failure: string };

const NEWS_EVERY = 250;

const [authAddress = '', identityFile = '', prefix = '', underWay = ''] = process.argv.slice(2);
const tell = (news: CreatesNews) => new Promise((resolve) => process.send?.(news, resolve));

const client = await connect({ authServers: [authAddress], identityFile });
await client.ping();
await tell({ more: 0 });
await new Promise((resolve) => process.once('message', resolve));

const names: string[] = [];
let next = 0;
const createUntilFailure = async () => {
  for (;;) {
    const name = `${prefix}-${next++}`;
    await client.tokens.create({ metadata: { name }, spec: { roles: ['Node'], joinMethod: 'token' } });
    if (names.push(name) % NEWS_EVERY === 0) void tell({ more: NEWS_EVERY });
  }
};
const endings = await Promise.allSettled(Array.from({ length: Number(underWay) }, createUntilFailure));
const failure = endings.map((ending) => String((ending as PromiseRejectedResult).reason))[0] ?? '';
await tell({ names, failure });
process.exit();

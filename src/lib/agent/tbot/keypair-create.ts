import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

import { openJoin } from '../../client/index.js';
import { authorizedKeyLine, generatePrivateKey, parsePrivateKey, teleportKeyPem } from '../../crypto/index.js';
import { SignatureAlgorithmSuite } from '../../gen/types/signature_algorithm_suite_pb.js';
import { writeFileAtomic } from '../../util/atomic-file.js';
import { CodedError } from '../../util/coded-error.js';
import { systemErrorCode } from '../../util/system-error.js';
import { loadKeypair, saveKeypair } from '../bound-keypair-state.js';
import type { Command, World } from '../command.js';
import { type FlagValues, UsageError } from '../command-line.js';
import { parseDestination } from '../destination-config.js';
import { GLOBAL_FLAGS } from '../flags.js';
import { openDestination } from '../services.js';

export const keypairCreate: Command = {
  summary: 'Make the key of a bound_keypair token, to be registered before the agent joins',
  details: [
    'The private key stays in the storage folder; the public one, which is printed, goes into the token. A key that is there already is printed again.',
  ],
  examples: [
    {
      does: 'Make a key for the agent that will use this folder',
      line: 'tbot keypair create --proxy-server=teleport.example.com:443 \\\n  --storage=/var/lib/teleport/bot',
    },
  ],
  flags: {
    ...GLOBAL_FLAGS,
    storage: { type: 'string', value: 'PLACE', help: 'Where the bot keeps its own identity; needed without --static' },
    'proxy-server': {
      type: 'string',
      env: 'TELEPORT_PROXY',
      value: 'HOST:PORT',
      isRequired: true,
      help: 'Address of the proxy, which tells what keys are wanted',
    },
    static: {
      type: 'boolean',
      help: 'Make a key that stays the same, for machines without a storage folder of their own',
    },
    'static-key-path': { type: 'string', value: 'FILE', help: 'Write the private half of the static key to this file' },
    overwrite: { type: 'boolean', help: 'Replace a key that is there' },
    format: { type: 'string', oneOf: ['text', 'json'], help: 'What is printed' },
  },
  run: (flags, world) => (flags.bool('static') ? createStatic(flags, world) : createStored(flags, world)),
};

async function createStored(flags: FlagValues, world: World): Promise<number> {
  const place = flags.text('storage');
  if (place === undefined) throw new UsageError('the flag --storage is missing', 'With --static it is not needed.');
  if (flags.text('static-key-path') !== undefined) throw new UsageError('--static-key-path goes with --static');
  const storage = openDestination(parseDestination(place), world.log);
  if (!storage.isPersistent) throw new UsageError('--storage must be a folder: the key has to stay');
  await storage.init();
  const lock = await storage.lock?.();
  try {
    const existing = (await loadKeypair(storage)).activeKey;
    const isKept = existing !== undefined && flags.bool('overwrite') !== true;
    const key = isKept ? parsePrivateKey(existing) : await makeKey(flags, world);
    if (isKept) world.log.info('there is a key already; --overwrite replaces it', { storage: storage.label });
    else await saveKeypair(storage, { activeKey: teleportKeyPem(key), history: [] });
    const line = authorizedKeyLine(key);
    world.print(isJson(flags) ? json({ public_key: line }) : instructions(line));
    return 0;
  } finally {
    lock?.release();
  }
}

/** A key that is kept outside of a storage folder (tbot §9): in a file, or in what is printed. */
async function createStatic(flags: FlagValues, world: World): Promise<number> {
  const path = flags.text('static-key-path');
  if (path !== undefined && existsSync(path) && !flags.bool('overwrite'))
    throw new UsageError(`${path} is there already`, '--overwrite replaces it.');
  const key = await makeKey(flags, world);
  const [line, pem] = [authorizedKeyLine(key), teleportKeyPem(key)];
  if (path !== undefined) await writeKeyFile(path, pem);
  const secret = Buffer.from(pem).toString('base64');
  if (isJson(flags)) world.print(json({ public_key: line, ...(path === undefined ? { private_key: secret } : {}) }));
  else
    world.print(
      `${instructions(line)}\nThe token must have the recovery mode "insecure". Give the agent the private key:\n\n\t${
        path === undefined
          ? `TBOT_BOUND_KEYPAIR_STATIC_KEY=${secret}`
          : `onboarding.bound_keypair.static_private_key_path: ${resolve(path)}`
      }\n`,
    );
  return 0;
}

async function writeKeyFile(path: string, pem: string): Promise<void> {
  try {
    await writeFileAtomic(path, pem);
  } catch (cause) {
    if (cause instanceof CodedError) throw cause;
    throw new CodedError('destination_failed', `${path} cannot be written (${systemErrorCode(cause)})`, { cause });
  }
}

function isJson(flags: FlagValues): boolean {
  return flags.text('format') === 'json';
}

function json(value: object): string {
  return `${JSON.stringify(value)}\n`;
}

async function makeKey(flags: FlagValues, { env, clock }: World) {
  const [address, insecure] = [flags.required('proxy-server'), flags.bool('insecure') === true];
  const session = await openJoin({ kind: 'proxy', address }, { insecure, env, now: clock() });
  try {
    const suite = await session.signatureSuite();
    return await generatePrivateKey(suite === SignatureAlgorithmSuite.FIPS_V1 ? 'ecdsa-p256' : 'ed25519');
  } finally {
    await session.close();
  }
}

function instructions(line: string): string {
  return `Set spec.bound_keypair.onboarding.initial_public_key of the token to this key, then start the agent:

\t${line}
`;
}

import { openJoin } from '../../client/index.js';
import { authorizedKeyLine, generatePrivateKey, parsePrivateKey, teleportKeyPem } from '../../crypto/index.js';
import { SignatureAlgorithmSuite } from '../../gen/types/signature_algorithm_suite_pb.js';
import { loadKeypair, saveKeypair } from '../bound-keypair-state.js';
import type { Command, World } from '../command.js';
import { UsageError } from '../command-line.js';
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
    storage: { type: 'string', value: 'PLACE', isRequired: true, help: 'Where the bot keeps its own identity' },
    'proxy-server': {
      type: 'string',
      env: 'TELEPORT_PROXY',
      value: 'HOST:PORT',
      isRequired: true,
      help: 'Address of the proxy, which tells what keys are wanted',
    },
    overwrite: { type: 'boolean', help: 'Replace a key that is there' },
    format: { type: 'string', oneOf: ['text', 'json'], help: 'What is printed' },
  },
  async run(flags, world) {
    const address = flags.required('proxy-server');
    const storage = openDestination(parseDestination(flags.required('storage')), world.log);
    if (!storage.isPersistent) throw new UsageError('--storage must be a folder: the key has to stay');
    await storage.init();
    const lock = await storage.lock?.();
    try {
      const existing = (await loadKeypair(storage)).activeKey;
      const isKept = existing !== undefined && flags.bool('overwrite') !== true;
      const key = isKept
        ? parsePrivateKey(existing)
        : await makeKey(address, { insecure: flags.bool('insecure') === true }, world);
      if (isKept) world.log.info('there is a key already; --overwrite replaces it', { storage: storage.label });
      else await saveKeypair(storage, { activeKey: teleportKeyPem(key), history: [] });
      const line = authorizedKeyLine(key);
      world.print(flags.text('format') === 'json' ? `${JSON.stringify({ public_key: line })}\n` : instructions(line));
      return 0;
    } finally {
      lock?.release();
    }
  },
};

async function makeKey(address: string, { insecure }: { insecure: boolean }, { env, clock }: World) {
  const session = await openJoin({ kind: 'proxy', address }, { insecure, env, now: clock() });
  const suite = await session.signatureSuite();
  return generatePrivateKey(suite === SignatureAlgorithmSuite.FIPS_V1 ? 'ecdsa-p256' : 'ed25519');
}

function instructions(line: string): string {
  return `Set spec.bound_keypair.onboarding.initial_public_key of the token to this key, then start the agent:

\t${line}
`;
}

import { get, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';

import { CodedError } from '../../util/coded-error.js';
import { formatHostPort, parseHostPort } from '../../util/host-port.js';
import { nearest } from '../../util/nearest.js';
import { systemErrorCode } from '../../util/system-error.js';
import type { Command, World } from '../command.js';
import { type FlagValues, UsageError } from '../command-line.js';
import { durationFlag, loadConfig } from '../config-flags.js';
import { GLOBAL_FLAGS } from '../flags.js';

/** Tbot §12. */
const REQUEST_MS = 5_000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;

export const waitCommand: Command = {
  summary: 'Wait until a running agent has written its outputs',
  details: [
    'Asks the diagnostics of the agent, which its configuration switches on with diag_addr, and ends with status 0 once every service does well, or the one that is named.',
  ],
  examples: [
    { does: 'Hold a script until credentials are there', line: 'tbot wait --diag-addr=127.0.0.1:3001 --timeout=1m' },
    { does: 'The same, with the address of the configuration', line: 'tbot wait -c /etc/tbot.yaml' },
  ],
  flags: {
    ...GLOBAL_FLAGS,
    'diag-addr': {
      type: 'string',
      value: 'HOST:PORT',
      help: 'Address of the diagnostics (that of --config if absent)',
    },
    service: { type: 'string', value: 'NAME', help: 'Wait for one service only' },
    timeout: { type: 'string', value: 'DURATION', help: 'Give up after that long, such as 30s (never if absent)' },
  },
  async run(flags, world) {
    const agent = `http://${await addressOf(flags, world)}`;
    const service = flags.text('service');
    const timeoutMs = durationFlag(flags, 'timeout') ?? Number.POSITIVE_INFINITY;
    const deadline = world.clock().getTime() + timeoutMs;
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      const state = await ask(agent, service);
      if (state === undefined) return 0;
      if (world.clock().getTime() + pauseMs > deadline)
        throw new CodedError(
          'wait_timeout',
          `the agent at ${agent} is not ready after ${flags.text('timeout')}: ${state}`,
          {
            hint: 'The log of the agent tells what it waits for.',
          },
        );
      world.log.debug('the agent is not ready yet', { state });
      await pause(pauseMs / 2 + (Math.random() * pauseMs) / 2);
    }
  },
};

async function addressOf(flags: FlagValues, { log }: World): Promise<string> {
  const address = flags.text('diag-addr') ?? (await loadConfig(flags, log)).diagAddr;
  const { host, port } = parseHostPort(address ?? '') ?? {};
  if (host === undefined || port === undefined)
    throw new UsageError(
      address === undefined
        ? 'the flag --diag-addr is missing'
        : `--diag-addr ${JSON.stringify(address)} is no address`,
      'Give the diag_addr of the agent, host:port, or a configuration that sets it.',
    );
  const isAny = ['0.0.0.0', '::', ''].includes(host); // an agent may listen there; nobody can be asked there
  return formatHostPort(isAny ? '127.0.0.1' : host, port);
}

interface Readiness {
  status?: string;
  reason?: string;
  services?: Record<string, { status: string; reason?: string }>;
}

/** @returns undefined when the agent is ready, else what it still lacks */
async function ask(agent: string, service: string | undefined): Promise<string | undefined> {
  const found = await fetchReadiness(
    `${agent}/readyz${service === undefined ? '' : `/${encodeURIComponent(service)}`}`,
  );
  if (typeof found === 'string') return found;
  if (found.status === 200) return undefined;
  if (found.status !== 404 || service === undefined) return describe(found.body);
  const all = await fetchReadiness(`${agent}/readyz`);
  if (typeof all === 'string' || all.status !== 200) return `there is no service ${service} yet`;
  const names = Object.keys(all.body.services ?? {});
  const meant = nearest(service, names);
  throw new UsageError(
    `the agent has no service ${JSON.stringify(service)}`,
    meant === undefined ? `It has: ${names.join(', ')}.` : `Did you mean ${meant}?`,
  );
}

/** @returns a text when there is no answer */
async function fetchReadiness(url: string): Promise<{ status: number; body: Readiness } | string> {
  try {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      get(url, { agent: false, signal: AbortSignal.timeout(REQUEST_MS) }, resolve).once('error', reject);
    });
    const body = await text(response);
    return { status: response.statusCode ?? 0, body: body.startsWith('{') ? (JSON.parse(body) as Readiness) : {} };
  } catch (error) {
    return `it does not answer (${systemErrorCode(error) ?? (error as Error).message})`;
  }
}

function describe({ status = 'no status', reason, services = {} }: Readiness): string {
  const unwell = Object.entries(services)
    .filter(([, { status: one }]) => one !== 'healthy')
    .map(([name, { status: one, reason: why }]) => `${name} is ${one}${why === undefined ? '' : ` (${why})`}`);
  return unwell.length > 0 ? unwell.join('; ') : `it is ${status}${reason === undefined ? '' : ` (${reason})`}`;
}

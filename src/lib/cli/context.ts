import type { Client, ConnectOptions } from '../client/index.js';
import { systemClock } from '../util/clock.js';
import { printable } from '../util/printable.js';
import { PRODUCT_VERSION } from '../util/product-version.js';
import type { GlobalFlagValues } from './flags.js';
import type { Io } from './io.js';
import { secondFactorPrompt } from './second-factor.js';

const ALERT_SEVERITY_HIGH = 10;
const ALERT_BUDGET_MS = 750;

/** What the flags and the environment say of the cluster and the credentials. */
export function connectOptions(flags: GlobalFlagValues, io: Io): ConnectOptions {
  return {
    authServers: flags['auth-server'],
    identityFile: flags.identity,
    configFile: flags.config,
    configString: flags['config-string'],
    insecure: flags.insecure,
    caFile: flags['ca-file'],
    env: io.env,
    clock: systemClock,
    secondFactor: secondFactorPrompt(io),
    userAgent: `tctl/${PRODUCT_VERSION}`,
    trace: flags.debug ? (line) => io.err(`DEBUG ${printable(line)}\n`) : undefined,
  };
}

/**
 * Connects, hands the client to `use`, shows urgent cluster alerts to a person, and closes the connection.
 * @param load brings in what `use` needs, while the connection is being made.
 */
export async function withClient<T, L>(
  flags: GlobalFlagValues,
  io: Io,
  use: (client: Client, loaded: L) => Promise<T>,
  load: () => Promise<L>,
): Promise<T> {
  const options = connectOptions(flags, io);
  const { connect } = await import('../client/index.js');
  const [client, loaded] = await Promise.all([connect(options), load()]);
  try {
    const alerts = io.stderrIsTerminal ? urgentAlerts(client, options) : undefined;
    const result = await use(client, loaded);
    for (const message of (await alerts) ?? []) io.err(`${message}\n\n`);
    return result;
  } finally {
    await client.close();
  }
}

/** Messages of alerts of high severity. They are a courtesy: a cluster that does not answer in time, or refuses, has none. */
async function urgentAlerts(client: Client, options: ConnectOptions): Promise<string[]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), ALERT_BUDGET_MS);
  });
  try {
    const alerts = await Promise.race([client.alerts({ severity: ALERT_SEVERITY_HIGH }), late]);
    return alerts.map((alert) => printable(alert.spec?.message ?? '')).filter((message) => message !== '');
  } catch (error) {
    options.trace?.(`cluster alerts: ${(error as Error).message}`);
    return [];
  } finally {
    clearTimeout(timer);
  }
}

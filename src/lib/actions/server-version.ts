import type { Client } from '../client/index.js';
import { CodedError } from '../util/coded-error.js';

/**
 * Refuses what the cluster is too old for.
 * @param since `major.minor` of the first release that can do it; @param what it, as the subject of "need".
 * @throws CodedError `cluster_too_old`
 */
export async function requireServerVersion(since: string, what: string, { client }: { client: Client }): Promise<void> {
  const { serverVersion } = await client.ping();
  const [major = 0, minor = 0] = serverVersion.split('.').map(Number);
  const [sinceMajor = 0, sinceMinor = 0] = since.split('.').map(Number);
  if (major > sinceMajor || (major === sinceMajor && minor >= sinceMinor)) return;
  throw new CodedError('cluster_too_old', `this cluster is ${serverVersion}; ${what} need ${since}`);
}

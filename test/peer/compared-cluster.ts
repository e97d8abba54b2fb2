import { startTestCluster } from '../helpers/cluster.js';
import { runBinary } from '../helpers/peer-tools.js';
import { type CliRun, runCli } from '../helpers/run-cli.js';

/** A cluster that the real tctl and this one are run against, as its administrator. */
export interface ComparedCluster {
  authAddress: string;
  identityFile: string;
  /** Resolves when reads show everything written before the call. */
  settle(): Promise<void>;
  stop(): Promise<void>;
}

export type Run = (args: string[], stdin?: string) => Promise<CliRun>;

/** @param more variables besides those that lead to the cluster */
export function bothTools(
  { authAddress, identityFile }: ComparedCluster,
  more: Record<string, string> = {},
): Record<'real' | 'ours', Run> {
  const env = { TELEPORT_AUTH_SERVER: authAddress, TELEPORT_IDENTITY_FILE: identityFile, ...more };
  return {
    real: (args, stdin) => runBinary('tctl', args, { env, stdin }),
    ours: (args, stdin) => runCli(args, { env, stdin }),
  };
}

export async function startEmbedded(): Promise<ComparedCluster> {
  const cluster = await startTestCluster();
  return {
    authAddress: cluster.authAddress,
    identityFile: cluster.adminIdentityFile,
    settle: async () => undefined, // it has no cache
    stop: () => cluster.stop(),
  };
}

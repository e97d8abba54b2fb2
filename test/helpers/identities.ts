import { join } from 'node:path';
import { writeAdminIdentityFile } from '../../src/lib/cluster/admin-credentials.js';
import type { RunningCluster } from '../../src/lib/cluster/index.js';
import { adminEnv, runCli } from './run-cli.js';

/** A role document that allows verbs on kinds, and nothing else. */
export function roleDocument(name: string, rules: Record<string, string[]>): string {
  const lines = Object.entries(rules).map(
    ([kind, verbs]) => `    - {resources: [${kind}], verbs: [${verbs.join(', ')}]}`,
  );
  return `kind: role\nversion: v7\nmetadata: {name: ${name}}\nspec:\n  allow:\n    rules:\n${lines.join('\n')}\n`;
}

/** Makes a user with roles that exist. @returns the variables that make tctl act as that user. */
export async function userEnv(
  cluster: RunningCluster,
  username: string,
  roles: string[],
): Promise<Record<string, string>> {
  const user = `kind: user\nversion: v2\nmetadata: {name: ${username}}\nspec: {roles: [${roles.join(', ')}]}\n`;
  const { status, stderr } = await runCli(['create', '-f'], { env: adminEnv(cluster), stdin: user });
  if (status !== 0) throw new Error(stderr);
  const identityFile = join(cluster.dataDir, `${username}.pem`);
  await writeAdminIdentityFile(identityFile, { state: cluster.state, username, roles, ttlMs: 3_600_000 });
  return { ...adminEnv(cluster), TELEPORT_IDENTITY_FILE: identityFile };
}

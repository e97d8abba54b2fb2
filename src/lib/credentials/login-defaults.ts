import { join } from 'node:path';
import { readOptionalFile } from './read-file.js';
import { parseYamlMapping, textAt } from './yaml-file.js';

/** Proxy and user of the current profile, expired or not; empty where there is none. */
export async function readLoginDefaults(home: string): Promise<{ proxyAddress?: string; username?: string }> {
  const name = (await readOptionalFile(join(home, 'current-profile'), 'tsh file'))?.trim();
  const path = join(home, `${name}.yaml`);
  const text = name ? await readOptionalFile(path, 'tsh profile') : undefined;
  if (text === undefined) return {};
  const settings = await parseYamlMapping(text, path, 'tsh profile');
  const proxyAddress = textAt(settings, 'web_proxy_addr');
  const username = textAt(settings, 'user');
  return { ...(proxyAddress === undefined ? {} : { proxyAddress }), ...(username === undefined ? {} : { username }) };
}

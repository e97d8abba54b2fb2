import type { Resource } from '../resources/index.js';

/**
 * For each resource, the earlier ones of the same file that must be written before it: the same resource again, the
 * roles that a user or bot is given, and the bot that a token is for.
 * @returns positions in `resources`.
 */
export function dependencies(resources: readonly Resource[]): number[][] {
  const latest = new Map<string, number>();
  return resources.map((resource, index) => {
    const wanted = [key(resource.definition.kind, resource.name), ...references(resource)];
    const before = wanted.map((name) => latest.get(name)).filter((at) => at !== undefined);
    latest.set(key(resource.definition.kind, resource.name), index);
    return [...new Set(before)];
  });
}

function references({ definition, message }: Resource): string[] {
  const spec = (message as { spec?: { roles?: string[]; botName?: string } }).spec;
  if (definition.kind === 'user' || definition.kind === 'bot')
    return (spec?.roles ?? []).map((role) => key('role', role));
  if (definition.kind === 'token' && spec?.botName) return [key('bot', spec.botName)];
  return [];
}

function key(kind: string, name: string): string {
  return `${kind}/${name}`;
}

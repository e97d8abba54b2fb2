/** All other ids of a command under `bots instances`: `bot` for `bots`, `instance` for `instances` (cli §10.4). */
export function instanceAliases(name: string, ...others: string[]): string[] {
  const ids = [name, ...others].flatMap((last) =>
    ['bots', 'bot'].flatMap((bots) => ['instances', 'instance'].map((instances) => `${bots}:${instances}:${last}`)),
  );
  return ids.filter((id) => id !== `bots:instances:${name}`);
}

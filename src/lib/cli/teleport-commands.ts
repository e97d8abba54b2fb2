/**
 * Commands of Teleport's own tctl that are not here: the words by which they are told from the others, and what comes
 * nearest here.
 */
const TELEPORT_COMMANDS: ReadonlyMap<string, string | undefined> = new Map([
  ['access-lists', 'tctl get access_lists'],
  ['acl', 'tctl get access_lists'],
  ['alert', undefined],
  ['alerts', undefined],
  ['apps', undefined],
  ['audit', undefined],
  ['auth crl', undefined],
  ['auth gen', undefined],
  ['auth ls', 'tctl get auth_servers'],
  ['auth rotate', undefined],
  ['autoupdate', 'tctl get autoupdate_config'],
  ['db', undefined],
  ['decision', undefined],
  ['desktop', undefined],
  ['desktops', undefined],
  ['devices', undefined],
  ['externalauditstorage', undefined],
  ['idp', undefined],
  ['kube', undefined],
  ['loadtest', undefined],
  ['login_rule', undefined],
  ['nodes ls', 'tctl get nodes --format=text'],
  ['notifications', undefined],
  ['plugins', undefined],
  ['proxy', 'tctl get proxies'],
  ['recordings', undefined],
  ['request', undefined],
  ['requests', undefined],
  ['saml', undefined],
  ['scoped', undefined],
  ['sso', undefined],
  ['stable-unix-users', undefined],
  ['terraform', undefined],
  ['tokens configure-kube', 'tctl tokens configure kubernetes'],
  ['top', undefined],
  ['windows_desktop', undefined],
  ['windows_desktops', undefined],
  ['workload-identity', 'tctl get workload_identity'],
]);

/** The words that name the commands of the table. */
export const TELEPORT_COMMAND_NAMES: readonly string[] = [...TELEPORT_COMMANDS.keys()];

/**
 * Finds the command of Teleport's tctl that a line begins with.
 * @param words the words of the line before its flags, most of them perhaps no words of the command
 * @returns the words that name it and the nearest command here; undefined if it is none, or one that is here too
 */
export function findTeleportCommand(
  words: readonly string[],
): { name: string; instead: string | undefined } | undefined {
  const names = [words.slice(0, 2).join(' '), words[0] ?? ''];
  const name = names.find((candidate) => TELEPORT_COMMANDS.has(candidate));
  return name === undefined ? undefined : { name, instead: TELEPORT_COMMANDS.get(name) };
}

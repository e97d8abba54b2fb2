/** Lines that this tool answers differently on purpose; docs/differences.md tells of each. */
const INTENDED: readonly { line: RegExp; of: 'status' | 'output'; why: string }[] = [
  {
    line: /^get (namespaces?|ns)\/nope/,
    of: 'status',
    why: 'the real tool shows the namespace default, whatever the name',
  },
  { line: /^inventory (ls|list) --older-than=nope/, of: 'status', why: 'the real tool takes any word for a version' },
  { line: /^get installer( |$)/, of: 'output', why: 'the cluster gives installers in random order' },
  { line: /^bots update PREFIX/, of: 'output', why: 'the real tool prints nothing' },
  { line: /^users update PREFIX/, of: 'output', why: 'the real tool prints the fields in random order' },
  {
    line: /^users add seed-user /,
    of: 'output',
    why: 'the real tool prints a note on standard output before the error',
  },
];

export function intended(line: string) {
  return INTENDED.find((difference) => difference.line.test(line));
}

/** Lines that the embedded cluster answers otherwise than a real one. */
const UNLIKE_EMBEDDED: typeof INTENDED = [
  { line: /^(get (proxy|proxies|auth)|inventory)/, of: 'output', why: 'it does not announce itself in heartbeats' },
  {
    line: /^(get (all|users?)\b|users ls|get user,role)/i,
    of: 'output',
    why: 'it has one user to begin with, a real one two',
  },
  {
    line: /^get (cap|cluster_auth|netconfig|net|cluster_net)/,
    of: 'output',
    why: 'a real one is given its settings in a file',
  },
  { line: /^rm (cap|netconfig|recconfig)/, of: 'status', why: 'what comes from a file cannot be reset' },
  { line: /^users update/, of: 'output', why: 'the fields come in random order' },
  { line: /^get installer/, of: 'output', why: 'the script of the default installer is its own' },
  { line: /^auth export --type=\S*(der|windows|saml)/, of: 'output', why: 'the keys are others, in binary' },
  { line: /^(status|get (cas|cert_authorit\w+)( .*)?)$/, of: 'output', why: 'the authority db_client is listed once' },
  { line: /^(get|rm) access_list/, of: 'status', why: 'access lists are not in every edition' },
];

export function unlikeEmbedded(line: string) {
  return UNLIKE_EMBEDDED.find((difference) => difference.line.test(line));
}

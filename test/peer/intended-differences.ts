/** Lines that this tool answers differently on purpose; docs/differences.md tells of each. */
const INTENDED: readonly { line: RegExp; of: 'status' | 'output'; why: string }[] = [
  {
    line: /^get (namespaces?|ns)\/nope/,
    of: 'status',
    why: 'the real tool shows the namespace default, whatever the name',
  },
  { line: /^inventory (ls|list) --older-than=nope/, of: 'status', why: 'the real tool takes any word for a version' },
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

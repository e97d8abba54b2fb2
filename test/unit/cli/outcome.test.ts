import { describe, expect, it } from '@jest/globals';
import { asksForDebug, describeError } from '../../../src/lib/cli/outcome.js';
import { CodedError } from '../../../src/lib/util/coded-error.js';

const RED = '\u001b[31m';

describe('describeError', () => {
  it('prints the message, then what to do next', () => {
    const error = new CodedError('not_found', 'token "x" not found', { hint: 'Look again' });

    expect(describeError(error, { debug: false })).toBe('ERROR: token "x" not found\n  Look again\n');
  });

  it('knows what to do next for codes that bring no hint', () => {
    const error = new CodedError('access_denied', 'access denied to perform action "list" on "token"');

    expect(describeError(error, { debug: false })).toMatch(/\n {2}Ask a cluster administrator/);
  });

  it('fits the screen, and leaves usage as it is', () => {
    const error = new CodedError('usage', 'one two three four', { hint: 'five six seven eight' });
    const usage = 'Usage: tctl status --with many --flags';

    expect(describeError(error, { debug: false, width: 18, usage })).toBe(
      `ERROR: one two\nthree four\n  five six seven\n  eight\n\n${usage}\n`,
    );
  });

  it('shows how the command is called after a usage error', () => {
    const text = describeError(new CodedError('usage', 'missing <name>'), { debug: false, usage: 'Usage: tctl x' });

    expect(text).toBe('ERROR: missing <name>\n\nUsage: tctl x\n');
  });

  it('shows where it happened and the causes only when asked', () => {
    const error = new CodedError('connect_failed', 'cannot connect', { cause: new Error('ECONNREFUSED') });

    expect(describeError(error, { debug: false })).not.toContain('ECONNREFUSED');
    expect(describeError(error, { debug: true })).toMatch(/outcome\.test[\s\S]*ECONNREFUSED/);
  });

  it('tells with debug where it came from, its code and its causes, and nothing that it carries', () => {
    const cause = Object.assign(new Error('the cause'), { code: 'ENOENT', token: 'hidden' });
    const error = Object.assign(
      new CodedError('conflict', 'changed', { cause: new AggregateError([cause], 'several') }),
      {
        documents: [{ registration_secret: 'hidden' }],
      },
    );
    const text = describeError(error, { debug: true });

    expect(text).toMatch(/CodedError: changed\n +at .*code: conflict.*several\n.*the cause\n.*code: ENOENT/s);
    expect(text).not.toContain('hidden');
  });

  it('does not let a server control the terminal', () => {
    const error = new CodedError('not_found', 'role a\u001b[31mb is not found');
    expect(describeError(error, { debug: true })).not.toContain('\u001b');
    expect(describeError(error, { debug: false })).toContain('role a\\x1b[31mb is not found');
  });

  it('says of an unforeseen error that it is a defect', () => {
    expect(describeError(new TypeError('x is not a function'), { debug: false })).toContain('defect of tctl');
  });

  it('colours the prefix only when told to', () => {
    const error = new CodedError('usage', 'no');

    expect(describeError(error, { debug: false, colour: true }).startsWith(`${RED}ERROR: `)).toBe(true);
    expect(describeError(error, { debug: false, colour: false })).not.toContain('\u001b');
  });
});

describe('asksForDebug', () => {
  it('sees the flag in any form before --', () => {
    expect(asksForDebug(['status', '--debug'])).toBe(true);
    expect(asksForDebug(['create', '-fd', 'x'])).toBe(true);
    expect(asksForDebug(['dev', '--', 'x', '-d'])).toBe(false);
    expect(asksForDebug(['status', '--dry-run'])).toBe(false);
  });
});

import { CodedError } from '../util/coded-error.js';

/** Takes the name of a kind with two-part names apart. @throws CodedError `bad_parameter` */
export function splitName(name: string, kind: string, form: string): [string, string] {
  const slash = name.indexOf('/');
  if (slash <= 0 || slash === name.length - 1)
    throw new CodedError('bad_parameter', `${JSON.stringify(name)} is no name of a ${kind}`, {
      hint: `Write ${kind}/${form}.`,
    });
  return [name.slice(0, slash), name.slice(slash + 1)];
}

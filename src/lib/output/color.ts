import { Chalk } from 'chalk';

/** Red where `colour` allows it; who decides that looks at the stream and at NO_COLOR, not at this process's own. */
export function red(text: string, colour: boolean): string {
  return new Chalk({ level: colour ? 1 : 0 }).red(text);
}

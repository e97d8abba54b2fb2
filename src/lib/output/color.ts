import { Chalk } from 'chalk';

/** Coloured where `colour` allows it; who decides that looks at the stream and at NO_COLOR, not at this process's own. */
export function coloured(text: string, name: 'red' | 'yellow' | 'white' | 'green', colour: boolean): string {
  return new Chalk({ level: colour ? 1 : 0 })[name](text);
}

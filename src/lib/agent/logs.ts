import type { Clock } from '../util/clock.js';
import { CodedError } from '../util/coded-error.js';
import { printable as escapeControls } from '../util/printable.js';
import { rfc3339Seconds } from '../util/rfc3339.js';

export type LogLevel = 'debug' | 'info' | 'warning' | 'error';
export type LogFormat = 'text' | 'json';
export type LogFields = Record<string, string | number | boolean | readonly string[] | undefined>;

/** Tells what the agent does. Fields never hold a token, a secret or a key. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** The same log under another component's name. */
  of(component: string): Logger;
}

export interface LoggerOptions {
  format: LogFormat;
  /** Whether debug lines are written. */
  debug: boolean;
  clock: Clock;
  /** Takes whole lines, newline included. */
  write: (line: string) => void;
}

/** A logger that writes the real tool's lines (tbot §5.10), without places in source code. */
export function createLogger(options: LoggerOptions, component = 'tbot'): Logger {
  const at = (level: LogLevel) => (message: string, fields?: LogFields) => {
    if (level === 'debug' && !options.debug) return;
    const line = options.format === 'json' ? jsonLine : textLine;
    options.write(`${line(options.clock(), level, component, message, fields ?? {})}\n`);
  };
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warning'),
    error: at('error'),
    of: (name) => createLogger(options, name),
  };
}

const LEVEL_WIDTH = 4;
const COMPONENT_WIDTH = 11;

function textLine(now: Date, level: LogLevel, component: string, message: string, fields: LogFields): string {
  const name = `[${component.toUpperCase()}]`.slice(0, COMPONENT_WIDTH).padEnd(COMPONENT_WIDTH);
  const pairs = Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}:${fieldText(key, value)}`);
  return `${now.toISOString()} ${level.toUpperCase().slice(0, LEVEL_WIDTH)} ${name} ${printable(message)}${pairs.join('')}`;
}

function fieldText(key: string, value: LogFields[string]): string {
  const text = printable(Array.isArray(value) ? `[${value.join(', ')}]` : String(value));
  return key === 'error' ? `[${text}]` : text;
}

/** A line stays one line, whatever a server or file says, and nothing in it moves the cursor. */
function printable(text: string): string {
  return /\p{Cc}/u.test(text) ? escapeControls(JSON.stringify(text)) : text;
}

function jsonLine(now: Date, level: LogLevel, component: string, message: string, fields: LogFields): string {
  const timestamp = rfc3339Seconds(now);
  return JSON.stringify({ timestamp, level, message, component, ...fields });
}

/** The words of an error for a log line: what went wrong and what to do. */
export function errorText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const hint = error instanceof CodedError ? error.hint : undefined;
  return hint === undefined ? error.message : `${error.message} (${hint})`;
}

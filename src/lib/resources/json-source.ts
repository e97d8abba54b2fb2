import {
  listNode,
  mapNode,
  refuseDuplicates,
  type Scalar,
  type SourceEntry,
  SourceError,
  type SourceNode,
  scalarNode,
} from './source-tree.js';

const DEEPEST = 200;
const SPACE = /[\s\uFEFF]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?/y;
const WORD = /true|false|null/y;

/**
 * Reads the JSON values that stand one after the other in a text. Unlike JSON.parse it keeps where each value stood
 * and refuses a key that is there twice.
 * @throws SourceError
 */
export function readJson(text: string): SourceNode[] {
  const values: SourceNode[] = [];
  let offset = skip(text, 0);
  while (offset < text.length) {
    const { node, end } = readValue(text, offset, 0);
    values.push(node);
    offset = skip(text, end);
  }
  return values;
}

interface Read {
  readonly node: SourceNode;
  readonly end: number;
}

function readValue(text: string, offset: number, depth: number): Read {
  if (depth > DEEPEST) throw new SourceError(offset, `values are nested more than ${DEEPEST} deep`);
  if (text[offset] === '{') return readObject(text, offset, depth);
  if (text[offset] === '[') return readArray(text, offset, depth);
  for (const token of [matchString(text, offset), match(NUMBER, text, offset), match(WORD, text, offset)]) {
    if (token !== undefined) return { node: scalarNode(offset, parseToken(token, offset)), end: offset + token.length };
  }
  throw unexpected(text, offset, 'a value');
}

function readArray(text: string, start: number, depth: number): Read {
  const items: SourceNode[] = [];
  let offset = skip(text, start + 1);
  while (text[offset] !== ']') {
    const { node, end } = readValue(text, offset, depth + 1);
    items.push(node);
    offset = next(text, end, ']');
  }
  return { node: listNode(start, items), end: offset + 1 };
}

function readObject(text: string, start: number, depth: number): Read {
  const entries: SourceEntry[] = [];
  let offset = skip(text, start + 1);
  while (text[offset] !== '}') {
    const token = matchString(text, offset);
    if (token === undefined) throw unexpected(text, offset, 'a key in double quotes');
    const colon = skip(text, offset + token.length);
    if (text[colon] !== ':') throw unexpected(text, colon, '":"');
    const { node, end } = readValue(text, skip(text, colon + 1), depth + 1);
    entries.push({ key: String(parseToken(token, offset)), keyOffset: offset, value: node });
    offset = next(text, end, '}');
  }
  refuseDuplicates(entries);
  return { node: mapNode(start, entries), end: offset + 1 };
}

/** Texts are found by their quotes only; whether their inside is right shows here. */
function parseToken(token: string, offset: number): Scalar {
  try {
    return JSON.parse(token);
  } catch {
    throw new SourceError(offset, 'this text holds a line break, a control sign or an escape that JSON does not have');
  }
}

/** Steps over a comma to the next item, or to the closing bracket. */
function next(text: string, end: number, close: string): number {
  const offset = skip(text, end);
  if (text[offset] === close) return offset;
  if (text[offset] !== ',') throw unexpected(text, offset, `"," or "${close}"`);
  const item = skip(text, offset + 1);
  if (text[item] === close) throw unexpected(text, item, 'another item after ","');
  return item;
}

function skip(text: string, offset: number): number {
  return offset + (match(SPACE, text, offset) ?? '').length;
}

/** The text with its quotes that begins at an offset. By hand: a pattern would try again and again where the last quote is missing. */
function matchString(text: string, offset: number): string | undefined {
  if (text[offset] !== '"') return undefined;
  for (let at = offset + 1; at < text.length; at++) {
    if (text[at] === '"') return text.slice(offset, at + 1);
    if (text[at] === '\\') at++;
  }
  return undefined;
}

function match(pattern: RegExp, text: string, offset: number): string | undefined {
  pattern.lastIndex = offset;
  return pattern.exec(text)?.[0];
}

function unexpected(text: string, offset: number, expected: string): SourceError {
  const found = offset < text.length ? JSON.stringify(text[offset]) : 'the end';
  return new SourceError(offset, `expected ${expected}, found ${found}`);
}

import { ClusterError } from '../errors.js';

/** What a predicate can ask of a resource. */
export interface PredicateSubject {
  name: string;
  labels: Readonly<Record<string, string>>;
}
type Predicate = (subject: PredicateSubject) => boolean;
type Operand = (subject: PredicateSubject) => string;

const LONGEST = 4096;
/** Parentheses and negations in all: keeps the depth of what is nested within the stack. */
const MOST_NESTED = 100;
const TOKEN = /\s*(&&|\|\||==|!=|[!()[\].]|"(?:[^"\\]|\\.)*"|[A-Za-z_]\w*)/y;

/**
 * Reads the part of the predicate language that look-ups by name and label use: `name`, `labels["key"]`, `labels.key`
 * (also behind `resource.` and `resource.metadata.`), texts in quotes, `==`, `!=`, `&&`, `||`, `!` and parentheses. An empty text fits all.
 * @throws ClusterError BadParameter
 */
export function parsePredicate(text: string): Predicate {
  if (text.trim() === '') return () => true;
  if (text.length > LONGEST) throw notUnderstood();
  const tokens = readTokens(text);
  if (tokens.filter((token) => token === '(' || token === '!').length > MOST_NESTED) throw notUnderstood();
  const predicate = readOr(tokens);
  if (tokens.length > 0) throw notUnderstood();
  return predicate;
}

function readTokens(text: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  const end = text.trimEnd().length;
  while (TOKEN.lastIndex < end) {
    const [, token] = TOKEN.exec(text) ?? [];
    if (token === undefined) throw notUnderstood();
    tokens.push(token);
  }
  return tokens;
}

function readOr(tokens: string[]): Predicate {
  const parts = [readAnd(tokens)];
  while (tokens[0] === '||') {
    tokens.shift();
    parts.push(readAnd(tokens));
  }
  return (subject) => parts.some((part) => part(subject));
}

function readAnd(tokens: string[]): Predicate {
  const parts = [readTerm(tokens)];
  while (tokens[0] === '&&') {
    tokens.shift();
    parts.push(readTerm(tokens));
  }
  return (subject) => parts.every((part) => part(subject));
}

function readTerm(tokens: string[]): Predicate {
  const token = tokens[0];
  if (token === '!') {
    tokens.shift();
    const term = readTerm(tokens);
    return (subject) => !term(subject);
  }
  if (token === '(') {
    tokens.shift();
    const inner = readOr(tokens);
    expect(tokens, ')');
    return inner;
  }
  const left = readOperand(tokens);
  const operator = tokens.shift();
  if (operator !== '==' && operator !== '!=') throw notUnderstood();
  const right = readOperand(tokens);
  return (subject) => (left(subject) === right(subject)) === (operator === '==');
}

function readOperand(tokens: string[]): Operand {
  const token = tokens.shift() ?? '';
  if (token.startsWith('"')) {
    const text = unquote(token);
    return () => text;
  }
  if ((token === 'resource' || token === 'metadata') && tokens[0] === '.') {
    tokens.shift();
    return readOperand(tokens);
  }
  if (token === 'name') return ({ name }) => name;
  if (token !== 'labels') throw notUnderstood();
  const key = readLabelKey(tokens);
  return ({ labels }) => (Object.hasOwn(labels, key) ? (labels[key] ?? '') : '');
}

function readLabelKey(tokens: string[]): string {
  const opening = tokens.shift();
  const key = tokens.shift() ?? '';
  if (opening === '.' && /^\w/.test(key)) return key;
  if (opening !== '[' || !key.startsWith('"')) throw notUnderstood();
  expect(tokens, ']');
  return unquote(key);
}

function unquote(token: string): string {
  try {
    return JSON.parse(token) as string;
  } catch {
    throw notUnderstood();
  }
}

function expect(tokens: string[], wanted: string): void {
  if (tokens.shift() !== wanted) throw notUnderstood();
}

function notUnderstood(): ClusterError {
  return new ClusterError(
    'BadParameter',
    'predicate_expression: this cluster understands comparisons of name and labels',
  );
}

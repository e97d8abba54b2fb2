import type { BotInstance } from '../gen/teleport/machineid/v1/bot_instance_pb.js';
import { CodedError } from '../util/coded-error.js';
import { nearest } from '../util/nearest.js';

type Value = string | number | boolean;
type Expression = (instance: BotInstance) => Value;

/**
 * Reads a condition on bot instances in the form of the newer releases' `--query`, for example
 * `spec.bot_name == "ci" && older_than(status.latest_heartbeat.version, "18.1.0")`. It is answered here and not by the
 * cluster, so that it works on every one.
 * @throws CodedError `bad_parameter` for what is no condition, or names an unknown field or function.
 */
export function parseInstanceQuery(text: string): (instance: BotInstance) => boolean {
  const tokens = tokensOf(text);
  const condition = parseOr(tokens);
  const rest = tokens.shift();
  if (rest !== undefined) throw bad(`"${rest}" is not expected there`);
  return (instance) => truth(condition(instance));
}

const TOKEN = /\s*("(?:[^"\\]|\\.)*"|&&|\|\||==|!=|[!(),]|[\w.]+)/y;

function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (!match?.[1]) throw bad(`"${text.slice(at).trim()}" cannot be read`);
    tokens.push(match[1]);
  }
  return tokens;
}

function parseOr(tokens: string[]): Expression {
  const left = parseAnd(tokens);
  if (tokens[0] !== '||') return left;
  tokens.shift();
  const right = parseOr(tokens);
  return (instance) => truth(left(instance)) || truth(right(instance));
}

function parseAnd(tokens: string[]): Expression {
  const left = parseComparison(tokens);
  if (tokens[0] !== '&&') return left;
  tokens.shift();
  const right = parseAnd(tokens);
  return (instance) => truth(left(instance)) && truth(right(instance));
}

function parseComparison(tokens: string[]): Expression {
  const left = parseOperand(tokens);
  const operator = tokens[0];
  if (operator !== '==' && operator !== '!=') return left;
  tokens.shift();
  const right = parseOperand(tokens);
  return (instance) => (left(instance) === right(instance)) === (operator === '==');
}

function parseOperand(tokens: string[]): Expression {
  const token = tokens.shift();
  if (token === undefined) throw bad('it ends too early');
  if (token === '!') {
    const operand = parseOperand(tokens);
    return (instance) => !truth(operand(instance));
  }
  if (token === '(') {
    const inner = parseOr(tokens);
    expect(tokens, ')');
    return inner;
  }
  if (token.startsWith('"')) return constant(JSON.parse(token) as string);
  if (token === 'true' || token === 'false') return constant(token === 'true');
  if (/^\d+$/.test(token)) return constant(Number(token));
  return tokens[0] === '(' ? parseCall(token, tokens) : fieldOf(token);
}

function constant(value: Value): Expression {
  return () => value;
}

function expect(tokens: string[], wanted: string): void {
  const token = tokens.shift();
  if (token !== wanted)
    throw bad(`"${wanted}" is missing${token === undefined ? ' at the end' : ` before "${token}"`}`);
}

/** Functions on versions; `between` holds from the first version on, below the second. */
const FUNCTIONS: Readonly<Record<string, { arity: number; test: (version: string, ...bounds: string[]) => boolean }>> =
  {
    older_than: { arity: 2, test: (version, bound = '') => compare(version, bound) < 0 },
    newer_than: { arity: 2, test: (version, bound = '') => compare(version, bound) > 0 },
    exact_version: { arity: 2, test: (version, wanted = '') => compare(version, wanted) === 0 },
    between: {
      arity: 3,
      test: (version, from = '', to = '') => compare(version, from) >= 0 && compare(version, to) < 0,
    },
  };

function parseCall(name: string, tokens: string[]): Expression {
  const known = FUNCTIONS[name];
  if (!known) throw unknown('function', name, Object.keys(FUNCTIONS));
  expect(tokens, '(');
  const operands: Expression[] = [];
  for (let at = 0; at < known.arity; at++) {
    if (at > 0) expect(tokens, ',');
    operands.push(parseOperand(tokens));
  }
  expect(tokens, ')');
  return (instance) => {
    const [version = '', ...bounds] = operands.map((operand) => String(operand(instance)));
    return version !== '' && known.test(version, ...bounds); // an agent that has sent no version matches nothing
  };
}

function compare(a: string, b: string): number {
  const parts = (version: string) =>
    version
      .replace(/^v/, '')
      .split(/[.-]/)
      .map((part) => Number.parseInt(part, 10) || 0);
  const [left, right] = [parts(a), parts(b)];
  const differing = [0, 1, 2].find((at) => (left[at] ?? 0) !== (right[at] ?? 0));
  return differing === undefined ? 0 : (left[differing] ?? 0) - (right[differing] ?? 0);
}

const HEARTBEAT_FIELDS = {
  version: 'version',
  hostname: 'hostname',
  join_method: 'joinMethod',
  os: 'os',
  architecture: 'architecture',
  one_shot: 'oneShot',
} as const;
const AUTHENTICATION_FIELDS = { join_method: 'joinMethod', join_token: 'joinToken', generation: 'generation' } as const;

const FIELDS: Readonly<Record<string, Expression>> = {
  'metadata.name': ({ metadata }) => metadata?.name ?? '',
  'spec.bot_name': ({ spec }) => spec?.botName ?? '',
  'spec.instance_id': ({ spec }) => spec?.instanceId ?? '',
  'spec.previous_instance_id': ({ spec }) => spec?.previousInstanceId ?? '',
  ...records('status.latest_heartbeat', HEARTBEAT_FIELDS, ({ status }) => status?.latestHeartbeats.at(-1)),
  ...records('status.initial_heartbeat', HEARTBEAT_FIELDS, ({ status }) => status?.initialHeartbeat),
  ...records('status.latest_authentication', AUTHENTICATION_FIELDS, ({ status }) =>
    status?.latestAuthentications.at(-1),
  ),
  ...records('status.initial_authentication', AUTHENTICATION_FIELDS, ({ status }) => status?.initialAuthentication),
};

function records<K extends string>(
  prefix: string,
  fields: Readonly<Record<string, K>>,
  recordOf: (instance: BotInstance) => { readonly [key in K]: Value } | undefined,
): Record<string, Expression> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, key]) => [`${prefix}.${name}`, (instance) => recordOf(instance)?.[key] ?? '']),
  );
}

function fieldOf(name: string): Expression {
  const field = FIELDS[name];
  if (!field) throw unknown('field', name, Object.keys(FIELDS));
  return field;
}

function truth(value: Value): boolean {
  if (typeof value !== 'boolean') throw bad(`${JSON.stringify(value)} is neither true nor false`);
  return value;
}

function unknown(what: string, name: string, known: string[]): CodedError {
  const near = nearest(name, known);
  return bad(`there is no ${what} "${name}"`, near ? `Did you mean "${near}"?` : `There are: ${known.join(', ')}`);
}

function bad(message: string, hint = 'Write it like --query=\'spec.bot_name == "example"\''): CodedError {
  return new CodedError('bad_parameter', `the query cannot be used: ${message}`, { hint });
}

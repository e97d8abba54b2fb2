import type { DescMessage, DescMethodUnary } from '@bufbuild/protobuf';

/**
 * A unary call of `proto.AuthService`. The generated description of that service brings the messages of all its calls
 * along, which take longer to load than most commands run; here each call brings its own two.
 */
export function authCall<I extends DescMessage, O extends DescMessage>(
  name: string,
  input: I,
  output: O,
): DescMethodUnary<I, O> {
  const parent = { kind: 'service', typeName: 'proto.AuthService' };
  // What Connect reads of a method: its names, its kind and its messages.
  return { kind: 'rpc', methodKind: 'unary', name, parent, input, output } as unknown as DescMethodUnary<I, O>;
}

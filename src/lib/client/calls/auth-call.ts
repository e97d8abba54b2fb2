import type { DescMessage, DescMethodServerStreaming, DescMethodUnary } from '@bufbuild/protobuf';

/**
 * A unary call of `proto.AuthService`. The generated description of that service brings the messages of all its calls
 * along, which take longer to load than most commands run; here each call brings its own two.
 */
export function authCall<I extends DescMessage, O extends DescMessage>(
  name: string,
  input: I,
  output: O,
): DescMethodUnary<I, O> {
  return describe('unary', name, input, output) as unknown as DescMethodUnary<I, O>;
}

/** The same for a call that is answered with a stream. */
export function authStream<I extends DescMessage, O extends DescMessage>(
  name: string,
  input: I,
  output: O,
): DescMethodServerStreaming<I, O> {
  return describe('server_streaming', name, input, output) as unknown as DescMethodServerStreaming<I, O>;
}

/** What Connect reads of a method: its names, its kind and its messages. */
function describe(methodKind: string, name: string, input: DescMessage, output: DescMessage) {
  return { kind: 'rpc', methodKind, name, parent: { kind: 'service', typeName: 'proto.AuthService' }, input, output };
}

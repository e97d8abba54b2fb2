import { Code, createClient, createRouterTransport } from '@connectrpc/connect';
import { describe, expect, it } from '@jest/globals';
import { ClusterError, type ClusterErrorKind } from '../../../../src/lib/cluster/errors.js';
import { errorInterceptor } from '../../../../src/lib/cluster/listeners/error-interceptor.js';
import { AuthService } from '../../../../src/lib/gen/proto/auth_service_pb.js';

/** Calls a service method that throws, and gives back what the client gets and what the log got. */
async function call(thrown: unknown) {
  const logged: unknown[] = [];
  const transport = createRouterTransport(
    (router) => {
      router.service(AuthService, {
        ping: () => {
          throw thrown;
        },
      });
    },
    { router: { interceptors: [errorInterceptor((...entry) => logged.push(entry))] } },
  );
  const error = await createClient(AuthService, transport)
    .ping({})
    .catch((reason: unknown) => reason);
  return { error, logged };
}

describe('what a service throws', () => {
  it.each<[ClusterErrorKind, Code]>([
    ['AccessDenied', Code.PermissionDenied],
    ['AlreadyExists', Code.AlreadyExists],
    ['BadParameter', Code.InvalidArgument],
    ['CompareFailed', Code.FailedPrecondition],
    ['ConnectionProblem', Code.Unavailable],
    ['LimitExceeded', Code.ResourceExhausted],
    ['NotFound', Code.NotFound],
    ['NotImplemented', Code.Unimplemented],
    ['Unknown', Code.Unknown],
  ])('as %s arrives with code %i and the same words', async (kind, code) => {
    const { error, logged } = await call(new ClusterError(kind, 'line one\n\tline two'));

    expect(error).toMatchObject({ code, rawMessage: 'line one\n\tline two' });
    expect(logged).toEqual([]);
  });

  it('is cut where it would not fit a header', async () => {
    const { error } = await call(new ClusterError('NotFound', 'x'.repeat(1_000_000)));
    expect((error as Error).message.length).toBeLessThan(5000);
  });

  it('by mistake stays in the log', async () => {
    const defect = new TypeError('secret detail');
    const { error, logged } = await call(defect);

    expect(error).toMatchObject({ code: Code.Unknown, rawMessage: 'internal error' });
    expect(logged).toEqual([['error', 'proto.AuthService/Ping failed', defect]]);
  });
});

import { Code, ConnectError } from '@connectrpc/connect';
import { describe, expect, it } from '@jest/globals';
import { isErrorCode, RpcError } from '../../../src/lib/client/index.js';
import { toRpcError } from '../../../src/lib/client/to-rpc-error.js';
import { ConnectFailedError, ConnectionLostError, DialError } from '../../../src/lib/transport/index.js';

describe('toRpcError', () => {
  it.each([
    [Code.NotFound, 'not_found'],
    [Code.AlreadyExists, 'already_exists'],
    [Code.PermissionDenied, 'access_denied'],
    [Code.FailedPrecondition, 'compare_failed'],
    [Code.InvalidArgument, 'bad_parameter'],
    [Code.ResourceExhausted, 'limit_exceeded'],
    [Code.Unavailable, 'unavailable'],
    [Code.Unimplemented, 'not_implemented'],
    [Code.DeadlineExceeded, 'deadline_exceeded'],
    [Code.Canceled, 'canceled'],
    [Code.Unknown, 'unknown'],
    [Code.Internal, 'unknown'],
  ])('gives gRPC code %i the code %s and keeps the message of the server', (status, code) => {
    const error = toRpcError(new ConnectError('role "x" \n\tis not found', status), 'GetRole');

    expect(error).toBeInstanceOf(RpcError);
    expect(error).toMatchObject({ code, message: 'role "x" \n\tis not found', method: 'GetRole' });
    expect(isErrorCode(error, code)).toBe(true);
  });

  it('tells the refusal that asks for a second factor from other refusals', () => {
    const error = toRpcError(
      new ConnectError('admin-level API request requires MFA verification', Code.PermissionDenied),
      'UpsertTokenV2',
    );

    expect(error.code).toBe('mfa_required');
    expect(error.hint).toMatch(/bot.*auth host/);
    expect(
      toRpcError(
        new ConnectError('a wrapped admin-level API request requires MFA verification', Code.PermissionDenied),
        'x',
      ).code,
    ).toBe('access_denied');
  });

  it('warns that a lost write may have taken effect, and does not for a read', () => {
    const lost = new ConnectError(
      'lost',
      Code.Unavailable,
      undefined,
      undefined,
      new ConnectionLostError(new Error('lost')),
    );

    expect(toRpcError(lost, 'DeleteToken').hint).toContain('may or may not');
    expect(toRpcError(lost, 'GetToken').hint).not.toContain('may or may not');
  });

  it('gives the error of the connection itself when there was none to carry the call', () => {
    const failed = new ConnectFailedError({
      clusterName: 'example.test',
      address: 'a:1',
      route: 'direct',
      credential: 'identity file x',
      reason: 'refused',
      cause: new DialError('refused', 'refused'),
    });

    expect(toRpcError(new ConnectError('x', Code.Unavailable, undefined, undefined, failed), 'Ping')).toBe(failed);
  });
});

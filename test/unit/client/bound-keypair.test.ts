import { beforeAll, expect, it } from '@jest/globals';
import { joinWithBoundKeypair } from '../../../src/lib/client/bound-keypair.js';
import { JoinService } from '../../../src/lib/gen/proto/join_service_pb.js';
import { openAnonymousAuth } from '../../../src/lib/transport/index.js';
import { CodedError } from '../../../src/lib/util/coded-error.js';
import {
  closeAfterTest,
  closePeersAfterEach,
  makeTestCertificates,
  startPeer,
  type TestCertificates,
} from '../../helpers/grpc-peer.js';

let certificates: TestCertificates;

closePeersAfterEach();
beforeAll(async () => {
  certificates = await makeTestCertificates();
});

it('fails with the error of the machine itself, where that cannot prove or make the key', async () => {
  const peer = await startPeer({
    certificates,
    routes: (router) =>
      router.service(JoinService, {
        async *registerUsingBoundKeypairMethod() {
          yield { response: { case: 'challenge', value: { publicKey: 'ssh-ed25519 AAAA', challenge: '{}' } } };
        },
      }),
  });
  const { transport, close } = await openAnonymousAuth({
    address: peer.address,
    metadata: { version: '18.2.3', userAgent: 'test' },
    timeoutMs: 30_000,
  });
  closeAfterTest(close);
  const unknown = new CodedError('keypair_unknown', 'no such key', { hint: 'Register anew.' });

  const join = joinWithBoundKeypair(transport, {
    request: {},
    solve: () => Promise.reject(unknown),
    makeKey: () => Promise.reject(new Error('not asked for')),
  });

  await expect(join).rejects.toBe(unknown);
});

import { create } from '@bufbuild/protobuf';
import { Code, ConnectError, createRouterTransport } from '@connectrpc/connect';
import { describe, expect, it } from '@jest/globals';
import type { SecondFactorPrompt } from '../../../../src/lib/client/mfa/second-factor.js';
import { Rpc } from '../../../../src/lib/client/rpc.js';
import { seal } from '../../../../src/lib/crypto/index.js';
import { AuthService } from '../../../../src/lib/gen/proto/auth_service_pb.js';
import { type MFAAuthenticateChallenge, MFARequired } from '../../../../src/lib/gen/proto/mfa_pb.js';
import { RoleV6Schema } from '../../../../src/lib/gen/types/roles_pb.js';
import { answerAddress, visit } from '../../../helpers/browser.js';

type Challenge = Partial<Omit<MFAAuthenticateChallenge, '$typeName'>>;

/** An auth service that wants a browser: the embedded cluster has neither identity providers nor passkeys. */
function authServiceWith(challenge: (callbackUrl: string) => Challenge) {
  const answers: unknown[] = [];
  const transport = createRouterTransport((router) =>
    router.service(AuthService, {
      ping: () => ({ clusterName: 'example.test', proxyPublicAddr: 'proxy.example.test:443' }),
      createAuthenticateChallenge: ({ ssoClientRedirectUrl, browserMfaTshRedirectUrl, proxyAddress }) => {
        if (ssoClientRedirectUrl !== browserMfaTshRedirectUrl) throw new Error('two addresses');
        answers.push({ proxyAddress });
        return { mfaRequired: MFARequired.MFA_REQUIRED_YES, ...challenge(ssoClientRedirectUrl) } as never;
      },
      getRole(_request, { requestHeader }) {
        const header = requestHeader.get('mfa_challenge_response');
        if (header === null) {
          throw new ConnectError('admin-level API request requires MFA verification', Code.PermissionDenied);
        }
        answers.push(JSON.parse(Buffer.from(header, 'base64').toString()));
        return create(RoleV6Schema, { kind: 'role', metadata: { name: 'access' } });
      },
    }),
  );
  const getRole = (prompt: SecondFactorPrompt) =>
    new Rpc(transport, prompt).unary(AuthService.method.getRole, { name: 'access' });
  return { answers, getRole };
}

const noOtp = () => Promise.reject(new Error('no one-time password is wanted'));

describe('a second factor that a browser holds', () => {
  it('is fetched at the identity provider', async () => {
    let callbackUrl = '';
    const { answers, getRole } = authServiceWith((url) => {
      callbackUrl = url;
      return { ssoChallenge: { requestId: 'r1', redirectUrl: 'https://idp.example.test/' } as never };
    });
    const browse = async (link: string) => {
      expect((await visit(link)).location).toBe('https://idp.example.test/');
      const key = Buffer.from(new URL(callbackUrl).searchParams.get('secret_key') ?? '', 'hex');
      await visit(answerAddress(callbackUrl, { response: seal(key, { mfa_token: 't1' }) }));
    };

    await getRole({ otp: noOtp, browse });

    expect(answers).toEqual([{ proxyAddress: 'proxy.example.test:443' }, { SSO: { requestId: 'r1', token: 't1' } }]);
  });

  it('is fetched at the web pages of the cluster, from 18.8 on', async () => {
    let callbackUrl = '';
    const { answers, getRole } = authServiceWith((url) => {
      callbackUrl = url;
      return { browserChallenge: { requestId: 'r2' } as never };
    });
    const assertion = {
      type: 'public-key',
      rawId: '-_8',
      response: { clientDataJSON: 'e30', authenticatorData: 'AA', signature: 'AQ' },
    };
    const browse = async (link: string) => {
      expect((await visit(link)).location).toBe('https://proxy.example.test:443/web/mfa/browser/r2');
      const key = Buffer.from(new URL(callbackUrl).searchParams.get('secret_key') ?? '', 'hex');
      await visit(answerAddress(callbackUrl, { response: seal(key, { browser_mfa_webauthn_response: assertion }) }));
    };

    await getRole({ otp: noOtp, browse });

    expect(answers[1]).toMatchObject({
      Browser: {
        requestId: 'r2',
        webauthnResponse: { type: 'public-key', rawId: '+/8=', response: { signature: 'AQ==' } },
      },
    });
  });

  it('is said to be out of reach where the cluster does not hand passkeys to browsers', async () => {
    const { getRole } = authServiceWith(() => ({ webauthnChallenge: {} as never }));

    await expect(getRole({ otp: noOtp, browse: () => undefined })).rejects.toMatchObject({
      code: 'mfa_required',
      message: expect.stringContaining('18.8'),
    });
  });
});

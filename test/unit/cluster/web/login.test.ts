import { readFile } from 'node:fs/promises';
import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunningCluster } from '../../../../src/lib/cluster/index.js';
import { registerOtp } from '../../../../src/lib/cluster/login/new-device.js';
import { createResetToken } from '../../../../src/lib/cluster/login/user-tokens.js';
import { startTestCluster } from '../../../helpers/cluster.js';
import { codeOf, PASSWORD } from '../../../helpers/login-users.js';

describe('the web API of logins', () => {
  let cluster: RunningCluster;
  beforeAll(async () => {
    cluster = await startTestCluster();
  });
  afterAll(() => cluster.stop());

  async function call(method: string, path: string, body?: object, type = 'application/json') {
    const ca = await readFile(cluster.proxyCaFile);
    return new Promise<{ status: number; body: Record<string, unknown> }>((resolve, reject) => {
      const headers = body === undefined ? {} : { 'content-type': type };
      const options = { method, headers, ca, agent: false };
      const outgoing = request(`https://${cluster.proxyAddress}${path}`, options, async (response) => {
        resolve({ status: response.statusCode ?? 0, body: JSON.parse(await text(response)) });
      });
      outgoing.once('error', reject);
      outgoing.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }
  const newToken = async () =>
    (await createResetToken(cluster.state, { name: 'admin', type: 'invite', ttl: 0n })).metadata?.name ?? '';

  it('shows a link with a QR code, and begins a registration', async () => {
    const id = await newToken();

    const { status, body } = await call('GET', `/v1/webapi/users/password/token/${id}`);

    expect(status).toBe(200);
    expect(body).toMatchObject({ tokenId: id, user: 'admin', expiry: '0001-01-01T00:00:00Z' });
    const png = Buffer.from(String(body.qrCode), 'base64');
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([456, 456]);
    expect(await call('GET', '/webapi/users/password/token/00')).toMatchObject({ status: 403 });
  });

  it('registers one-time passwords, and nothing else', async () => {
    const id = await newToken();
    const path = `/webapi/mfa/token/${id}/registerchallenge`;

    expect(await call('POST', path, { deviceType: 'totp' })).toMatchObject({
      status: 200,
      body: { webauthn: null, totp: { qrCode: expect.any(String) } },
    });
    expect(await call('POST', path, { deviceType: 'webauthn' })).toMatchObject({ status: 400 });
    expect(await call('POST', '/webapi/mfa/token/00/registerchallenge', { deviceType: 'totp' })).toMatchObject({
      status: 403,
    });
  });

  it('sets password and second factor, and lets the user in', async () => {
    const id = await newToken();
    const { secret } = await registerOtp(cluster.state, id);
    const password = Buffer.from(PASSWORD).toString('base64');
    const redeem = (code: string) =>
      call('PUT', '/webapi/users/password/token', { token: id, password, second_factor_token: code, deviceName: '' });

    expect(await redeem('000000')).toMatchObject({ status: 403 });
    expect(await redeem(codeOf(cluster.state, secret))).toMatchObject({ status: 200, body: { recovery: {} } });
    expect(await redeem(codeOf(cluster.state, secret))).toMatchObject({ status: 404 });
    const begin = await call('POST', '/webapi/mfa/login/begin', { user: 'admin', pass: PASSWORD, passwordless: false });
    expect(begin).toEqual({
      status: 200,
      body: { webauthn_challenge: null, totp_challenge: true, sso_challenge: null },
    });
  });

  it('refuses forms of other pages, wrong methods and logins without keys', async () => {
    const path = '/webapi/mfa/login/begin';
    expect(await call('POST', path, { user: 'a', pass: 'b' }, 'text/plain')).toMatchObject({
      status: 400,
      body: { error: { message: 'invalid request' } },
    });
    expect(await call('GET', path)).toMatchObject({ status: 404 });
    expect(await call('POST', '/webapi/ssh/certs', {})).toMatchObject({ status: 404 });
    expect(await call('POST', '/webapi/mfa/login/finish', { user: 'admin', password: 'x' })).toMatchObject({
      status: 400,
    });
    expect(await call('POST', path, { user: 'nobody', pass: 'wrong' })).toMatchObject({
      status: 403,
      body: { error: { message: 'invalid credentials' } },
    });
  });
});

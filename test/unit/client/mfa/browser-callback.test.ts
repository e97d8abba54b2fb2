import { afterEach, describe, expect, it } from '@jest/globals';
import { type BrowserCallback, openBrowserCallback } from '../../../../src/lib/client/mfa/browser-callback.js';
import { seal } from '../../../../src/lib/crypto/index.js';
import { answerAddress, visit } from '../../../helpers/browser.js';

const PROXY = 'proxy.example.test:443';

describe('the web server that a browser brings answers to', () => {
  let callback: BrowserCallback;
  afterEach(() => callback.close());

  const keyOf = (url: string) => Buffer.from(new URL(url).searchParams.get('secret_key') ?? '', 'hex');

  it('leads to the page by a short link, and opens the answer that comes back', async () => {
    callback = await openBrowserCallback(PROXY);
    const link = callback.linkTo({ url: 'https://idp.example.test/authorize?state=1' });
    expect(await visit(link)).toMatchObject({ status: 302, location: 'https://idp.example.test/authorize?state=1' });

    const response = seal(keyOf(callback.url), { mfa_token: 'token' });
    const end = await visit(answerAddress(callback.url, { response }));

    expect(end).toMatchObject({ status: 302, location: `https://${PROXY}/web/msg/info/login_success` });
    expect(await callback.answer()).toEqual({ mfa_token: 'token' });
  });

  it('serves a form, and takes an answer that is posted', async () => {
    callback = await openBrowserCallback(PROXY);
    expect(await visit(callback.linkTo({ page: '<form></form>' }))).toMatchObject({
      status: 200,
      text: '<form></form>',
    });

    const response = seal(keyOf(callback.url), { username: 'alice' });
    await visit(callback.url, { method: 'POST', body: new URLSearchParams({ response }).toString() });

    expect(await callback.answer()).toEqual({ username: 'alice' });
  });

  it('reports what the proxy refuses', async () => {
    callback = await openBrowserCallback(PROXY);

    const end = await visit(answerAddress(callback.url, { err: 'no role matches' }));

    expect(end.location).toBe(`https://${PROXY}/web/msg/error/login`);
    await expect(callback.answer()).rejects.toMatchObject({
      code: 'browser_refused',
      message: expect.stringContaining('no role matches'),
    });
  });

  it('takes no answer from those who do not know its key, or have sealed with another', async () => {
    callback = await openBrowserCallback(PROXY);
    const { origin } = new URL(callback.url);
    const forged = seal(Buffer.alloc(32), { username: 'mallory' });

    expect(await visit(`${origin}/callback?secret_key=${'0'.repeat(64)}&response=x`)).toMatchObject({ status: 403 });
    expect(await visit(`${origin}/other`)).toMatchObject({ status: 404 });
    expect(await visit(callback.url, { method: 'DELETE' })).toMatchObject({ status: 405 });
    await visit(answerAddress(callback.url, { response: forged }));
    await expect(callback.answer()).rejects.toMatchObject({ code: 'bad_answer' });
  });

  it('goes on waiting when somebody sends nonsense', async () => {
    callback = await openBrowserCallback(PROXY);
    const { origin } = new URL(callback.url);

    await expect(visit(`${origin}//`)).rejects.toThrow();
    await expect(visit(`${origin}/callback`, { method: 'POST', body: 'x'.repeat(2 ** 21) })).rejects.toThrow();

    await visit(answerAddress(callback.url, { response: seal(keyOf(callback.url), { username: 'alice' }) }));
    expect(await callback.answer()).toEqual({ username: 'alice' });
  });

  it('gives up when no answer comes', async () => {
    callback = await openBrowserCallback(PROXY, 1);

    await expect(callback.answer()).rejects.toMatchObject({ code: 'timed_out' });
  });
});

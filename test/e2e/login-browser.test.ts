import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { logIn } from '../../src/lib/client/index.js';
import { issueWebCertificate } from '../../src/lib/cluster/ca/index.js';
import { issueCertificates } from '../../src/lib/cluster/certs/certificates.js';
import { readSubjectKeys } from '../../src/lib/cluster/certs/public-keys.js';
import type { RunningCluster } from '../../src/lib/cluster/index.js';
import { readProfile } from '../../src/lib/credentials/index.js';
import { authorizedKeyLine, seal } from '../../src/lib/crypto/index.js';
import { answerAddress, visit } from '../helpers/browser.js';
import { startTestCluster } from '../helpers/cluster.js';

interface ConsoleRequest {
  redirect_url: string;
  connector_id: string;
  cert_ttl: number;
  ssh_pub_key: string;
  tls_pub_key: string;
}

/**
 * A proxy with a connector to an identity provider, which the embedded cluster has not: it answers the console's request,
 * and signs with the embedded cluster's authorities once the browser was at the provider.
 */
describe('a login at an identity provider', () => {
  let cluster: RunningCluster;
  let proxy: Server;
  let folder: string;
  let asked: ConsoleRequest;
  let postForm = '';

  beforeAll(async () => {
    cluster = await startTestCluster();
    folder = await mkdtemp(join(tmpdir(), 'login-browser-'));
    const { authorities, clusterName, clock } = cluster.state;
    const certificate = await issueWebCertificate({
      authorities,
      clusterName,
      clock,
      dnsNames: ['localhost'],
      ipAddresses: ['127.0.0.1'],
      ttlMs: 3_600_000,
    });
    proxy = createServer({ cert: certificate.certPem, key: certificate.keyPem }, async (request, response) => {
      const ssh = { public_addr: `localhost:${port()}`, listen_addr: '0.0.0.0:3023' };
      if (request.url === '/webapi/find') {
        response.end(JSON.stringify({ cluster_name: clusterName, server_version: '18.0.0', proxy: { ssh } }));
      } else if (request.url === '/webapi/ping/hub') {
        const auth = { type: 'github', github: { name: 'hub' }, signature_algorithm_suite: 'balanced-v1' };
        response.end(JSON.stringify({ auth, proxy: { ssh } }));
      } else {
        asked = JSON.parse(await text(request)) as ConsoleRequest;
        const form = { redirect_url: '', post_form: postForm };
        response.end(JSON.stringify(postForm ? form : { redirect_url: 'https://idp.example.test/', post_form: '' }));
      }
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  });
  afterAll(async () => {
    proxy.close();
    await cluster.stop();
    await rm(folder, { recursive: true });
  });

  const port = () => (proxy.address() as AddressInfo).port;

  /** What a proxy gives the browser to carry: the answer of a login. */
  async function answerOf({ ssh_pub_key, tls_pub_key }: ConsoleRequest) {
    const base64 = (bytes: Uint8Array | string) => Buffer.from(bytes).toString('base64');
    const keys = readSubjectKeys(Buffer.from(tls_pub_key, 'base64'), Buffer.from(ssh_pub_key, 'base64'));
    const identity = { username: 'octocat', traits: {}, routeToCluster: 'example.test' };
    const order = { identity, roles: [], keys, requestedMs: 3_600_000, withHostAuthority: true };
    const certs = await issueCertificates(cluster.state, order);
    const { host } = cluster.state.authorities;
    return {
      username: 'octocat',
      cert: base64(certs.ssh),
      tls_cert: base64(certs.tls),
      host_signers: [
        {
          domain_name: 'example.test',
          checking_keys: [base64(authorizedKeyLine(host.sshKey))],
          tls_certs: host.trustedTlsCertPems.map(base64),
        },
      ],
    };
  }

  const logInWith = (home: string, browse: (link: string) => Promise<void>) =>
    logIn({
      proxy: `localhost:${port()}`,
      username: 'ignored',
      connector: 'hub',
      ttlMs: 3_600_000,
      home,
      caFile: cluster.proxyCaFile,
      now: () => new Date(),
      prompt: { inform: refuse, password: refuse, otp: refuse, browse },
    });
  const refuse = () => Promise.reject(new Error('nothing is asked for'));
  const keyOf = (url: string) => Buffer.from(new URL(url).searchParams.get('secret_key') ?? '', 'hex');

  it('leaves the login that the browser brings', async () => {
    const home = join(folder, 'home');
    const loggedIn = await logInWith(home, async (link) => {
      expect((await visit(link)).location).toBe('https://idp.example.test/');
      const response = seal(keyOf(asked.redirect_url), await answerOf(asked));
      await visit(answerAddress(asked.redirect_url, { response }));
    });

    expect(asked).toMatchObject({ connector_id: 'hub', cert_ttl: 3_600_000_000_000 });
    expect(loggedIn).toMatchObject({ username: 'octocat', clusterName: 'example.test' });
    expect(await readProfile(home)).toMatchObject({ username: 'octocat', proxyAddress: `localhost:${port()}` });
  });

  it('shows a form where the provider wants one, and passes a refusal on', async () => {
    postForm = Buffer.from('<form>').toString('base64');
    const refused = logInWith(join(folder, 'refused'), async (link) => {
      expect((await visit(link)).text).toBe('<form>');
      await visit(answerAddress(asked.redirect_url, { err: 'no role matches' }));
    });

    await expect(refused).rejects.toMatchObject({
      code: 'browser_refused',
      message: expect.stringContaining('no role matches'),
    });
    postForm = '';
  });

  it('refuses certificates for keys that are not its own', async () => {
    const foreign = logInWith(join(folder, 'foreign'), async () => {
      const answer = await answerOf({ ...asked, ...(await otherKeys()) });
      await visit(answerAddress(asked.redirect_url, { response: seal(keyOf(asked.redirect_url), answer) }));
    });

    await expect(foreign).rejects.toMatchObject({ code: 'bad_answer' });
  });
});

async function otherKeys() {
  const { generatePrivateKey, publicKeyPem } = await import('../../src/lib/crypto/index.js');
  const key = await generatePrivateKey('ed25519');
  const base64 = (line: string) => Buffer.from(line).toString('base64');
  return { ssh_pub_key: base64(authorizedKeyLine(key)), tls_pub_key: base64(publicKeyPem(key)) };
}

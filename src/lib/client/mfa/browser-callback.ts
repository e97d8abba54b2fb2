import { randomBytes, randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SEAL_KEY_BYTES, unseal } from '../../crypto/index.js';
import { CodedError } from '../../util/coded-error.js';

/** A small web server on this machine, to which a browser brings what a proxy has for a command (login §2.3). */
export interface BrowserCallback {
  /** Told to the proxy: where it sends the browser in the end. Holds the key that the answer is sealed with. */
  url: string;
  /** A short address on this server that leads to a page elsewhere, for people to open or copy. */
  linkTo(target: { url: string } | { page: string }): string;
  /** What the browser brought, opened. @throws CodedError `browser_refused`, `timed_out`, `bad_answer` */
  answer(): Promise<unknown>;
  close(): void;
}

const WAIT_MS = 180_000;
const MAX_BODY_BYTES = 1024 * 1024;

/** @param proxyAddress `host:port`, whose pages tell the person how it went */
export async function openBrowserCallback(proxyAddress: string, waitMs = WAIT_MS): Promise<BrowserCallback> {
  const key = randomBytes(SEAL_KEY_BYTES);
  const links = new Map<string, { url: string } | { page: string }>();
  let settle: { resolve(text: string): void; reject(error: Error): void } | undefined;
  const brought = new Promise<string>((resolve, reject) => {
    settle = { resolve, reject };
  });
  brought.catch(() => undefined); // asked for later, or never

  const { createServer } = process.getBuiltinModule('node:http'); // an import would load all of fetch
  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy()); // anybody on this machine may send nonsense
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const timer = setTimeout(
    () => settle?.reject(new CodedError('timed_out', `the browser brought no answer within ${waitMs / 1000} s`)),
    waitMs,
  );

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', base);
    const link = links.get(url.pathname);
    if (link !== undefined && request.method === 'GET') return lead(response, link);
    response.setHeader('allow', 'GET, OPTIONS, POST');
    response.setHeader('access-control-allow-origin', '*');
    if (url.pathname !== '/callback') return end(response, 404);
    if (request.method === 'OPTIONS') return end(response, 200);
    if (request.method !== 'GET' && request.method !== 'POST') return end(response, 405);
    const form = request.method === 'POST' ? new URLSearchParams(await readBody(request)) : new URLSearchParams();
    const value = (name: string) => url.searchParams.get(name) ?? form.get(name);
    if (value('secret_key') !== key.toString('hex')) return end(response, 403);
    const sealed = value('response');
    const refusal = value('err') || (sealed ? '' : 'the browser brought no answer');
    const page = refusal ? 'error/login' : 'info/login_success';
    response.writeHead(302, { location: `https://${proxyAddress}/web/msg/${page}` }).end();
    if (refusal) settle?.reject(new CodedError('browser_refused', `the login in the browser failed: ${refusal}`));
    else settle?.resolve(sealed ?? '');
  }

  return {
    url: `${base}/callback?secret_key=${key.toString('hex')}`,
    linkTo(target) {
      const path = `/${randomUUID()}`;
      links.set(path, target);
      return base + path;
    },
    answer: async () => unseal(key, await brought),
    close() {
      clearTimeout(timer);
      server.close();
      server.closeIdleConnections();
    },
  };
}

function lead(response: ServerResponse, target: { url: string } | { page: string }): void {
  if ('url' in target) response.writeHead(302, { location: target.url }).end();
  else response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(target.page);
}

function end(response: ServerResponse, status: number): void {
  response.writeHead(status).end();
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new CodedError('bad_answer', 'the browser brought an answer that is too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

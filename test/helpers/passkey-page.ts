import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import { createContext, runInContext } from 'node:vm';
import { visit } from './browser.js';
import type { SoftwareAuthenticator } from './software-authenticator.js';

interface Page {
  status: number;
  body: string;
}

/**
 * Opens a page of the embedded cluster that works with passkeys, types what is given, and clicks its button: the page's own
 * script runs, on the few parts of a browser that it uses.
 * @returns what the page says in the end; empty when it has led elsewhere, which is visited
 */
export async function usePasskeyPage(
  address: string,
  {
    ca,
    authenticator,
    typed = {},
  }: { ca: string; authenticator: SoftwareAuthenticator; typed?: Record<string, string> },
): Promise<string> {
  const { origin, pathname } = new URL(address);
  const get = (path: string, method = 'GET', body?: string) => fetchFrom(origin, path, { ca, method, body });
  const { body: html } = await get(pathname);
  const order = /<script id="order"[^>]*>(.*?)<\/script>/s.exec(html)?.[1];
  const source = /<script src="([^"]+)">/.exec(html)?.[1] ?? '';

  const outcome = { textContent: '' };
  let click: (() => void) | undefined;
  const elements: Record<string, unknown> = {
    order: { textContent: order },
    outcome,
    go: { addEventListener: (_event: string, listener: () => void) => (click = listener) },
    ...Object.fromEntries(Object.entries(typed).map(([id, value]) => [id, { value }])),
  };
  const withJson = (json: object) => ({ toJSON: () => json });
  const finished = new Promise<string>((resolve, reject) => {
    const page = createContext({
      document: { getElementById: (id: string) => elements[id] },
      PublicKeyCredential: {
        parseRequestOptionsFromJSON: (json: unknown) => json,
        parseCreationOptionsFromJSON: (json: unknown) => json,
      },
      navigator: {
        credentials: {
          get: async ({ publicKey }: { publicKey: never }) => withJson(authenticator.get(publicKey, origin)),
          create: async ({ publicKey }: { publicKey: never }) => withJson(authenticator.create(publicKey, origin)),
        },
      },
      fetch: async (path: string, { method, body }: { method: string; body: string }) => {
        const answer = await get(path, method, body);
        return { ok: answer.status === 200, json: async () => JSON.parse(answer.body) };
      },
      location: { assign: (url: string) => visit(url).then(() => resolve(''), reject) },
      TextEncoder,
      btoa,
    });
    Object.defineProperty(outcome, 'textContent', { set: resolve });
    get(source).then(({ body }) => {
      runInContext(body, page);
      click?.();
    }, reject);
  });
  return finished;
}

function fetchFrom(
  origin: string,
  path: string,
  { ca, method, body }: { ca: string; method: string; body: string | undefined },
): Promise<Page> {
  return new Promise((resolve, reject) => {
    const headers = body === undefined ? {} : { 'content-type': 'application/json' };
    const outgoing = request(`${origin}${path}`, { method, headers, ca, agent: false }, (response) => {
      text(response).then((read) => resolve({ status: response.statusCode ?? 0, body: read }), reject);
    });
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}

import { request } from 'node:http';

/** What a browser does with an address: a request, and the place it is led to, if any. */
export function visit(
  address: string,
  { method = 'GET', body }: { method?: string; body?: string } = {},
): Promise<{ status: number; location?: string; text: string }> {
  return new Promise((resolve, reject) => {
    const headers = body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' };
    const outgoing = request(address, { method, headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk) => {
        text += chunk;
      });
      response.once('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          text,
          ...(response.headers.location === undefined ? {} : { location: response.headers.location }),
        }),
      );
    });
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}

/** What a proxy does at the end of a visit: leads the browser back with an answer, sealed with the key in the address. */
export function answerAddress(callbackUrl: string, answer: Record<string, string>): string {
  const url = new URL(callbackUrl);
  for (const [name, value] of Object.entries(answer)) url.searchParams.set(name, value);
  return url.href;
}

import { ClusterError } from '../errors.js';
import type { WebRequest } from '../listeners/http.js';

/** Far more than the largest keys take. */
const MAX_BODY_BYTES = 1024 * 1024;

/** The JSON object that a request carries. @throws ClusterError BadParameter, also for a client that is gone before its end */
export async function readJsonBody(request: WebRequest): Promise<Record<string, unknown>> {
  const bytes = await readBody(request);
  try {
    const body: unknown = JSON.parse(bytes.toString('utf8'));
    if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as Record<string, unknown>;
  } catch (cause) {
    throw new ClusterError('BadParameter', 'the request body is not JSON', { cause });
  }
  throw new ClusterError('BadParameter', 'the request body is not a JSON object');
}

async function readBody(request: WebRequest): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of request) {
      length += chunk.length;
      if (length > MAX_BODY_BYTES) break;
      chunks.push(chunk);
    }
  } catch (cause) {
    throw new ClusterError('BadParameter', 'the request body is cut off', { cause });
  }
  if (length > MAX_BODY_BYTES) throw new ClusterError('BadParameter', 'the request body is too large');
  return Buffer.concat(chunks);
}

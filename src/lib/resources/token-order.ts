import type { ProvisionTokenV2 } from '../gen/types/tokens_pb.js';
import { isTimeSet } from './times.js';

/** The order of `tokens ls`: tokens that never expire first, then by the second of expiry; otherwise as they came (cli §11.2). */
export function byExpiry(a: ProvisionTokenV2, b: ProvisionTokenV2): number {
  const [first, second] = [a, b].map(({ metadata }) => (isTimeSet(metadata?.expires) ? metadata.expires.seconds : -1n));
  return Number((first ?? -1n) - (second ?? -1n));
}

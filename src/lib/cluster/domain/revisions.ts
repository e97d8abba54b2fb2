import { ClusterError } from '../errors.js';

/** Refuses a conditional write whose resource is not the stored one any more (wire §5.1). */
export function checkRevision(stored: string, given: string | undefined): void {
  if (stored === given) return;
  throw new ClusterError(
    'CompareFailed',
    'resource revision does not match: someone else has changed it meanwhile; read it again and repeat the change',
  );
}

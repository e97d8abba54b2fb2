import type { Artifacts } from '../destinations/destination.js';
import type { Identity } from '../identity.js';

/** What an output is to write: all of it at once, so that what belongs together stays together. */
export interface Rendered {
  /** The identity in it. */
  identity: Identity;
  artifacts: Artifacts;
}

import { TELEPORT_VERSION } from '../../src/lib/util/teleport-version.js';

/** The release that test clusters say to be; `npm run test:releases` names others than the usual one. */
export const RELEASE = process.env.EMBEDDED_CLUSTER_VERSION || TELEPORT_VERSION;

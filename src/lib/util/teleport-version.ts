/**
 * The version that this package speaks: sent by clients as `version` metadata, reported by the embedded cluster.
 * Servers refuse clients more than one major version older than themselves (transport §6.1).
 */
export const TELEPORT_VERSION = '18.2.3';

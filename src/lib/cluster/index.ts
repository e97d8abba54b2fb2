export { type RunningCluster, startCluster } from './start.js';
export { DEFAULT_CLUSTER_NAME, type StartOptions } from './start-options.js';
export type { Log } from './state.js';

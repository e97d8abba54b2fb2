export { type AnonymousOptions, openAnonymous } from './anonymous.js';
export { type Connection, type ConnectionOptions, openConnection } from './connection.js';
export { ConnectFailedError, ConnectionLostError, DialError, type DialFailure, type Route } from './errors.js';
export { chooseHttpProxy } from './http-proxy.js';
export { isIdempotentRead } from './idempotent-read.js';
export { openProxySsh, type ProxySshOptions } from './proxy-ssh.js';
export { callWeb, type FindAnswer, findProxy, type WebTarget } from './web-api.js';
export { readWebRoots } from './web-roots.js';

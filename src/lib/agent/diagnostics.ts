import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { Counter, Histogram, Registry } from 'prom-client';
import { CodedError } from '../util/coded-error.js';
import { formatHostPort, parseHostPort } from '../util/host-port.js';
import { systemErrorCode } from '../util/system-error.js';
import type { Health } from './health.js';

const TIMEOUT_MS = 30_000; // tbot §5.8
const MOST_CONNECTIONS = 100;

/**
 * Answers `/livez`, `/readyz` (503 until every service does well), `/readyz/SERVICE`, `/wait`, `/wait/SERVICE` and `/metrics`,
 * without TLS.
 * @param address `host:port`; port 0 takes a free one
 * @throws CodedError `diag_failed` when the address cannot be listened on
 */
export async function startDiagnostics(address: string, health: Health): Promise<{ address: string; close(): void }> {
  const metrics = createMetrics(health);
  const server = createServer((request, response) => {
    const path = (request.url ?? '/').replace(/\?.*$/, '');
    if (request.method !== 'GET' && request.method !== 'HEAD') return send(response, 405, 'method not allowed\n');
    if (path === '/livez') return send(response, 200, 'OK');
    if (path === '/readyz') return sendReadiness(response, health);
    if (path.startsWith('/readyz/')) return sendService(response, path.slice('/readyz/'.length), health);
    if (path === '/wait' || path.startsWith('/wait/'))
      return void sendReported(response, path.slice('/wait/'.length), health);
    if (path !== '/metrics') return send(response, 404, 'not found\n');
    metrics.metrics().then(
      (text) => send(response, 200, text, metrics.contentType),
      () => send(response, 500, 'the metrics cannot be gathered\n'),
    );
  });
  server.requestTimeout = TIMEOUT_MS;
  server.headersTimeout = TIMEOUT_MS;
  const { host = '127.0.0.1', port = 0 } = parseHostPort(address) ?? {};
  server.maxConnections = MOST_CONNECTIONS;
  await new Promise<void>((resolve, reject) => {
    // Stays: a connection that cannot be taken, as when there are no more file descriptors, must not end the agent.
    server.on('error', (cause) =>
      reject(
        new CodedError('diag_failed', `diag_addr ${address} cannot be listened on (${systemErrorCode(cause)})`, {
          cause,
        }),
      ),
    );
    server.listen(port, host, resolve);
  });
  const bound = server.address() as AddressInfo;
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { address: formatHostPort(host, bound.port), close };
}

function sendReadiness(response: ServerResponse, { isReady, services }: Health): void {
  sendJson(response, isReady ? 200 : 503, { status: isReady ? 'healthy' : 'unhealthy', services });
}

/** Answers once the first work is done, as the `tbot wait` of later releases asks (tbot §12). @param name empty: all services */
async function sendReported(response: ServerResponse, name: string, health: Health): Promise<void> {
  const left = new AbortController();
  response.once('close', () => left.abort());
  await health.reported(name || undefined, left.signal);
  if (left.signal.aborted) return;
  if (name === '') sendReadiness(response, health);
  else sendService(response, name, health);
}

function sendService(response: ServerResponse, name: string, { services }: Health): void {
  const service = Object.hasOwn(services, name) ? services[name] : undefined;
  if (service === undefined) sendJson(response, 404, { error: 'there is no such service' });
  else sendJson(response, service.status === 'healthy' ? 200 : 503, service);
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  send(response, status, JSON.stringify(value), 'application/json');
}

function send(response: ServerResponse, status: number, body: string, type = 'text/plain; charset=utf-8'): void {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) }).end(body);
}

/** The metrics of the real tool (tbot §5.8). */
function createMetrics(health: Health): Registry {
  const registry = new Registry();
  const common = { labelNames: ['service', 'name'] as const, registers: [registry] };
  const total = new Counter({ name: 'tbot_task_iterations_total', help: 'Attempts at a task', ...common });
  const failed = new Counter({ name: 'tbot_task_iterations_failed', help: 'Attempts that failed', ...common });
  const successful = new Histogram({
    name: 'tbot_task_iterations_successful',
    help: 'Retries before a task succeeded',
    buckets: [0, 1, 2, 3, 4, 5],
    ...common,
  });
  const duration = new Histogram({
    name: 'tbot_task_iteration_duration_seconds',
    help: 'Duration of an attempt',
    buckets: [0, 1, 2, 3, 4, 5].map((power) => 0.1 * 1.75 ** power),
    ...common,
  });
  health.onIteration = ({ name, kind, isOk, retries, seconds }) => {
    const labels = { service: name, name: kind };
    total.inc(labels);
    duration.observe(labels, seconds);
    if (isOk) successful.observe(labels, retries);
    else failed.inc(labels);
  };
  return registry;
}

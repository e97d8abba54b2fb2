import type { Client } from '../client/index.js';
import type { Resource } from '../resources/index.js';
import { CodedError } from '../util/coded-error.js';
import { dependencies } from './create-order.js';
import { type Verb, writeResource } from './write-resource.js';

/** Requests under way at once: the streams that every server is to allow on one connection (RFC 9113 §6.5.2). */
const AT_ONCE = 100;

export type CreateResult = { resource: Resource } & (
  | { state: 'done'; verb: Verb }
  | { state: 'failed'; error: Error }
  | { state: 'skipped'; error: Error }
);

export interface CreateOptions {
  /** Replace what exists. */
  force: boolean;
  /** Replace even what the cluster's configuration file set. */
  confirm: boolean;
  /** Told after each document how many are finished. */
  onProgress?: (finished: number) => void;
}

/**
 * Writes resources to the cluster, many at a time. One waits for another only if it needs it; what it needs having failed,
 * it is skipped. A failure stops nothing else.
 * @returns the outcome of each, in the order given.
 */
export async function createResources(
  resources: Resource[],
  options: CreateOptions,
  { client }: { client: Client },
): Promise<CreateResult[]> {
  const needs = dependencies(resources);
  const slots = createSlots(AT_ONCE);
  const results: Promise<CreateResult>[] = [];
  let finished = 0;
  resources.forEach((resource, index) => {
    const outcome = createOne(
      resource,
      (needs[index] ?? []).map((at) => results[at] as Promise<CreateResult>),
    );
    results.push(outcome);
  });
  return Promise.all(results);

  async function createOne(resource: Resource, before: Promise<CreateResult>[]): Promise<CreateResult> {
    const failed = (await Promise.all(before)).find((result) => result.state !== 'done');
    try {
      if (failed) return { resource, state: 'skipped', error: needed(failed.resource) };
      return { resource, state: 'done', verb: await slots(() => writeResource(resource, options, { client })) };
    } catch (error) {
      return { resource, state: 'failed', error: error as Error };
    } finally {
      options.onProgress?.(++finished);
    }
  }
}

function needed(resource: Resource): CodedError {
  return new CodedError('skipped', `not sent, because ${resource.definition.kind} "${resource.name}" failed`);
}

/** Lets at most `count` tasks run at once; the others wait for their turn. */
function createSlots(count: number): <T>(task: () => Promise<T>) => Promise<T> {
  let free = count;
  const waiting: (() => void)[] = [];
  return async (task) => {
    if (free > 0) free--;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await task();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free++;
    }
  };
}

export interface Memory {
  rssMiB: number;
  /** of the heap, after a collection where the process allows one (--expose-gc) */
  heapMiB: number;
}

export function readMemory(): Memory {
  globalThis.gc?.();
  const { rss, heapUsed } = process.memoryUsage();
  return { rssMiB: rss / 1024 ** 2, heapMiB: heapUsed / 1024 ** 2 };
}

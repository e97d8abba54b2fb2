type Ending = Pick<NodeJS.Process, 'stdout' | 'stderr' | 'exit'>;

/**
 * Ends the process where nothing is left to be written: Node would wait until closed connections are gone, and clean up what
 * the end of a process cleans up as well. Where something is left, the process ends by itself after it.
 */
export async function endOnceWritten({ stdout, stderr, exit }: Ending): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve)); // a failed write is told after it
  if (stdout.writableLength === 0 && stderr.writableLength === 0) exit();
}

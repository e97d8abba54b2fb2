/** A stream's chunk in pieces of at most `size` bytes, in order; none for an empty one. The pieces share the chunk's memory. */
export function* framesOf(chunk: Uint8Array, size: number): Generator<Uint8Array> {
  for (let at = 0; at < chunk.byteLength; at += size) yield chunk.subarray(at, at + size);
}

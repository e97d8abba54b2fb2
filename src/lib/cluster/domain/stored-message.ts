import { fromBinary, type Message, toBinary } from '@bufbuild/protobuf';
import type { GenMessage } from '@bufbuild/protobuf/codegenv2';
import { type Timestamp, timestampDate } from '@bufbuild/protobuf/wkt';
import { isTimeSet } from '../../resources/index.js';
import { ClusterError } from '../errors.js';
import type { ReadTransaction, StoredItem, Transaction } from '../storage/backend.js';

interface Stored {
  metadata?: { expires?: Timestamp; revision: string };
}

/** A resource as the store holds it: any message whose metadata carries expiry and revision, maybe within a header. */
export type Storable = Message & Stored & { header?: Stored };

function metadataOf({ metadata, header }: Storable): Stored['metadata'] {
  return metadata ?? header?.metadata;
}

/** The years 1 to 9999, which is what a protobuf timestamp may hold. */
const EARLIEST_SECONDS = -62_135_596_800n;
const LATEST_SECONDS = 253_402_300_799n;

/**
 * The moment of a timestamp field, or undefined where it is absent or Go's zero time. One that lies outside the years 1 to
 * 9999 counts as the nearest within: no comparison with it may come out by chance.
 */
export function momentOf(timestamp: Timestamp | undefined): Date | undefined {
  if (!isTimeSet(timestamp)) return undefined;
  if (timestamp.seconds < EARLIEST_SECONDS) return timestampDate({ ...timestamp, seconds: EARLIEST_SECONDS });
  if (timestamp.seconds > LATEST_SECONDS) return timestampDate({ ...timestamp, seconds: LATEST_SECONDS });
  return timestampDate(timestamp);
}

/** @throws ClusterError BadParameter for a moment that no date can show. */
export function checkTime(field: string, timestamp: Timestamp | undefined): void {
  if (timestamp === undefined) return;
  const { seconds, nanos } = timestamp;
  if (seconds >= EARLIEST_SECONDS && seconds <= LATEST_SECONDS && nanos >= 0 && nanos < 1_000_000_000) return;
  throw new ClusterError('BadParameter', `${field}: must lie between the years 1 and 9999`);
}

/** Decodes a stored resource; its revision is the store's. */
export function decodeStored<T extends Storable>(schema: GenMessage<T>, item: StoredItem): T {
  const message = fromBinary(schema, item.value);
  const metadata = metadataOf(message);
  if (metadata !== undefined) metadata.revision = item.revision;
  return message;
}

/** @returns the stored resource, or undefined where there is none (or no longer). */
export function getStored<T extends Storable>(
  transaction: ReadTransaction,
  schema: GenMessage<T>,
  kind: string,
  name: string,
): T | undefined {
  const item = transaction.get(kind, name);
  return item === undefined ? undefined : decodeStored(schema, item);
}

/**
 * Creates or replaces a resource. It expires in the store when its metadata says so (wire §5.1).
 * @returns the same message, now with its new revision.
 * @throws ClusterError BadParameter for an expiry that is no time.
 */
export function putStored<T extends Storable>(
  transaction: Transaction,
  schema: GenMessage<T>,
  kind: string,
  name: string,
  message: T,
): T {
  const metadata = metadataOf(message);
  if (metadata !== undefined) metadata.revision = '';
  checkTime('metadata.expires', metadata?.expires);
  const expires = momentOf(metadata?.expires);
  const value = toBinary(schema, message);
  const stored = transaction.put(expires === undefined ? { kind, name, value } : { kind, name, value, expires });
  if (metadata !== undefined) metadata.revision = stored.revision;
  return message;
}

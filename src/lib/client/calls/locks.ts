import { EmptySchema } from '@bufbuild/protobuf/wkt';

import {
  DeleteLockRequestSchema,
  GetLockRequestSchema,
  GetLocksRequestSchema,
  GetLocksResponseSchema,
} from '../../gen/proto/locks_pb.js';
import { LockV2Schema } from '../../gen/types/locks_pb.js';
import { authCall } from './auth-call.js';

export const getLock = authCall('GetLock', GetLockRequestSchema, LockV2Schema);
export const getLocks = authCall('GetLocks', GetLocksRequestSchema, GetLocksResponseSchema);
export const upsertLock = authCall('UpsertLock', LockV2Schema, EmptySchema);
export const deleteLock = authCall('DeleteLock', DeleteLockRequestSchema, EmptySchema);

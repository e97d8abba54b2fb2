import { EmptySchema } from '@bufbuild/protobuf/wkt';
import { SemaphoresSchema } from '../../gen/proto/semaphores_pb.js';
import { SemaphoreFilterSchema, type SemaphoreV3 } from '../../gen/types/semaphores_pb.js';
import { authCall } from '../calls/auth-call.js';
import type { Client } from '../client.js';
import { RpcError } from '../errors.js';
import { splitName } from '../split-name.js';
import type { KindOperations } from './operations.js';

const getSemaphores = authCall('GetSemaphores', SemaphoreFilterSchema, SemaphoresSchema);
const deleteSemaphore = authCall('DeleteSemaphore', SemaphoreFilterSchema, EmptySchema);

export function semaphores(client: Client): KindOperations<SemaphoreV3> {
  const filterOf = (name: string) => {
    const [semaphoreKind, semaphoreName] = splitName(name, 'semaphore', 'type/name');
    return { kind: semaphoreKind, name: semaphoreName };
  };
  return {
    async get(name, options) {
      const [semaphore] = (await client.call(getSemaphores, filterOf(name), options)).semaphores;
      if (semaphore === undefined) throw new RpcError('not_found', 'GetSemaphores', `semaphore ${name} is not found`);
      return semaphore;
    },
    async *list(options) {
      yield* (await client.call(getSemaphores, {}, options)).semaphores;
    },
    delete: async (name, options) => void (await client.call(deleteSemaphore, filterOf(name), options)),
  };
}

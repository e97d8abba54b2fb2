import { create } from '@bufbuild/protobuf';
import { type Namespace, NamespaceSchema } from '../../gen/types/namespaces_pb.js';
import { RpcError } from '../errors.js';
import { type KindOperations, listOfOne } from './operations.js';

/** There is one namespace, so nobody is asked. */
export function namespaces(): KindOperations<Namespace> {
  const read = async () =>
    create(NamespaceSchema, {
      kind: 'namespace',
      version: 'v2',
      metadata: { name: 'default', namespace: 'default' },
      spec: {},
    });
  return {
    async get(name) {
      if (name !== 'default') throw new RpcError('not_found', 'get', `namespace ${JSON.stringify(name)} is not found`);
      return read();
    },
    list: () => listOfOne(read),
  };
}

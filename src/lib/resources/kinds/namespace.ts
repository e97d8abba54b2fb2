import { NamespaceSchema } from '../../gen/types/namespaces_pb.js';
import { defineReadOnlyKind } from '../kind-definition.js';

export const namespaceKind = defineReadOnlyKind('namespace', NamespaceSchema);

import { ServerV2Schema } from '../../gen/types/servers_pb.js';
import { defineReadOnlyKind } from '../kind-definition.js';

export const proxyKind = defineReadOnlyKind('proxy', ServerV2Schema);

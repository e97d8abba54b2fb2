import { OIDCConnectorV3Schema } from '../../gen/types/oidc_connectors_pb.js';
import { defineReadOnlyKind } from '../kind-definition.js';

export const oidcKind = defineReadOnlyKind('oidc', OIDCConnectorV3Schema);

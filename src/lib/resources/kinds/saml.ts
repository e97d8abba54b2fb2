import { SAMLConnectorV2Schema } from '../../gen/types/saml_connectors_pb.js';
import { defineReadOnlyKind } from '../kind-definition.js';

export const samlKind = defineReadOnlyKind('saml', SAMLConnectorV2Schema);

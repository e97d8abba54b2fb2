import type { KindDefinition } from '../kind-definition.js';
import { kindInfo } from '../kind-info.js';
import { githubKind } from './github.js';
import { oidcKind } from './oidc.js';
import { samlKind } from './saml.js';

const MEMBERS: readonly KindDefinition[] = [oidcKind, samlKind, githubKind];

/** All connectors together: oidc, saml and github resources side by side, each printed as its own kind. */
export const connectorsKind: KindDefinition = {
  ...githubKind,
  ...kindInfo('connectors'),
  toDocument: (message) => {
    const member = MEMBERS.find(({ schema }) => schema.typeName === message.$typeName);
    if (!member) throw new Error(`${message.$typeName} is no connector`);
    return member.toDocument(message);
  },
};

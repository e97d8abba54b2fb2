import { GithubConnectorV3Schema } from '../../gen/types/github_connectors_pb.js';
import { defineReadOnlyKind } from '../kind-definition.js';

export const githubKind = defineReadOnlyKind('github', GithubConnectorV3Schema);

import { EmptySchema } from '@bufbuild/protobuf/wkt';
import {
  type GithubConnectorV3,
  GithubConnectorV3ListSchema,
  GithubConnectorV3Schema,
} from '../../gen/types/github_connectors_pb.js';
import {
  ResourceRequestSchema,
  ResourcesWithSecretsRequestSchema,
  ResourceWithSecretsRequestSchema,
} from '../../gen/types/metadata_pb.js';
import {
  type OIDCConnectorV3,
  OIDCConnectorV3ListSchema,
  OIDCConnectorV3Schema,
} from '../../gen/types/oidc_connectors_pb.js';
import {
  type SAMLConnectorV2,
  SAMLConnectorV2ListSchema,
  SAMLConnectorV2Schema,
} from '../../gen/types/saml_connectors_pb.js';
import { isErrorCode } from '../../util/coded-error.js';
import { authCall } from '../calls/auth-call.js';
import type { Client } from '../client.js';
import { RpcError } from '../errors.js';
import type { KindOperations } from './operations.js';

const github = {
  get: authCall('GetGithubConnector', ResourceWithSecretsRequestSchema, GithubConnectorV3Schema),
  list: authCall('GetGithubConnectors', ResourcesWithSecretsRequestSchema, GithubConnectorV3ListSchema),
  delete: authCall('DeleteGithubConnector', ResourceRequestSchema, EmptySchema),
};
const oidc = {
  get: authCall('GetOIDCConnector', ResourceWithSecretsRequestSchema, OIDCConnectorV3Schema),
  list: authCall('GetOIDCConnectors', ResourcesWithSecretsRequestSchema, OIDCConnectorV3ListSchema),
  delete: authCall('DeleteOIDCConnector', ResourceRequestSchema, EmptySchema),
};
const saml = {
  get: authCall('GetSAMLConnector', ResourceWithSecretsRequestSchema, SAMLConnectorV2Schema),
  list: authCall('GetSAMLConnectors', ResourcesWithSecretsRequestSchema, SAMLConnectorV2ListSchema),
  delete: authCall('DeleteSAMLConnector', ResourceRequestSchema, EmptySchema),
};

export function githubConnectors(client: Client): KindOperations<GithubConnectorV3> {
  return {
    get: (name, { withSecrets, ...options }) => client.call(github.get, { name, withSecrets }, options),
    async *list({ withSecrets, ...options }) {
      yield* (await client.call(github.list, { withSecrets }, options)).githubConnectors;
    },
    delete: async (name, options) => void (await client.call(github.delete, { name }, options)),
  };
}

export function oidcConnectors(client: Client): KindOperations<OIDCConnectorV3> {
  return {
    get: (name, { withSecrets, ...options }) => client.call(oidc.get, { name, withSecrets }, options),
    async *list({ withSecrets, ...options }) {
      yield* (await client.call(oidc.list, { withSecrets }, options)).oidcConnectors;
    },
    delete: async (name, options) => void (await client.call(oidc.delete, { name }, options)),
  };
}

/** Whether a descriptor behind an address can be fetched is not asked: the server would have to follow the address. */
export function samlConnectors(client: Client): KindOperations<SAMLConnectorV2> {
  const samlValidationNoFollowUrls = true;
  return {
    get: (name, { withSecrets, ...options }) =>
      client.call(saml.get, { name, withSecrets, samlValidationNoFollowUrls }, options),
    async *list({ withSecrets, ...options }) {
      yield* (await client.call(saml.list, { withSecrets, samlValidationNoFollowUrls }, options)).samlConnectors;
    },
    delete: async (name, options) => void (await client.call(saml.delete, { name }, options)),
  };
}

export type Connector = OIDCConnectorV3 | SAMLConnectorV2 | GithubConnectorV3;

/** The connectors of all three kinds. */
export function connectors(client: Client): KindOperations<Connector> {
  const members: KindOperations<Connector>[] = [
    oidcConnectors(client),
    samlConnectors(client),
    githubConnectors(client),
  ] as unknown as KindOperations<Connector>[];
  return {
    async get(name, options) {
      for (const member of members) {
        try {
          return await member.get(name, options);
        } catch (error) {
          if (!isErrorCode(error, 'not_found')) throw error;
        }
      }
      throw new RpcError('not_found', 'get', `connector ${JSON.stringify(name)} is not found`);
    },
    async *list(options) {
      for (const member of members) yield* member.list(options);
    },
  };
}

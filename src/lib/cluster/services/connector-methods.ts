import type { ServiceImpl } from '@connectrpc/connect';
import type { AuthService } from '../../gen/proto/auth_service_pb.js';
import { withoutGithubSecrets, withoutOidcSecrets, withoutSamlSecrets } from '../domain/connectors.js';
import {
  createResource,
  deleteResource,
  getResource,
  listResources,
  STORED,
  updateResource,
  upsertResource,
} from '../domain/stored-kinds.js';
import type { ClusterState } from '../state.js';

type Implementation = Partial<ServiceImpl<typeof AuthService>>;

/** Calls of `proto.AuthService` for connectors to identity providers. Nobody logs in through them here. */
export function connectorMethods(state: ClusterState): Implementation {
  return { ...githubMethods(state), ...oidcMethods(state), ...samlMethods(state) };
}

function githubMethods(state: ClusterState): Implementation {
  const shown = (withSecrets: boolean) => (withSecrets ? same : withoutGithubSecrets);
  return {
    getGithubConnector: ({ name, withSecrets }) => shown(withSecrets)(getResource(state, STORED.github, name)),
    getGithubConnectors: ({ withSecrets }) => ({
      githubConnectors: listResources(state, STORED.github).map(shown(withSecrets)),
    }),
    createGithubConnector: ({ connector }) => createResource(state, STORED.github, connector),
    updateGithubConnector: ({ connector }) => updateResource(state, STORED.github, connector),
    upsertGithubConnectorV2: ({ connector }) => upsertResource(state, STORED.github, connector),
    async deleteGithubConnector({ name }) {
      await deleteResource(state, STORED.github, name);
      return {};
    },
  };
}

function oidcMethods(state: ClusterState): Implementation {
  const shown = (withSecrets: boolean) => (withSecrets ? same : withoutOidcSecrets);
  return {
    getOIDCConnector: ({ name, withSecrets }) => shown(withSecrets)(getResource(state, STORED.oidc, name)),
    getOIDCConnectors: ({ withSecrets }) => ({
      oidcConnectors: listResources(state, STORED.oidc).map(shown(withSecrets)),
    }),
    async deleteOIDCConnector({ name }) {
      await deleteResource(state, STORED.oidc, name);
      return {};
    },
  };
}

function samlMethods(state: ClusterState): Implementation {
  const shown = (withSecrets: boolean) => (withSecrets ? same : withoutSamlSecrets);
  return {
    getSAMLConnector: ({ name, withSecrets }) => shown(withSecrets)(getResource(state, STORED.saml, name)),
    getSAMLConnectors: ({ withSecrets }) => ({
      samlConnectors: listResources(state, STORED.saml).map(shown(withSecrets)),
    }),
    async deleteSAMLConnector({ name }) {
      await deleteResource(state, STORED.saml, name);
      return {};
    },
  };
}

function same<T>(connector: T): T {
  return connector;
}

import type { GithubConnectorV3 } from '../../gen/types/github_connectors_pb.js';
import type { OIDCConnectorV3 } from '../../gen/types/oidc_connectors_pb.js';
import type { SAMLConnectorV2 } from '../../gen/types/saml_connectors_pb.js';
import { renderTable } from '../table.js';

type Connector = OIDCConnectorV3 | SAMLConnectorV2 | GithubConnectorV3;

/** The tables of connectors, after cli §12. */
export function githubTable(connectors: readonly GithubConnectorV3[]): string {
  const rows = connectors.map(({ metadata, spec }) => [
    metadata?.name ?? '',
    (spec?.teamsToLogins ?? [])
      .map(({ organization, team, logins }) => `@${organization}/${team}: ${logins.join(', ')}`)
      .join(', '),
  ]);
  return renderTable(['Name', 'Teams To Logins'], rows);
}

export function oidcTable(connectors: readonly OIDCConnectorV3[]): string {
  const rows = connectors.map(({ metadata, spec }) => [
    metadata?.name ?? '',
    spec?.issuerUrl ?? '',
    (spec?.scope ?? []).join(','),
  ]);
  return renderTable(['Name', 'Issuer URL', 'Additional Scope'], rows);
}

export function samlTable(connectors: readonly SAMLConnectorV2[]): string {
  return renderTable(
    ['Name', 'SSO URL'],
    connectors.map(({ metadata, spec }) => [metadata?.name ?? '', spec?.sso ?? '']),
  );
}

/** One table for each kind that there is. */
export function connectorsTables(connectors: readonly Connector[]): string {
  const oidc = connectors.filter((one) => one.$typeName === 'types.OIDCConnectorV3');
  const saml = connectors.filter((one) => one.$typeName === 'types.SAMLConnectorV2');
  const github = connectors.filter((one) => one.$typeName === 'types.GithubConnectorV3');
  return [
    oidc.length > 0 ? `\nOIDC:\n${oidcTable(oidc)}` : '',
    saml.length > 0 ? `\nSAML:\n${samlTable(saml)}` : '',
    github.length > 0 ? `\nGitHub:\n${githubTable(github)}` : '',
  ].join('');
}

/**
 * What `curl https://PROXY/scripts/install.sh | bash` gets. An embedded cluster has no download site to point at,
 * so the script installs nothing: it says where the tools come from, and fails so that automation notices.
 */
export function installScript(proxyAddress: string): string {
  return `#!/bin/sh
# Answered by an embedded cluster. Nothing is installed.
cat >&2 <<'TEXT'
This cluster (${proxyAddress}) is an embedded one and serves no Teleport packages.

Any of these can talk to it:
  - tctl and tbot of the npm package that runs the cluster:  npm install -g machine-identity-tools
  - the official Teleport tools of the same major version:   https://goteleport.com/docs/installation/
TEXT
exit 1
`;
}

/** `major.minor.patch` with an optional pre-release and build part. */
const SEMVER = /^v?(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/;

/** The oldest client that a server of this version talks to: the major version before its own (transport §6.1). */
export function minClientVersion(serverVersion: string): string {
  return `${majorOf(serverVersion) - 1}.0.0-aa`;
}

/** Whether a client that states this version is let in; one that states none is. */
export function acceptsClientVersion(serverVersion: string, clientVersion: string | undefined): boolean {
  if (clientVersion === undefined) return true;
  const parts = SEMVER.exec(clientVersion);
  if (parts === null) return false;
  const [, major, minor, patch, preRelease] = parts;
  const oldest = majorOf(serverVersion) - 1;
  if (Number(major) !== oldest) return Number(major) > oldest;
  // Only a pre-release of the very first version can sort below `-aa`.
  return preRelease === undefined || Number(minor) > 0 || Number(patch) > 0 || preRelease >= 'aa';
}

function majorOf(version: string): number {
  return Number.parseInt(version, 10);
}

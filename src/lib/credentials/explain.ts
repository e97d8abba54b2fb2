import { CredentialError, type TriedSource } from './credentials.js';
import { type CredentialOptions, type FoundCredentials, findCredentials } from './order.js';

/** A source of credentials and what became of it; those behind the one that ended the search are not looked at. */
export type ExplainedSource = Omit<TriedSource, 'outcome'> & { outcome: TriedSource['outcome'] | 'not_reached' };

/** How a search went, whatever came of it. */
export interface ExplainedSearch {
  /** Every source, in the order of looking. */
  sources: ExplainedSource[];
  /** Absent when the search ended with an error. */
  found?: FoundCredentials;
  error?: CredentialError;
}

/** Searches as {@link findCredentials} does, and tells of every source whatever comes of it. */
export async function explainCredentials(options: CredentialOptions): Promise<ExplainedSearch> {
  try {
    const found = await findCredentials(options);
    return { found, sources: complete(found.tried, 'another source won before it') };
  } catch (error) {
    if (!(error instanceof CredentialError)) throw error;
    return { error, sources: complete(error.tried, 'the search ended before it') };
  }
}

function complete(tried: readonly TriedSource[], reason: string): ExplainedSource[] {
  const isAuthHost = tried.some(({ source, outcome }) => source === 'config' && outcome === 'used');
  const order = ['identity-file', 'config', ...(isAuthHost ? ['auth-host', 'profile'] : ['profile', 'auth-host'])];
  return order.map(
    (source) =>
      tried.find((one) => one.source === source) ?? ({ source, outcome: 'not_reached', reason } as ExplainedSource),
  );
}

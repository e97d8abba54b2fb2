import type { CertificateIdentity } from '../../crypto/index.js';

/**
 * The attributes of a join as certificates carry them (join §1.3, §2.5a). The name of a `token` method's token is its
 * secret and stays out.
 */
export function joinAttributes(method: string, tokenName: string): string {
  const meta = method === 'token' ? { join_method: method } : { join_token_name: tokenName, join_method: method };
  return JSON.stringify({ meta });
}

/** The name of the token that an identity joined with, where its certificate tells. */
export function joinTokenOf({ joinAttributes: text }: CertificateIdentity): string | undefined {
  return metaOf(text).join_token_name;
}

function metaOf(text: string | undefined): { join_token_name?: string } {
  // Only this cluster signs the text, so it is readable wherever it is present.
  return text ? (JSON.parse(text).meta ?? {}) : {};
}

import { UsageError } from './command-line.js';
import { JOIN_METHODS } from './config-schema.js';

/** What one text says about joining. */
export interface JoinUri {
  address: { kind: 'proxy' | 'auth'; address: string };
  joinMethod: string;
  token: string;
  /** A registration secret, for bound_keypair. */
  parameter?: string;
}

/** Reads `tbot+proxy+bound-keypair://TOKEN:SECRET@host:port` (tbot §12). The text is never part of an error: it holds secrets. @throws UsageError */
export function parseJoinUri(text: string): JoinUri {
  const [, kind, method, userInfo, address] =
    /^tbot\+(proxy|auth)\+([a-z0-9_-]+):\/\/([^@/]+)@([^@/?#\s]+)\/?$/.exec(text) ?? [];
  if (userInfo === undefined || address === undefined || method === undefined)
    throw new UsageError(
      '--join-uri is malformed',
      'Write tbot+proxy+METHOD://TOKEN@HOST:PORT, or TOKEN:SECRET for bound-keypair.',
    );
  const joinMethod = JOIN_METHODS.find((name) => name.replaceAll('_', '') === method.replaceAll(/[-_]/g, ''));
  if (joinMethod === undefined) throw new UsageError(`--join-uri: there is no join method ${JSON.stringify(method)}`);
  const [token = '', parameter] = userInfo.split(':').map(decode);
  if (parameter !== undefined && joinMethod !== 'bound_keypair')
    throw new UsageError(`--join-uri: the join method ${joinMethod} takes no parameter after the token`);
  return {
    address: { kind: kind as 'proxy' | 'auth', address },
    joinMethod,
    token,
    ...(parameter === undefined ? {} : { parameter }),
  };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new UsageError('--join-uri is malformed', 'A % stands for an encoded character.');
  }
}

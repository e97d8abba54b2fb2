import type { SignFormat } from '../actions/index.js';
import { nearest } from '../util/nearest.js';
import { notOffered } from './not-offered.js';
import { UsageError } from './usage-error.js';
import { commaList, durationMs } from './values.js';

const FORMATS: readonly SignFormat[] = ['file', 'openssh', 'tls', 'kubernetes'];
const FORMATS_OF_TELEPORT = [
  'db',
  'windows',
  'mongodb',
  'cockroachdb',
  'redis',
  'snowflake',
  'elasticsearch',
  'cassandra',
  'scylla',
  'oracle',
];
const FLAGS_OF_TELEPORT = ['app-name', 'db-service', 'db-user', 'db-name'] as const;
const KUBE_FLAGS = ['proxy', 'leaf-cluster', 'kube-cluster-name'] as const;

/** Flags of `auth sign`, as oclif's parser gives them. */
type SignFlags = { user?: string; host?: string; format: string; ttl: string; compat?: string } & {
  [flag in (typeof FLAGS_OF_TELEPORT)[number] | (typeof KUBE_FLAGS)[number]]?: string;
};

export interface SignOrder {
  format: SignFormat;
  /** For an SSH server, or else for the user. */
  principals?: string[];
  username: string;
  ttlMs: number;
  compat: '' | 'standard' | 'oldssh';
  /** Flags that mean nothing for this format. */
  ignored: string[];
}

/** Checks what the flags of `auth sign` ask for, before anything is sent. @throws UsageError, CodedError `not_offered` */
export function readSignOrder(flags: SignFlags): SignOrder {
  const format = readFormat(flags.format);
  const unknown = FLAGS_OF_TELEPORT.find((flag) => flags[flag] !== undefined);
  if (unknown) throw notOffered(`--${unknown}`, `tctl auth sign --${unknown}=…`);
  const { user = '', host = '' } = flags;
  if ((user === '') === (host === '')) {
    throw new UsageError('either --user or --host must be given', { commandId: 'auth:sign' });
  }
  if (host !== '' && format !== 'openssh') {
    throw new UsageError(`--format=${format} is not for hosts: they have --format=openssh`);
  }
  const ttlMs = durationMs('ttl', flags.ttl);
  if (ttlMs === undefined) throw new UsageError('--ttl must be more than nothing');
  return {
    format,
    ...(host === '' ? {} : { principals: commaList(host) }),
    username: user,
    ttlMs,
    compat: readCompat(flags.compat),
    ignored: format === 'kubernetes' ? [] : KUBE_FLAGS.filter((flag) => flags[flag] !== undefined),
  };
}

function readFormat(text: string): SignFormat {
  const format = FORMATS.find((known) => known === text);
  if (format) return format;
  if (FORMATS_OF_TELEPORT.includes(text)) throw notOffered(`--format=${text}`, `tctl auth sign --format=${text} …`);
  const near = nearest(text, FORMATS);
  throw new UsageError(
    `--format=${text} is none of ${FORMATS.join(', ')}`,
    near ? { hint: `Did you mean "${near}"?` } : {},
  );
}

function readCompat(text = ''): SignOrder['compat'] {
  if (text === '' || text === 'standard' || text === 'oldssh') return text;
  throw new UsageError(`--compat=${text} is neither standard nor oldssh`);
}

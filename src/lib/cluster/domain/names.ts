import { ClusterError } from '../errors.js';

const ALLOWED = /^[0-9A-Za-z@_:.+-]+$/;

/** Where the real server keeps a resource; its refusal of a bad name shows this path. */
const KEY_PATHS: Record<string, (name: string) => string> = {
  user: (name) => `/web/users/${name}/params`,
  role: (name) => `/roles/${name}/params`,
  token: (name) => `/tokens/${name}`,
  lock: (name) => `/locks/${name}`,
};

/**
 * Refuses names that the storage of a real cluster refuses: each part is made of letters, digits and `@ _ : . - +`,
 * and is not `.` or `..` (wire §5.1). Checked on writes only.
 */
export function checkName(kind: string, name: string): void {
  if (ALLOWED.test(name) && name !== '.' && name !== '..') return;
  const path = KEY_PATHS[kind]?.(name) ?? `/${kind}/${name}`;
  throw new ClusterError(
    'BadParameter',
    `special characters are not allowed in resource names, please use name composed only from characters, hyphens, dots, and plus signs: "${path}"`,
  );
}

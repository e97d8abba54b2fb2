import type { Bot } from '../../gen/teleport/machineid/v1/bot_pb.js';
import type { AuthPreferenceV2, SecondFactorType } from '../../gen/types/auth_preference_pb.js';
import type { ClusterNetworkingConfigV2, SessionRecordingConfigV2 } from '../../gen/types/cluster_config_pb.js';
import type { LockTarget, LockV2 } from '../../gen/types/locks_pb.js';
import type { RoleV6 } from '../../gen/types/roles_pb.js';
import type { UserV2 } from '../../gen/types/users_pb.js';
import type { LabelValues } from '../../gen/wrappers/wrappers_pb.js';
import { isTimeSet } from '../../resources/index.js';
import { formatGoDuration } from '../../util/duration.js';
import { goQuote } from '../../util/go-quote.js';
import { fitRows, renderTable } from '../table.js';
import { formatWeekdayTime } from '../times.js';

/** The table of `bots ls` (cli §10.1). */
export function botsTable(bots: readonly Bot[]): string {
  const rows = bots.map(({ metadata, spec, status }) => [
    metadata?.name ?? '',
    status?.userName ?? '',
    (spec?.roles ?? []).join(','),
  ]);
  return renderTable(['Bot', 'User', 'Roles'], rows);
}

/** The table of `get bots --format=text`; like the others here, after cli §12. */
export function botRolesTable(bots: readonly Bot[]): string {
  return renderTable(
    ['Name', 'Roles'],
    bots.map(({ metadata, spec }) => [metadata?.name ?? '', (spec?.roles ?? []).join(', ')]),
  );
}

/** The table of `users ls` (cli §14). */
export function usersTable(users: readonly UserV2[]): string {
  const rows = users.map(({ metadata, spec }) => [metadata?.name ?? '', (spec?.roles ?? []).join(',')]);
  return renderTable(['User', 'Roles'], rows);
}

export function userNamesTable(users: readonly UserV2[]): string {
  return `${renderTable(
    ['User'],
    users.map(({ metadata }) => [metadata?.name ?? '']),
  )}\n`;
}

/** @param width columns of the terminal; Infinity leaves cells whole. */
export function rolesTable(roles: readonly RoleV6[], { width }: { width: number }): string {
  const headers = ['Role', 'Allowed to login as', 'Node Labels', 'Access to resources'];
  const rows = roles
    .filter(({ metadata }) => metadata?.name !== 'default-implicit-role')
    .map(({ metadata, spec }) => [
      metadata?.name ?? '',
      (spec?.allow?.logins ?? []).join(','),
      nodeLabels(spec?.allow?.nodeLabels),
      (spec?.allow?.rules ?? []).map(({ resources, verbs }) => `${resources.join(',')}:${verbs.join(',')}`).join(','),
    ]);
  return renderTable(headers, Number.isFinite(width) ? fitRows(headers, rows, { width, long: 3 }) : rows);
}

function nodeLabels(labels: LabelValues | undefined): string {
  const entries = Object.entries(labels?.labels ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  if (entries.some(([key]) => key === '*')) return '<all nodes>';
  return entries.map(([key, { values }]) => `${key}=[${values.join(' ')}]`).join(',');
}

export function locksTable(locks: readonly LockV2[]): string {
  const rows = locks.map(({ metadata, spec }) => [
    metadata?.name ?? '',
    lockTarget(spec?.target),
    spec?.message ?? '',
    isTimeSet(spec?.expires) ? formatWeekdayTime(spec.expires) : 'never',
  ]);
  return renderTable(['ID', 'Target', 'Message', 'Expires'], rows);
}

const TARGET_FIELDS = [
  ['user', 'User'],
  ['role', 'Role'],
  ['login', 'Login'],
  ['mfaDevice', 'MFADevice'],
  ['windowsDesktop', 'WindowsDesktop'],
  ['accessRequest', 'AccessRequest'],
  ['device', 'Device'],
  ['serverId', 'ServerID'],
  ['botInstanceId', 'BotInstanceID'],
  ['joinToken', 'JoinToken'],
] as const;

/** The protobuf text of a target: `User:"alice" Login:"root"`. */
function lockTarget(target: LockTarget | undefined): string {
  return TARGET_FIELDS.flatMap(([field, name]) => (target?.[field] ? [`${name}:${goQuote(target[field])}`] : [])).join(
    ' ',
  );
}

/** By SecondFactorType. */
const SECOND_FACTORS: Readonly<Record<SecondFactorType, string>> = {
  0: '',
  1: 'otp',
  2: 'webauthn',
  3: 'sso',
};

/** What the one older setting means in terms of the newer list. */
const LEGACY_FACTORS: Readonly<Record<string, string>> = {
  otp: 'otp',
  webauthn: 'webauthn',
  u2f: 'webauthn',
  on: 'webauthn, otp',
  optional: 'webauthn, otp',
};

export function authPreferenceTable(preferences: readonly AuthPreferenceV2[]): string {
  const rows = preferences.map(({ spec }) => {
    const factors = (spec?.secondFactors ?? []).map((factor) => SECOND_FACTORS[factor] ?? '').join(', ');
    return [spec?.type ?? '', factors || (LEGACY_FACTORS[spec?.secondFactor ?? ''] ?? '')];
  });
  return renderTable(['Type', 'Second Factors'], rows);
}

export function networkingConfigTable(configs: readonly ClusterNetworkingConfigV2[]): string {
  const rows = configs.map(({ spec }) => [
    formatGoDuration(spec?.clientIdleTimeout ?? 0n),
    formatGoDuration(spec?.keepAliveInterval ?? 0n),
    String(spec?.keepAliveCountMax ?? 0n),
    formatGoDuration(spec?.sessionControlTimeout ?? 0n),
  ]);
  const headers = ['Client Idle Timeout', 'Keep Alive Interval', 'Keep Alive Count Max', 'Session Control Timeout'];
  return renderTable(headers, rows);
}

export function recordingConfigTable(configs: readonly SessionRecordingConfigV2[]): string {
  const rows = configs.map(({ spec }) => [spec?.mode ?? '', String(spec?.proxyChecksHostKeys?.value ?? false)]);
  return renderTable(['Mode', 'Proxy Checks Host Keys'], rows);
}

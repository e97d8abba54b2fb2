import { toJson } from '@bufbuild/protobuf';
import type { Duration, Timestamp } from '@bufbuild/protobuf/wkt';
import {
  type BotInstance,
  BotInstanceHealthStatus,
  type BotInstanceServiceHealth,
  type BotInstanceStatusAuthentication,
  type BotInstanceStatusHeartbeat,
} from '../../gen/teleport/machineid/v1/bot_instance_pb.js';
import { JoinAttrsSchema } from '../../gen/teleport/workloadidentity/v1/join_attrs_pb.js';
import { formatGoDuration } from '../../util/duration.js';
import { goQuote } from '../../util/go-quote.js';
import { printable } from '../../util/printable.js';
import { type Row, renderRows, renderTable } from '../table.js';
import { formatSecond } from '../times.js';

const UNKNOWN = 'n/a';
/** From 18.4 on. */
const NOTHING = '-';

/** The table of `get bot_instance --format=text`, by bot (cli §12). */
export function botInstanceNamesTable(instances: readonly BotInstance[]): string {
  const rows = instances.map(({ spec }) => [spec?.botName ?? '', spec?.instanceId ?? '']);
  return renderTable(
    ['Bot Name', 'Instance ID'],
    rows.sort(([a = ''], [b = '']) => (a < b ? -1 : Number(a > b))),
  );
}

/** The table of `bots instances list` before 18.4 (cli §10.4). */
export function botInstancesTable(instances: readonly BotInstance[]): string {
  const rows = instances.map((instance) => {
    const { initial, latest, heartbeat, seen } = recordsOf(instance);
    return [
      idOf(instance),
      joinMethod(initial, latest),
      heartbeat?.hostname || UNKNOWN,
      initial?.authenticatedAt ? formatSecond(initial.authenticatedAt) : UNKNOWN,
      seen ? formatSecond(seen) : UNKNOWN,
      latest ? String(latest.generation) : UNKNOWN,
    ];
  });
  return renderTable(['ID', 'Join Method', 'Hostname', 'Joined', 'Last Seen', 'Generation'], rows);
}

/** The same from 18.4 on, when agents tell how their services do (cli: later versions). */
export function botInstancesHealthTable(instances: readonly BotInstance[]): string {
  const rows = instances.map((instance) => {
    const { initial, latest, heartbeat, seen } = recordsOf(instance);
    const health = leastHealthy(instance);
    return [
      idOf(instance),
      joinMethod(initial, latest),
      heartbeat?.version || NOTHING,
      heartbeat?.hostname || NOTHING,
      health === undefined ? NOTHING : HEALTH[health].word,
      seen ? formatSecond(seen) : NOTHING,
    ];
  });
  return renderTable(['ID', 'Join Method', 'Version', 'Hostname', 'Status', 'Last Seen'], rows);
}

function idOf({ spec }: BotInstance): string {
  return `${spec?.botName}/${spec?.instanceId}`;
}

function recordsOf({ status }: BotInstance) {
  const initial = status?.initialAuthentication;
  const latest = status?.latestAuthentications.at(-1);
  const heartbeat = status?.latestHeartbeats.at(-1) ?? status?.initialHeartbeat;
  const times = [initial?.authenticatedAt, latest?.authenticatedAt, heartbeat?.recordedAt];
  const known = times.filter((time) => time !== undefined);
  return { initial, latest, heartbeat, seen: known.length > 0 ? known.reduce(later) : undefined };
}

function joinMethod(
  initial: BotInstanceStatusAuthentication | undefined,
  latest: BotInstanceStatusAuthentication | undefined,
): string {
  const [first, newest] = [methodOf(initial), methodOf(latest)];
  return first && newest && first !== newest ? `${newest} (${first})` : newest || first;
}

/** Newer releases keep it with the other attributes of the join. */
function methodOf(record: BotInstanceStatusAuthentication | undefined): string {
  return record?.joinAttrs?.meta?.joinMethod || record?.joinMethod || '';
}

/** How services do, worst first: an instance does as its worst service. */
const HEALTH = {
  [BotInstanceHealthStatus.UNHEALTHY]: { word: 'Unhealthy', colour: 'red' },
  [BotInstanceHealthStatus.UNSPECIFIED]: { word: 'Unknown', colour: 'yellow' },
  [BotInstanceHealthStatus.INITIALIZING]: { word: 'Initializing', colour: 'white' },
  [BotInstanceHealthStatus.HEALTHY]: { word: 'Healthy', colour: 'green' },
} as const;
const WORST_FIRST = [
  BotInstanceHealthStatus.UNHEALTHY,
  BotInstanceHealthStatus.UNSPECIFIED,
  BotInstanceHealthStatus.INITIALIZING,
  BotInstanceHealthStatus.HEALTHY,
];

/** Undefined for an agent that has told of no service. */
function leastHealthy({ status }: BotInstance): BotInstanceHealthStatus | undefined {
  const found = new Set(status?.serviceHealth.map((service) => known(service.status)));
  return WORST_FIRST.find((candidate) => found.has(candidate));
}

/** What a later release may add counts as unknown. */
function known(status: BotInstanceHealthStatus): BotInstanceHealthStatus {
  return status in HEALTH ? status : BotInstanceHealthStatus.UNSPECIFIED;
}

/** The dot before a status, coloured or not. */
type Dot = (colour: 'red' | 'yellow' | 'white' | 'green') => string;

function healthText(status: BotInstanceHealthStatus, dot: Dot): string {
  const { word, colour } = HEALTH[known(status)];
  return `${dot(colour)} ${word}`;
}

function later(a: Timestamp, b: Timestamp): Timestamp {
  return a.seconds > b.seconds ? a : b;
}

/** The text of `bots instances show`: who it is, and its first and newest signs of life (cli §10.4). */
export function botInstanceText(instance: BotInstance): string {
  const { spec } = instance;
  const head = `Bot: ${printable(spec?.botName ?? '')}\nID:  ${printable(spec?.instanceId ?? '')}\n`;
  return [head, ...historyParts(instance)].join('\n');
}

/** The same from 18.4 on, with how its services do. */
export function botInstanceHealthText(instance: BotInstance, dot: Dot): string {
  const { spec, status } = instance;
  const health = leastHealthy(instance);
  const head = [
    `Bot:    ${printable(spec?.botName ?? '')}`,
    `ID:     ${printable(spec?.instanceId ?? '')}`,
    `Status: ${health === undefined ? NOTHING : healthText(health, dot)}\n`,
  ].join('\n');
  const services = [...(status?.serviceHealth ?? [])].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  const parts =
    services.length > 0 ? services.map((service) => serviceText(service, dot)) : ['  No reported services.\n'];
  return [head, ...historyParts(instance), `Services:\n${parts.join('\n')}`].join('\n');
}

function nameOf({ service }: BotInstanceServiceHealth): string {
  return service?.name ?? '';
}

function serviceText(health: BotInstanceServiceHealth, dot: Dot): string {
  const { service, status, reason, updatedAt } = health;
  const lines = [
    `Name:        ${printable(nameOf(health))}`,
    `Type:        ${printable(service?.type ?? '')}`,
    `Status:      ${healthText(status, dot)}`,
    ...(reason ? [`Reason:      ${printable(reason)}`] : []),
    `Reported at: ${updatedAt ? formatSecond(updatedAt) : NOTHING}`,
  ];
  return lines.map((line) => `  ${line}\n`).join('');
}

function historyParts({ spec, status }: BotInstance): string[] {
  const heartbeat = status?.latestHeartbeats.at(-1) ?? status?.initialHeartbeat;
  return [
    ...(spec?.previousInstanceId ? [`Continues: ${printable(spec.previousInstanceId)}\n`] : []),
    section('Initial Authentication', authenticationRows(status?.initialAuthentication)),
    section('Latest Authentication', authenticationRows(status?.latestAuthentications.at(-1))),
    section('Latest Heartbeat', heartbeatRows(heartbeat)),
  ];
}

function section(title: string, rows: readonly Row[] | undefined): string {
  if (!rows) return `${title}: no record\n`;
  return `${title}:\n${renderRows(rows).replaceAll(/^(?=.)/gm, '  ')}`;
}

function authenticationRows(record: BotInstanceStatusAuthentication | undefined): Row[] | undefined {
  if (!record) return undefined;
  const attributes = record.joinAttrs ? toJson(JoinAttrsSchema, record.joinAttrs, { useProtoFieldName: true }) : {};
  return [
    ['Authenticated At:', record.authenticatedAt ? formatSecond(record.authenticatedAt) : UNKNOWN],
    ['Join Method:', methodOf(record)],
    ['Join Token:', record.joinAttrs?.meta?.joinTokenName || record.joinToken],
    ['Join Metadata:', protoText(attributes as ProtoJson)],
    ['Generation:', String(record.generation)],
    ['Public Key:', `<${record.publicKey.length} bytes>`],
  ];
}

function heartbeatRows(record: BotInstanceStatusHeartbeat | undefined): Row[] | undefined {
  if (!record) return undefined;
  return [
    ['Recorded At:', record.recordedAt ? formatSecond(record.recordedAt) : UNKNOWN],
    ['Is Startup:', String(record.isStartup)],
    ['Version:', record.version],
    ['Hostname:', record.hostname],
    ['Uptime:', goDuration(record.uptime)],
    ['Join Method:', record.joinMethod],
    ['One Shot:', String(record.oneShot)],
    ['Architecture:', record.architecture],
    ['OS:', record.os],
  ];
}

function goDuration(duration: Duration | undefined): string {
  return formatGoDuration((duration?.seconds ?? 0n) * 1_000_000_000n + BigInt(duration?.nanos ?? 0));
}

type ProtoJson = { readonly [key: string]: ProtoJson | readonly string[] | string | number | boolean };

/** A message as protobuf's text form on one line: `meta:{join_method:"token"}`. */
function protoText(fields: ProtoJson): string {
  return Object.entries(fields)
    .flatMap(([name, value]) => (Array.isArray(value) ? value : [value]).map((item) => `${name}:${protoValue(item)}`))
    .join(' ');
}

function protoValue(value: ProtoJson | string | number | boolean): string {
  if (typeof value === 'string') return goQuote(value);
  return typeof value === 'object' ? `{${protoText(value)}}` : String(value);
}

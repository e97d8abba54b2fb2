import { toJson } from '@bufbuild/protobuf';
import type { Duration, Timestamp } from '@bufbuild/protobuf/wkt';
import type {
  BotInstance,
  BotInstanceStatusAuthentication,
  BotInstanceStatusHeartbeat,
} from '../../gen/teleport/machineid/v1/bot_instance_pb.js';
import { JoinAttrsSchema } from '../../gen/teleport/workloadidentity/v1/join_attrs_pb.js';
import { formatGoDuration } from '../../util/duration.js';
import { goQuote } from '../../util/go-quote.js';
import { printable } from '../../util/printable.js';
import { type Row, renderRows, renderTable } from '../table.js';
import { formatSecond } from '../times.js';

const UNKNOWN = 'n/a';

/** The table of `get bot_instance --format=text`, by bot (cli §12). */
export function botInstanceNamesTable(instances: readonly BotInstance[]): string {
  const rows = instances.map(({ spec }) => [spec?.botName ?? '', spec?.instanceId ?? '']);
  return renderTable(
    ['Bot Name', 'Instance ID'],
    rows.sort(([a = ''], [b = '']) => (a < b ? -1 : Number(a > b))),
  );
}

/** The table of `bots instances list` (cli §10.4). */
export function botInstancesTable(instances: readonly BotInstance[]): string {
  const rows = instances.map(({ spec, status }) => {
    const heartbeat = status?.latestHeartbeats.at(-1) ?? status?.initialHeartbeat;
    const joined = status?.initialAuthentication?.authenticatedAt;
    const latest = status?.latestAuthentications.at(-1);
    const seen = [joined, latest?.authenticatedAt, heartbeat?.recordedAt].filter((time) => time !== undefined);
    return [
      `${spec?.botName}/${spec?.instanceId}`,
      joinMethod(status?.initialAuthentication, latest),
      heartbeat?.hostname || UNKNOWN,
      joined ? formatSecond(joined) : UNKNOWN,
      seen.length > 0 ? formatSecond(seen.reduce(later)) : UNKNOWN,
      latest ? String(latest.generation) : UNKNOWN,
    ];
  });
  return renderTable(['ID', 'Join Method', 'Hostname', 'Joined', 'Last Seen', 'Generation'], rows);
}

function joinMethod(
  initial: BotInstanceStatusAuthentication | undefined,
  latest: BotInstanceStatusAuthentication | undefined,
): string {
  if (!latest || !initial || latest.joinMethod === initial.joinMethod) {
    return latest?.joinMethod ?? initial?.joinMethod ?? '';
  }
  return `${latest.joinMethod} (${initial.joinMethod})`;
}

function later(a: Timestamp, b: Timestamp): Timestamp {
  return a.seconds > b.seconds ? a : b;
}

/** The text of `bots instances show`: who it is, and its first and newest signs of life (cli §10.4). */
export function botInstanceText({ spec, status }: BotInstance): string {
  const heartbeat = status?.latestHeartbeats.at(-1) ?? status?.initialHeartbeat;
  return [
    `Bot: ${printable(spec?.botName ?? '')}\nID:  ${printable(spec?.instanceId ?? '')}\n`,
    ...(spec?.previousInstanceId ? [`Continues: ${printable(spec.previousInstanceId)}\n`] : []),
    section('Initial Authentication', authenticationRows(status?.initialAuthentication)),
    section('Latest Authentication', authenticationRows(status?.latestAuthentications.at(-1))),
    section('Latest Heartbeat', heartbeatRows(heartbeat)),
  ].join('\n');
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
    ['Join Method:', record.joinMethod],
    ['Join Token:', record.joinToken],
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

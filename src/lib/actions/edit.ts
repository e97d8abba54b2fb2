import type { Message } from '@bufbuild/protobuf';
import { type Client, isErrorCode, type Kind, type KindMessages } from '../client/index.js';
import {
  carryUnknownFields,
  type KindDefinition,
  kindInfo,
  type Resource,
  type ResourceRef,
} from '../resources/index.js';
import { CodedError } from '../util/coded-error.js';
import { type Found, getResources } from './get.js';
import { type Difference, differences, type ThreeWay, threeWay } from './three-way.js';
import { writeResource } from './write-resource.js';

/** A resource as it was and as somebody has edited it. */
export interface Edit {
  base: Message;
  edited: Resource;
}

/** @throws CodedError `unsupported_kind` for what can only be read, before anybody has edited it. */
export function requireEditable({ kind }: ResourceRef): void {
  if (kindInfo(kind).verbs.create) return;
  throw new CodedError('unsupported_kind', `resources of kind ${kind} cannot be edited`);
}

/**
 * Reads what is to be edited. Secrets come only where writing without them would lose them: passwords of users stay on the
 * cluster, which keeps them and shows them to nobody but itself.
 */
export async function readForEdit(refs: readonly ResourceRef[], { client }: { client: Client }): Promise<Found[]> {
  const found = refs.map((ref) => getResources({ refs: [ref], withSecrets: needsSecrets(ref.kind) }, { client }));
  return (await Promise.all(found)).flat();
}

function needsSecrets(kind: string): boolean {
  return kind === 'cert_authority';
}

/**
 * Which of the resources have been changed. One that was left out of the text stays as it is.
 * @throws CodedError `edit_renamed` for a resource that was not there to be edited: editing neither renames nor creates.
 */
export function findEdits(found: readonly Found[], edited: readonly Resource[]): Edit[] {
  const bases = new Map(
    found.flatMap(({ definition, messages }) => messages.map((base) => [keyOf(definition, base), base] as const)),
  );
  return edited.flatMap((resource) => {
    const { definition, message } = resource;
    const base = bases.get(keyOf(definition, message));
    if (!base) {
      throw new CodedError('edit_renamed', `${subjectOf(resource)} is not what is being edited`, {
        hint: 'A resource cannot be renamed: put its name back, and make another one with "tctl create"',
      });
    }
    const before = definition.toDocument(definition.withDefaults(base));
    return differences(before, definition.toDocument(message)).length > 0 ? [{ base, edited: resource }] : [];
  });
}

/** Somebody else has changed a resource while it was being edited. Nothing was written. */
export class EditConflict extends CodedError {
  readonly details: readonly string[];

  constructor(resource: Resource, comparison: ThreeWay) {
    super('edit_conflict', `${subjectOf(resource)} was changed by somebody else while you were editing it`, {
      hint: 'Edit it again: that begins with what the cluster has now',
    });
    this.details = conflictLines(comparison);
  }
}

/** The name of a token may be its secret. */
function subjectOf({ definition: { kind }, name }: Resource): string {
  return kind === 'token' ? 'the token' : `${kind} "${name}"`;
}

function conflictLines({ yours, theirs, clashes }: ThreeWay): string[] {
  const section = (title: string, lines: string[]) =>
    lines.length > 0 ? [title, ...lines.map((line) => `  ${line}`)] : [];
  const change = ({ path, from, to }: Difference) => `${path}: ${shown(path, from)} -> ${shown(path, to)}`;
  return [
    ...section('Only you have changed:', yours.map(change)),
    ...section('Only the cluster has changed:', theirs.map(change)),
    ...section(
      'Both have changed:',
      clashes.map((clash) => {
        const [base, own, other] = [clash.base, clash.yours, clash.theirs].map((value) => shown(clash.path, value));
        return `${clash.path}: ${base} -> yours: ${own}; the cluster's: ${other}`;
      }),
    ),
  ];
}

/** Fields whose values are not for the screen. */
const SECRET = /(?:secret|password|password_hash|private_key|service_account|\.key|value)$/;

function shown(path: string, value: string): string {
  return SECRET.test(path) ? '(a secret)' : value;
}

/**
 * Writes an edited resource if the cluster still has it as it was when the editing began. Where the cluster can compare
 * revisions itself it does, so that nothing comes in between; of other kinds (bot, token, lock, …) it is looked at right
 * before the writing.
 * @throws EditConflict; CodedError `managed_by_config` without `confirm`
 */
export async function applyEdit(
  { base, edited }: Edit,
  { confirm }: { confirm: boolean },
  { client }: { client: Client },
): Promise<void> {
  const { definition } = edited;
  const kind = definition.kind as Kind;
  const name = referenceName(definition, base);
  const read = () => client.resources.get(kind, name, { withSecrets: needsSecrets(kind) });
  const current = await read();
  if (differences(definition.toDocument(base), definition.toDocument(current)).length > 0) throw conflict(current);
  carryUnknownFields(definition.schema, current, edited.message);
  if (!client.resources.supports(kind, 'update') || definition.removal === 'reset') {
    await writeResource(edited, { force: true, confirm }, { client });
    return;
  }
  const message = edited.message as Message & { metadata?: { revision: string } };
  if (message.metadata)
    message.metadata.revision = (current as { metadata?: { revision: string } }).metadata?.revision ?? '';
  try {
    await client.resources.update(kind, message as KindMessages[Kind]);
  } catch (error) {
    if (!isErrorCode(error, 'compare_failed')) throw error;
    throw conflict(await read());
  }

  function conflict(theirs: Message): EditConflict {
    const [from, yours, now] = [base, edited.message, theirs].map((message) =>
      definition.toDocument(definition.withDefaults(message)),
    );
    return new EditConflict(edited, threeWay(from ?? {}, yours ?? {}, now ?? {}));
  }
}

function keyOf(definition: KindDefinition, message: Message): string {
  return `${definition.kind}/${referenceName(definition, message)}`;
}

/** The name by which references know a resource. */
function referenceName(definition: KindDefinition, message: Message): string {
  const name = definition.nameOf(message);
  if (definition.nameForm !== 'type-and-name') return name;
  return `${(message as { spec?: { type?: string } }).spec?.type}/${name}`;
}

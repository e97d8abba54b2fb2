import type { DescMessage, MessageShape } from '@bufbuild/protobuf';
import { type ReadMessage, readMessage } from './field-reader.js';
import { type JsonObject, toLegacyJson } from './legacy-json.js';
import type { FieldProblem } from './problems.js';

/** What `tctl` can do with resources of a kind (cli §5). */
export interface KindVerbs {
  readonly list: boolean;
  readonly get: boolean;
  readonly create: boolean;
  readonly remove: boolean;
}

/** How a reference names one resource: `kind/name`, `kind/a/b` with the name `a/b`, `kind/type/name`, or not at all. */
export type NameForm = 'name' | 'joined' | 'type-and-name' | 'singleton';

/** Everything that is particular to one kind of resource, as far as no cluster is needed for it. */
export interface KindDefinition<Desc extends DescMessage = DescMessage> {
  readonly kind: string;
  /** Other names that references may use, besides the kind itself (cli §5). */
  readonly aliases: readonly string[];
  readonly schema: Desc;
  readonly nameForm: NameForm;
  /** A cluster has one resource of the kind, under a fixed name. */
  readonly singleton: boolean;
  readonly verbs: KindVerbs;
  /** Versions that a document may state. With '' among them the version may be missing. */
  readonly versions: readonly string[];
  /** The JSON value that `get` prints, keys in order. */
  toDocument(message: MessageShape<Desc>): JsonObject;
  /** Reads a JSON value. Neither defaults nor rules are applied yet. */
  fromDocument(value: unknown): ReadMessage<Desc>;
  /** A copy with the defaults that the real tool fills in before it sends a resource. */
  withDefaults(message: MessageShape<Desc>): MessageShape<Desc>;
  /** The rules that hold without looking at a cluster; defaults count as filled in. */
  validate(message: MessageShape<Desc>): FieldProblem[];
  nameOf(message: MessageShape<Desc>): string;
}

/** The kinds of package `types` have these fields in common. */
interface LegacyResource {
  readonly metadata?: { readonly name: string } | undefined;
}

type LegacyParts<Desc extends DescMessage> = Omit<
  KindDefinition<Desc>,
  'singleton' | 'toDocument' | 'fromDocument' | 'nameOf'
>;

/** Completes the definition of a kind whose JSON is the real tool's own (wire §2.3). */
export function defineLegacyKind<Desc extends DescMessage>(parts: LegacyParts<Desc>): KindDefinition<Desc> {
  return {
    ...parts,
    singleton: parts.nameForm === 'singleton',
    toDocument: (message) => toLegacyJson(parts.schema, message),
    fromDocument: (value) => readMessage(parts.schema, value, 'legacy'),
    nameOf: (message) => (message as LegacyResource).metadata?.name ?? '',
  };
}

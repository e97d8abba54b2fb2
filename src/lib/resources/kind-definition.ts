import type { DescMessage, MessageShape } from '@bufbuild/protobuf';
import { type ReadMessage, readMessage } from './field-reader.js';
import { type KindInfo, kindInfo } from './kind-info.js';
import { type JsonObject, toLegacyJson } from './legacy-json.js';
import type { FieldProblem } from './problems.js';

/** Everything that is particular to one kind of resource, as far as no cluster is needed for it. */
export interface KindDefinition<Desc extends DescMessage = DescMessage> extends KindInfo {
  readonly schema: Desc;
  /** The JSON value that `get` prints, keys in order. */
  toDocument(message: MessageShape<Desc>): JsonObject;
  /** Reads a JSON value. Neither defaults nor rules are applied yet. */
  fromDocument(value: unknown): ReadMessage<Desc>;
  /** A copy with the defaults that the real tool fills in before it sends a resource. */
  withDefaults(message: MessageShape<Desc>): MessageShape<Desc>;
  /** The rules that hold without looking at a cluster; defaults count as filled in. */
  validate(message: MessageShape<Desc>): FieldProblem[];
  nameOf(message: MessageShape<Desc>): string;
  /** Of kinds that have grown: the fields of the resource that clusters of 18.0 drop without a word. */
  laterFields?(message: MessageShape<Desc>): string[];
}

/** The kinds of package `types` have these fields in common; those of some lie in a header. */
interface LegacyResource {
  readonly metadata?: { readonly name: string } | undefined;
  readonly header?: LegacyResource | undefined;
}

export type KindParts<Desc extends DescMessage> = Pick<KindDefinition<Desc>, 'schema' | 'withDefaults' | 'validate'>;

/** Completes the definition of a kind whose JSON is the real tool's own (wire §2.3). */
export function defineLegacyKind<Desc extends DescMessage>(kind: string, parts: KindParts<Desc>): KindDefinition<Desc> {
  return {
    ...kindInfo(kind),
    ...parts,
    toDocument: (message) => toLegacyJson(parts.schema, message),
    fromDocument: (value) => readMessage(parts.schema, value, 'legacy'),
    nameOf: (message) => {
      const { metadata, header } = message as LegacyResource;
      return (metadata ?? header?.metadata)?.name ?? '';
    },
  };
}

/** Completes the definition of a kind that this tool reads, but never writes. */
export function defineReadOnlyKind<Desc extends DescMessage>(kind: string, schema: Desc): KindDefinition<Desc> {
  return defineLegacyKind(kind, { schema, withDefaults: (message) => message, validate: () => [] });
}

import {
  EVENT_ID,
  type Event,
  getScalarValue,
  parseEvents,
  SCALAR_STYLE,
  type ScalarEvent,
  YAMLException,
} from 'js-yaml';
import { resolvePlainScalar } from '../util/yaml11-scalar.js';
import {
  listNode,
  mapNode,
  refuseDuplicates,
  type Scalar,
  type SourceEntry,
  SourceError,
  type SourceNode,
  scalarNode,
} from './source-tree.js';

type CollectionEvent = Extract<Event, { type: typeof EVENT_ID.SEQUENCE | typeof EVENT_ID.MAPPING }>;

/**
 * Reads the documents of a YAML stream with the scalar types of YAML 1.1, as the real tool reads them, keeping where each
 * value stood. js-yaml gives events with offsets; its own constructors would lose them.
 * @throws SourceError
 */
export function readYaml(text: string): SourceNode[] {
  const reader = new EventReader(text, parse(text));
  return reader.documents();
}

function parse(text: string): Event[] {
  try {
    return parseEvents(text, {});
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    throw new SourceError(error.mark?.position ?? 0, error.reason);
  }
}

class EventReader {
  private readonly text: string;
  private readonly events: readonly Event[];
  private readonly anchors = new Map<string, SourceNode>();
  private index = 0;
  /** Where the last event that has a place began; values without text stand there. */
  private offset = 0;

  constructor(text: string, events: readonly Event[]) {
    this.text = text;
    this.events = events;
  }

  documents(): SourceNode[] {
    const documents: SourceNode[] = [];
    while (this.index < this.events.length) {
      this.index++; // the start of a document
      this.anchors.clear();
      documents.push(this.isAtEnd() ? scalarNode(this.offset, null) : this.node());
      this.index++; // its end
    }
    return documents;
  }

  private isAtEnd(): boolean {
    const event = this.events[this.index];
    return event === undefined || event.type === EVENT_ID.POP;
  }

  private node(): SourceNode {
    const event = this.events[this.index++];
    switch (event?.type) {
      case EVENT_ID.SCALAR:
        return this.named(event, this.scalar(event));
      case EVENT_ID.SEQUENCE:
        return this.named(event, this.list(event.start));
      case EVENT_ID.MAPPING:
        return this.named(event, this.map(event.start));
      case EVENT_ID.ALIAS:
        return this.alias(event.anchorStart, event.anchorEnd);
      default:
        throw new SourceError(this.offset, 'a value is missing');
    }
  }

  private named(event: ScalarEvent | CollectionEvent, node: SourceNode): SourceNode {
    if (event.anchorStart >= 0) this.anchors.set(this.text.slice(event.anchorStart, event.anchorEnd), node);
    return node;
  }

  private alias(start: number, end: number): SourceNode {
    const name = this.text.slice(start, end);
    this.offset = start - 1;
    const node = this.anchors.get(name);
    if (!node) throw new SourceError(this.offset, `nothing before this is named &${name}`);
    return { ...node, offset: this.offset };
  }

  private scalar(event: ScalarEvent): SourceNode {
    if (event.valueStart >= 0) this.offset = event.valueStart;
    const text = event.valueStart >= 0 ? getScalarValue(this.text, event) : '';
    const tag = event.tagStart >= 0 ? this.text.slice(event.tagStart, event.tagEnd) : undefined;
    const value = event.style === SCALAR_STYLE.PLAIN ? resolvePlainScalar(text) : text;
    return scalarNode(this.offset, tag === undefined ? finite(value, this.offset) : this.tagged(tag, text));
  }

  private tagged(tag: string, text: string): Scalar {
    const wanted = { '!!null': 'object', '!!bool': 'boolean', '!!int': 'number', '!!float': 'number' }[tag];
    if (tag === '!!binary') throw new SourceError(this.offset, 'binary values are not supported here');
    if (wanted === undefined) return text;
    const value = resolvePlainScalar(text);
    if (typeof value !== wanted) throw new SourceError(this.offset, `${JSON.stringify(text)} is not a ${tag} value`);
    return finite(value, this.offset);
  }

  private list(start: number): SourceNode {
    this.offset = start;
    const items: SourceNode[] = [];
    while (!this.isAtEnd()) items.push(this.node());
    this.index++;
    return listNode(start, items);
  }

  private map(start: number): SourceNode {
    this.offset = start;
    const entries: SourceEntry[] = [];
    const merged: SourceEntry[] = [];
    while (!this.isAtEnd()) {
      const isMerge = this.isMergeKey();
      const keyNode = this.node();
      const keyOffset = keyNode.offset;
      const key = keyText(keyNode);
      const value = this.node();
      if (isMerge) merged.push(...mergedEntries(value));
      else entries.push({ key, keyOffset, value });
    }
    this.index++;
    refuseDuplicates(entries);
    const own = new Set(entries.map(({ key }) => key));
    for (const entry of merged) {
      if (own.has(entry.key)) continue;
      own.add(entry.key);
      entries.push(entry);
    }
    return mapNode(start, entries);
  }

  private isMergeKey(): boolean {
    const event = this.events[this.index];
    if (event?.type !== EVENT_ID.SCALAR || event.style !== SCALAR_STYLE.PLAIN || event.tagStart >= 0) return false;
    return this.text.slice(event.valueStart, event.valueEnd) === '<<';
  }
}

function finite(value: Scalar, offset: number): Scalar {
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new SourceError(offset, 'this is not a number that a resource can hold; put it in quotes');
  }
  return value;
}

/** Keys are texts; a typed key such as `on:` becomes the text of its value, as the real tool does it. */
function keyText(node: SourceNode): string {
  if (node.kind !== 'scalar' || node.value === null) throw new SourceError(node.offset, 'a key must be a text');
  return String(node.value);
}

function mergedEntries(value: SourceNode): readonly SourceEntry[] {
  if (value.kind === 'map') return value.entries;
  if (value.kind === 'list' && value.items.every((item) => item.kind === 'map'))
    return value.items.flatMap(mergedEntries);
  throw new SourceError(value.offset, '"<<" takes a mapping or a list of mappings');
}

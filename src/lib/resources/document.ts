import { readJson } from './json-source.js';
import { DocumentError, type FieldPath } from './problems.js';
import { offsetOf, plainValue, SourceError, type SourceNode } from './source-tree.js';

/** Lines and columns count from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** One document of a text: its value as JSON would have it, and where its fields stood. */
export interface ResourceDocument {
  /** What the text is called in messages, such as a file name. */
  readonly file: string;
  /** Counts from 0; empty documents do not count. */
  readonly index: number;
  readonly value: unknown;
  /** Where a field's value (or key) stands; for a missing field, its nearest parent. */
  positionOf(path: FieldPath, at?: 'key' | 'value'): Position;
}

/**
 * Splits a text into documents. A text that begins with `{` or `[` is a row of JSON values, or YAML in flow style when it is
 * not JSON; any other is a stream of YAML documents (cli §7.1). A list at the top, as `get --format=json` prints it, stands
 * for its items. Empty documents are skipped.
 * @throws DocumentError `document_syntax`, or `document_empty` when no document is left.
 */
export async function parseDocuments(text: string, file: string): Promise<ResourceDocument[]> {
  const positionAt = lineIndex(text);
  try {
    const roots = (await readSource(text)).flatMap((root) => (root.kind === 'list' ? root.items : [root]));
    const documents = roots.filter((root) => !(root.kind === 'scalar' && root.value === null));
    if (documents.length === 0) throw emptyText(file);
    return documents.map((root, index) => ({
      file,
      index,
      value: plainValue(root),
      positionOf: (path, at = 'value') => positionAt(offsetOf(root, path, at)),
    }));
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    const before = text.slice(0, error.offset).match(/^---(?:\s|$)/gm)?.length ?? 0;
    const place = { file, document: before + 1, ...positionAt(error.offset) };
    throw new DocumentError('document_syntax', [{ path: [], message: error.message, ...place }]);
  }
}

async function readSource(text: string): Promise<SourceNode[]> {
  if (!/^[\s\uFEFF]*[{[]/.test(text)) return readYamlLazily(text);
  try {
    return readJson(text);
  } catch (jsonError) {
    if (!(jsonError instanceof SourceError)) throw jsonError;
    return readYamlLazily(text).catch(() => {
      throw jsonError; // what looks like JSON is explained as JSON
    });
  }
}

/** JSON input never pays for loading the YAML reader. */
async function readYamlLazily(text: string): Promise<SourceNode[]> {
  const { readYaml } = await import('./yaml-source.js');
  return readYaml(text);
}

function emptyText(file: string): DocumentError {
  const problem = {
    path: [],
    message: 'no resources found, the input is empty',
    file,
    document: 1,
    line: 1,
    column: 1,
  };
  return new DocumentError('document_empty', [problem], {
    hint: 'give a YAML or JSON text with at least kind, version and metadata.name',
  });
}

function lineIndex(text: string): (offset: number) => Position {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  };
}

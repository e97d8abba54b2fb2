import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { create, fromBinary, isFieldSet, ScalarType } from '@bufbuild/protobuf';
import { base64Decode } from '@bufbuild/protobuf/wire';
import {
  DescriptorProtoSchema,
  FileDescriptorProtoSchema,
  file_google_protobuf_descriptor,
} from '@bufbuild/protobuf/wkt';

/**
 * Writes the descriptions of messages as object literals. Generated code has them as bytes in base64, and to read the first
 * of them the description of descriptions itself has to be built, which is larger than what a command needs of all others.
 */
export const descriptorLiterals = {
  name: 'descriptor-literals',
  setup(build) {
    build.onLoad({ filter: /_pb\.(ts|js)$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      const contents = withLiterals(source);
      return contents === undefined ? undefined : { contents, loader: path.endsWith('.ts') ? 'ts' : 'js' };
    });
    build.onResolve({ filter: /^descriptor-literals$/ }, ({ path }) => ({ path, namespace: 'literals' }));
    build.onLoad({ filter: /.*/, namespace: 'literals' }, () => ({
      contents: RUNTIME,
      resolveDir: import.meta.dirname,
    }));
  },
};

/** Imports that only options come from, which are read by number, and the description of descriptions. */
const OPTION_FILE = /^file_(options_\w+|google_protobuf_descriptor)$/;
const OPTION_IMPORT = /^import \{ file_(options_\w+|google_protobuf_descriptor) \} from .*$/gm;

/** A generated file with literals; undefined where it describes no file. */
function withLiterals(source) {
  const call = /\bfileDesc\("([^"]+)"(?:, \[([^\]]*)\])?\)/.exec(source);
  if (call === null) return undefined;
  const proto = readDescriptor(call[1]);
  const imports = (call[2] ?? '').split(', ').filter((name) => name && !OPTION_FILE.test(name));
  if (proto.extension.length > 0) imports.push(`literalFile(${writeLiteral(extended(proto))}, [])`);
  const literal = `literalFile(${writeLiteral(proto)}, [${imports.join(', ')}])`;
  // esbuild would load what is imported, used or not.
  const rest = source.replace(OPTION_IMPORT, '').replace(call[0], () => literal);
  return `import { literalFile, $p } from 'descriptor-literals';\n${rest}`;
}

/** Of the description of descriptions, the messages that options are added to, and nothing in them. */
function extended({ extension }) {
  const names = new Set(extension.map(({ extendee }) => extendee.replace('.google.protobuf.', '')));
  const messageType = [...names].map((name) => create(DescriptorProtoSchema, { name }));
  return create(FileDescriptorProtoSchema, {
    name: 'google/protobuf/descriptor.proto',
    package: 'google.protobuf',
    messageType,
  });
}

/** The description in generated code. */
export function readDescriptor(base64) {
  const proto = fromBinary(FileDescriptorProtoSchema, base64Decode(base64));
  proto.messageType.forEach(restoreJsonNames);
  return proto;
}

/** Generated code leaves out names that follow from others; nothing is saved by that here. */
function restoreJsonNames(message) {
  for (const field of message.field) {
    if (!Object.hasOwn(field, 'jsonName'))
      field.jsonName = field.name.replace(/_+(.?)/g, (_, next) => next.toUpperCase());
  }
  message.nestedType.forEach(restoreJsonNames);
}

/** A message of descriptor.proto as a literal: the fields that are set, on a prototype with the others. */
export function writeLiteral(message) {
  const desc = DESCRIPTIONS.get(message.$typeName);
  const set = desc.fields.filter((field) => isFieldSet(message, field));
  const parts = set.map((field) => `${field.localName}: ${writeField(field, message[field.localName])}`);
  if (message.$unknown?.length)
    parts.push(`get $unknown() { return [${message.$unknown.map(writeUnknown).join(', ')}]; }`);
  return `{ ${[`__proto__: $p.${desc.name}`, ...parts].join(', ')} }`;
}

function writeField(field, value) {
  if (field.fieldKind === 'list') return `[${value.map((item) => writeValue(field, item)).join(', ')}]`;
  return writeValue(field, value);
}

function writeValue(field, value) {
  if (field.message) return writeLiteral(value);
  if (field.scalar === ScalarType.BYTES || typeof value === 'bigint')
    throw new Error(`${field}: no literal for its type`);
  return JSON.stringify(value);
}

function writeUnknown({ no, wireType, data }) {
  return `{ no: ${no}, wireType: ${wireType}, data: Uint8Array.of(${data.join(', ')}) }`;
}

const DESCRIPTIONS = new Map();
const collect = (messages) => {
  for (const desc of messages) {
    DESCRIPTIONS.set(desc.typeName, desc);
    collect(desc.nestedMessages);
  }
};
collect(file_google_protobuf_descriptor.messages);

/** What the literals stand on: for each message of descriptor.proto the fields that are not set. */
export function writePrototypes() {
  const entries = [...DESCRIPTIONS.values()].map((desc) => {
    const empty = create(desc);
    const unset = desc.fields.flatMap((field) => {
      const value = field.fieldKind === 'list' ? [] : empty[field.localName];
      return value === undefined || typeof value === 'bigint' || value instanceof Uint8Array
        ? []
        : [`${field.localName}: ${JSON.stringify(value)}`];
    });
    return `${desc.name}: { ${[`$typeName: ${JSON.stringify(desc.typeName)}`, ...unset].join(', ')} }`;
  });
  return `{ ${entries.join(',\n')} }`;
}

/** By its file: the package's front door leads back to generated code that stands on the literals. */
const REGISTRY = fileURLToPath(new URL('./registry.js', import.meta.resolve('@bufbuild/protobuf')));

const RUNTIME = `
import { createEmbeddedFileRegistry } from ${JSON.stringify(REGISTRY)};
export const $p = ${writePrototypes()};
export function literalFile(proto, imports) {
  proto.dependency = imports.map((file) => file.proto.name);
  return createEmbeddedFileRegistry(proto, (name) => imports.find((file) => file.proto.name === name)).getFile(proto.name);
}
`;

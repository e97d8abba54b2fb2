import { CodedError } from '../util/coded-error.js';

/** One `-----BEGIN label-----` block of a PEM text. */
export interface PemBlock {
  label: string;
  der: Buffer;
  /** True when the block carries `Name: value` lines before its body, as old encrypted keys do. */
  hasHeaders: boolean;
}

const BOUNDARY = /-----(?:BEGIN ([A-Z0-9 ]+)-----\r?\n|END ([A-Z0-9 ]+)-----)/g;

/** All PEM blocks of a text in their order; anything between them is ignored. */
export function readPemBlocks(text: string): PemBlock[] {
  const blocks: PemBlock[] = [];
  let open: { label: string; start: number } | undefined;
  for (const { 0: line, 1: begun, 2: ended, index } of text.matchAll(BOUNDARY)) {
    if (begun !== undefined) open = { label: begun, start: index + line.length };
    else if (open !== undefined && open.label === ended) {
      blocks.push(readBlock(open.label, text.slice(open.start, index)));
      open = undefined;
    }
  }
  return blocks;
}

function readBlock(label: string, body: string): PemBlock {
  const hasHeaders = body.includes(':');
  const base64 = hasHeaders ? body.slice(body.search(/\r?\n\r?\n/) + 1) : body;
  return { label, der: Buffer.from(base64, 'base64'), hasHeaders };
}

/** The first block of a text. @throws CodedError `pem_missing` when there is none. */
export function readPemBlock(text: string): PemBlock {
  const [block] = readPemBlocks(text);
  if (block === undefined) throw new CodedError('pem_missing', 'the text holds no PEM block');
  return block;
}

/** The certificates of a text, each as a PEM of its own; blocks of other kinds or with headers are left out (transport §2.3). */
export function splitCertificates(text: string): string[] {
  return readPemBlocks(text)
    .filter((block) => block.label === 'CERTIFICATE' && !block.hasHeaders)
    .map((block) => writePem('CERTIFICATE', block.der));
}

/** A PEM block with 64 characters a line, `width` where a format wants another, ending in a newline. */
export function writePem(label: string, der: Uint8Array, width = 64): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(new RegExp(`.{1,${width}}`, 'g')) ?? [];
  return `${[`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`].join('\n')}\n`;
}

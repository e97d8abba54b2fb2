import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatYamlList, renderResources } from '../../../src/lib/output/index.js';
import { kinds, loadKind, parseDocuments } from '../../../src/lib/resources/index.js';
import { arbitraryMessage } from '../../helpers/arbitrary-message.js';

/** `connectors` only puts other kinds together. */
const ALL = kinds.map(({ kind }) => kind).filter((kind) => kind !== 'connectors');

describe('resources of kind', () => {
  it.each(ALL)('%s are the same when what get prints is read again', async (kind) => {
    const definition = await loadKind(kind);
    await fc.assert(
      fc.asyncProperty(
        arbitraryMessage(definition.schema),
        fc.constantFrom('yaml', 'json'),
        async (message, format) => {
          const printed = await renderResources(format as 'yaml' | 'json', definition, [message], { width: 80 });
          const [document] = await parseDocuments(printed, 'in');
          const read = definition.fromDocument(document?.value);

          expect(read.problems).toEqual([]);
          const again = definition.toDocument(read.message);
          expect(JSON.stringify(again)).toBe(JSON.stringify(definition.toDocument(message)));
          if (format === 'yaml') expect(formatYamlList([again])).toBe(printed);
        },
      ),
      { numRuns: 20 },
    );
  });

  it.each(ALL)('%s keep every value when their defaults are filled in a second time', async (kind) => {
    const { schema, withDefaults, toDocument } = await loadKind(kind);
    fc.assert(
      fc.property(arbitraryMessage(schema), (message) => {
        const once = withDefaults(message);
        expect(toDocument(withDefaults(once))).toEqual(toDocument(once));
      }),
      { numRuns: 20 },
    );
  });
});

import { create } from '@bufbuild/protobuf';
import { expect, it } from '@jest/globals';
import { AccessListSchema } from '../../../src/lib/gen/teleport/accesslist/v1/accesslist_pb.js';
import { accessListsTable } from '../../../src/lib/output/views/grants.js';

it('shows an access list whose frequency of reviews only a later version knows', () => {
  const lists = [3, 24].map((frequency) =>
    create(AccessListSchema, { spec: { title: `every ${frequency}`, audit: { recurrence: { frequency } } } }),
  );

  const [, , first, second] = accessListsTable(lists).split('\n');

  expect(first).toContain('3 months');
  expect(second).toContain('every 24');
});

import { clone, create } from '@bufbuild/protobuf';
import { MetadataSchema } from '../../gen/types/metadata_pb.js';
import { ServerSpecV2Schema, type ServerV2, ServerV2Schema } from '../../gen/types/servers_pb.js';
import { defineLegacyKind } from '../kind-definition.js';
import { validateMetadata } from '../metadata.js';
import { type FieldProblem, notOneOf } from '../problems.js';

/** A node with Teleport's agent (also written ''), one with OpenSSH alone, one behind an EC2 Instance Connect endpoint. */
const SUB_KINDS = ['teleport', 'openssh', 'openssh-ec2-ice'];

export const nodeKind = defineLegacyKind('node', {
  schema: ServerV2Schema,
  withDefaults: withNodeDefaults,
  validate: validateNode,
});

function withNodeDefaults(node: ServerV2): ServerV2 {
  const copy = clone(ServerV2Schema, node);
  copy.kind = 'node';
  copy.version = 'v2';
  copy.metadata ??= create(MetadataSchema);
  copy.metadata.namespace ||= 'default';
  // The real tool makes up a name for these.
  if (copy.subKind === 'openssh') copy.metadata.name ||= crypto.randomUUID();
  copy.spec ??= create(ServerSpecV2Schema);
  return copy;
}

function validateNode(node: ServerV2): FieldProblem[] {
  const problems = validateMetadata(node.metadata);
  if (node.subKind === '' || node.subKind === 'teleport') return problems;
  if (!SUB_KINDS.includes(node.subKind)) return [...problems, notOneOf(['sub_kind'], node.subKind, SUB_KINDS)];
  const { addr = '', hostname = '', publicAddrs = [] } = node.spec ?? {};
  const required = { addr, hostname, ...(node.subKind === 'openssh-ec2-ice' && cloudFields(node)) };
  for (const [field, value] of Object.entries(required)) {
    if (!value) problems.push({ path: ['spec', ...field.split('/')], message: 'this is required' });
  }
  if (addr !== '' && !/^(\[[^\]]*\]|[^:[\]]*):[^:]*$/.test(addr)) {
    problems.push({ path: ['spec', 'addr'], message: 'expected an address with a port, such as 10.0.0.1:22' });
  }
  if (publicAddrs.length > 0) {
    problems.push({ path: ['spec', 'public_addrs'], message: `nodes of sub_kind ${node.subKind} do not take this` });
  }
  return problems;
}

function cloudFields({ spec }: ServerV2): Record<string, string | undefined> {
  const aws = spec?.cloudMetadata?.aws;
  return {
    'cloud_metadata/aws/account_id': aws?.accountId,
    'cloud_metadata/aws/region': aws?.region,
    'cloud_metadata/aws/integration': aws?.integration,
    'cloud_metadata/aws/instance_id': aws?.instanceId,
    'cloud_metadata/aws/vpc_id': aws?.vpcId,
    'cloud_metadata/aws/subnet_id': aws?.subnetId,
  };
}

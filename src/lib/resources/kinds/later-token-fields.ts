import { type ReflectMessage, reflect } from '@bufbuild/protobuf/reflect';
import { type ProvisionTokenV2, ProvisionTokenV2Schema } from '../../gen/types/tokens_pb.js';

/** What messages of join tokens have since a release after 18.0; with which each came, is not known. */
const LATER: Readonly<Record<string, readonly string[]>> = {
  'types.TokenRule': ['aws_organization_id', 'aws_organizational_units'],
  'types.ProvisionTokenSpecV2': ['env0', 'integration'],
  'types.ProvisionTokenSpecV2GitHub.Rule': ['enterprise', 'enterprise_id'],
  'types.ProvisionTokenSpecV2Kubernetes': ['oidc'],
  'types.ProvisionTokenSpecV2Kubernetes.Rule': ['service_account_name', 'service_account_namespace'],
  'types.ProvisionTokenSpecV2Azure.Rule': ['tenant'],
  'types.ProvisionTokenSpecV2Spacelift': ['enable_glob_matching'],
  'types.ProvisionTokenSpecV2Oracle.Rule': ['instances'],
};

/** A field that is set, and that clusters of 18.0 drop without a word. */
export interface LaterField {
  /** For example `spec.github.allow[].enterprise`. */
  place: string;
  /** Takes it out of the token. */
  clear(): void;
}

export function laterTokenFields(token: ProvisionTokenV2): LaterField[] {
  return [...laterFields(reflect(ProvisionTokenV2Schema, token), '')];
}

function* laterFields(message: ReflectMessage, path: string): Generator<LaterField> {
  for (const field of message.fields.filter((known) => message.isSet(known))) {
    const place = `${path}${field.name}`;
    if (LATER[message.desc.typeName]?.includes(field.name)) yield { place, clear: () => message.clear(field) };
    else if (field.fieldKind === 'message') yield* laterFields(message.get(field) as ReflectMessage, `${place}.`);
    else if (field.fieldKind === 'list' && field.listKind === 'message')
      for (const item of message.get(field)) yield* laterFields(item as ReflectMessage, `${place}[].`);
  }
}

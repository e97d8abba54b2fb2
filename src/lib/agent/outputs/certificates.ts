import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { type Client, makeKey } from '../../client/index.js';
import { splitCertificates } from '../../crypto/index.js';
import type { UserCertsRequestSchema } from '../../gen/proto/user_certs_pb.js';
import { CodedError } from '../../util/coded-error.js';
import { type Identity, identityOfCerts } from '../identity.js';

type Request = MessageInitShape<typeof UserCertsRequestSchema>;

/** What certificates are good for, where that is one application, database or Kubernetes cluster. */
export type CertificateRoute = Pick<Request, 'routeToApp' | 'routeToDatabase' | 'kubernetesCluster'>;

export interface OutputRequest {
  /** Roles to take on; empty: all that the bot may. */
  roles: readonly string[];
  ttlMs: number;
  /** Cluster to route to, if not the bot's own. */
  cluster?: string;
  isReissuable?: boolean;
  route?: CertificateRoute;
}

/** Certificates with other roles than the bot's own, for an output (join §4.4). */
export async function requestOutputIdentity(
  client: Client,
  bot: Identity,
  now: Date,
  { roles, ttlMs, cluster, isReissuable = false, route = {} }: OutputRequest,
): Promise<Identity> {
  const { username } = bot.subject;
  const roleRequests = roles.length > 0 ? [...roles] : await impersonableRoles(client, username);
  const { signatureAlgorithmSuite } = await client.ping();
  const key = await makeKey(signatureAlgorithmSuite, route.routeToDatabase === undefined ? 'tls' : 'database');
  const certs = await client.generateUserCerts({
    ...route,
    username,
    expires: timestampFromDate(new Date(now.getTime() + ttlMs)),
    roleRequests,
    useRoleRequests: true,
    routeToCluster: cluster ?? bot.clusterName,
    sshPublicKey: key.sshPublicKey,
    tlsPublicKey: key.tlsPublicKey,
    reissuableRoleImpersonation: isReissuable,
  });
  const hostAuthorities = splitCertificates(Buffer.from(await client.clusterCaCert()).toString('utf8'));
  const identity = identityOfCerts(key.pem, certs);
  return {
    ...identity,
    tlsAuthorities: [...identity.tlsAuthorities, ...hostAuthorities],
    sshAuthorities: bot.sshAuthorities,
  };
}

async function impersonableRoles(client: Client, username: string): Promise<string[]> {
  const role = await client.roles.get(username); // a bot's own role has the name of its user
  const roles = role.spec?.allow?.impersonate?.roles ?? [];
  if (roles.length === 0)
    throw new CodedError('no_roles', `the bot may take on no role: ${username} lists none`, {
      hint: 'Give the bot roles: "tctl bots update --add-roles=…", or "tctl edit bot/NAME".',
    });
  return roles;
}

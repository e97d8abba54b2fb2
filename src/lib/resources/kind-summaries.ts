/** What each kind is, in one line. */
export const KIND_SUMMARIES: Readonly<Record<string, string>> = {
  bot: 'Identity that machines join as',
  bot_instance: 'Agent that has joined as a bot',
  token: 'What a bot or a service joins the cluster with',
  role: 'What users and bots may do',
  user: 'Person or program that may log in',
  lock: 'Who is shut out, and until when',
  cert_authority: 'Keys that certificates of the cluster are signed with',
  node: 'Host that is reached over SSH',
  proxy: 'Proxy service of the cluster',
  auth_server: 'Auth service of the cluster',
  trusted_cluster: 'Root cluster that this one trusts',
  remote_cluster: 'Leaf cluster that trusts this one',
  github: 'Login by GitHub',
  oidc: 'Login by OpenID Connect',
  saml: 'Login by SAML',
  connectors: 'All connectors for logins, whatever their type',
  semaphore: 'Lease that limits concurrent sessions',
  namespace: 'Constant; kept for older clients',
  installer: 'Script that installs Teleport on discovered hosts',
  access_list: 'Members that are granted roles for a time',
  workload_identity: 'SPIFFE identity that workloads are issued',
  cluster_auth_preference: 'How users log in',
  cluster_networking_config: 'Timeouts and routes of connections',
  session_recording_config: 'Where sessions are recorded',
  cluster_maintenance_config: 'When agents may be upgraded',
  ui_config: 'Settings of the web interface',
  autoupdate_config: 'Whether and when tools and agents update themselves',
  autoupdate_version: 'Versions that tools and agents update themselves to',
  autoupdate_agent_rollout: 'How far an update of the agents has come',
};

/** Kinds of which a cluster that wants a second factor for administration wants it for writing, or for reading secrets (wire §3). */
export const KINDS_WITH_SECOND_FACTOR: ReadonlySet<string> = new Set([
  ...['bot', 'bot_instance', 'token', 'role', 'user', 'cert_authority', 'trusted_cluster', 'remote_cluster'],
  ...['github', 'oidc', 'saml', 'workload_identity', 'autoupdate_config', 'autoupdate_version'],
  ...['autoupdate_agent_rollout', 'cluster_auth_preference', 'cluster_networking_config', 'session_recording_config'],
]);

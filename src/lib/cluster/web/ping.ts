import { type AuthPreferenceSpecV2, SecondFactorType } from '../../gen/types/auth_preference_pb.js';
import { formatGoDuration } from '../../util/duration.js';
import { suiteName } from '../domain/algorithm-suite.js';
import { AUTH_PREFERENCE, getSingleton } from '../domain/cluster-config.js';
import { minClientVersion } from '../listeners/version.js';
import type { ClusterState } from '../state.js';

const DIAL_TIMEOUT_NS = 30_000_000_000;
const UPDATE_JITTER_SECONDS = 60;
/** Body of `/webapi/ping` (transport §7.1); keys in the order of the real one. */
export function pingResponse(state: ClusterState): object {
  return { auth: authSettings(getSingleton(state, AUTH_PREFERENCE).spec), ...proxyAndServer(state) };
}

/** Body of `/webapi/find`: of the auth settings it tells only the algorithm suite; the rest is empty. */
export function findResponse(state: ClusterState): object {
  const auth = {
    type: '',
    private_key_policy: '',
    piv_slot: '',
    piv_pin_cache_ttl: 0,
    device_trust: {},
    has_motd: false,
    default_session_ttl: '0s',
    ...suite(getSingleton(state, AUTH_PREFERENCE).spec),
  };
  return { auth, ...proxyAndServer(state) };
}

/** Body of `/webapi/ping/<connector>`: as `/webapi/ping`, with updates, edition and session length left empty. */
export function pingConnectorResponse(state: ClusterState): object {
  const auto_update = {
    tools_version: '',
    tools_auto_update: false,
    agent_version: '',
    agent_auto_update: false,
    agent_update_jitter_seconds: 0,
  };
  const auth = { ...authSettings(getSingleton(state, AUTH_PREFERENCE).spec), default_session_ttl: '0s' };
  return { auth, ...proxyAndServer(state), auto_update, edition: '' };
}

function suite(spec: AuthPreferenceSpecV2 | undefined) {
  const name = suiteName(spec);
  return name === undefined ? {} : { signature_algorithm_suite: name };
}

function authSettings(spec: AuthPreferenceSpecV2 | undefined): object {
  const secondFactor = spec ? secondFactorOf(spec) : 'otp';
  return {
    type: spec?.type || 'local',
    second_factor: secondFactor,
    preferred_local_mfa: secondFactor === 'on' ? 'webauthn' : secondFactor,
    ...(spec?.allowPasswordless?.value && { allow_passwordless: true }),
    ...(spec?.allowHeadless?.value && { allow_headless: true }),
    local: { name: '' },
    ...(spec?.webauthn && { webauthn: { rp_id: spec.webauthn.rpId } }),
    private_key_policy: 'none',
    piv_slot: '',
    piv_pin_cache_ttl: 0,
    device_trust: { disabled: true },
    has_motd: Boolean(spec?.messageOfTheDay),
    default_session_ttl: formatGoDuration(spec?.defaultSessionTtl ?? 0n),
    ...suite(spec),
  };
}

/** The older single word for the list of accepted second factors. */
function secondFactorOf(spec: AuthPreferenceSpecV2): string {
  if (spec.secondFactors.length === 0) return spec.secondFactor || 'otp';
  const otp = spec.secondFactors.includes(SecondFactorType.OTP);
  const passkeys = spec.secondFactors.includes(SecondFactorType.WEBAUTHN);
  if (otp && passkeys) return 'on';
  if (otp) return 'otp';
  return passkeys ? 'webauthn' : 'off'; // those of an identity provider alone have no word
}

function proxyAndServer({ addresses, clusterName, serverVersion }: ClusterState) {
  const address = addresses.proxy;
  const sshAddress = addresses.proxySsh ?? address;
  return {
    proxy: {
      kube: { enabled: true, listen_addr: address },
      ssh: {
        listen_addr: sshAddress,
        tunnel_listen_addr: address,
        web_listen_addr: address,
        public_addr: address,
        dial_timeout: DIAL_TIMEOUT_NS,
      },
      db: { postgres_listen_addr: address, mysql_listen_addr: address },
      tls_routing_enabled: addresses.proxySsh === undefined,
    },
    server_version: serverVersion,
    min_client_version: minClientVersion(serverVersion),
    auto_update: {
      tools_version: serverVersion,
      tools_auto_update: false,
      agent_version: serverVersion,
      agent_auto_update: false,
      agent_update_jitter_seconds: UPDATE_JITTER_SECONDS,
    },
    cluster_name: clusterName,
    automatic_upgrades: false,
    edition: 'oss',
    fips: false,
  };
}

import { dump } from 'js-yaml';

import { formatGoDuration } from '../util/duration.js';
import type { BotConfig, DestinationConfig, IdentityOutput, Onboarding, Service } from './config.js';

/** The text of a configuration, its keys in the order of the real tool and its defaults filled in (tbot §8). */
export function configText(config: BotConfig): string {
  const document = withoutEmpty({
    version: 'v2',
    onboarding: onboardingOf(config.onboarding),
    storage: destinationOf(config.storage),
    services: config.services.length === 0 ? undefined : config.services.map(serviceOf),
    debug: config.debug,
    auth_server: config.authServer,
    proxy_server: config.proxyServer,
    credential_ttl: durationText(config.lifetime.ttlMs),
    renewal_interval: durationText(config.lifetime.intervalMs),
    oneshot: config.oneshot,
    fips: config.fips,
    diag_addr: config.diagAddr,
    insecure: config.insecure || undefined,
  });
  return dump(document, { lineWidth: -1 });
}

function onboardingOf({ token, caPath, caPins, joinMethod, boundKeypair }: Onboarding) {
  const { registrationSecret, registrationSecretPath, staticPrivateKeyPath } = boundKeypair;
  const keypair = withoutEmpty({
    registration_secret: registrationSecret,
    registration_secret_path: registrationSecretPath,
    static_private_key_path: staticPrivateKeyPath,
  });
  return withoutEmpty({
    token,
    ca_path: caPath,
    ca_pins: caPins.length === 0 ? undefined : caPins,
    join_method: joinMethod ?? '',
    bound_keypair: Object.keys(keypair).length === 0 ? undefined : keypair,
  });
}

function destinationOf(destination: DestinationConfig) {
  if (destination.type === 'memory') return { type: 'memory' };
  const { type, path, symlinks, acls, readers } = destination;
  return withoutEmpty({ type, path, symlinks, acls, readers: readers.length === 0 ? undefined : readers });
}

function serviceOf(service: Service) {
  const { type, name, destination, roles, lifetime, onRenew } = service;
  return withoutEmpty({
    type,
    name,
    destination: destinationOf(destination),
    roles: roles.length === 0 ? undefined : roles,
    ...(service.type === 'identity' ? identityKeys(service) : { principals: service.principals }),
    credential_ttl: lifetime && durationText(lifetime.ttlMs),
    renewal_interval: lifetime && durationText(lifetime.intervalMs),
    on_renew: onRenew.length === 0 ? undefined : onRenew,
  });
}

function identityKeys({ cluster, sshConfig, allowReissue }: IdentityOutput) {
  return {
    cluster,
    ssh_config: sshConfig === 'on' ? undefined : sshConfig,
    allow_reissue: allowReissue || undefined,
  };
}

function durationText(ms: number): string {
  return formatGoDuration(BigInt(Math.round(ms)) * 1_000_000n);
}

function withoutEmpty(object: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}

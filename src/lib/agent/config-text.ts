import { dump } from 'js-yaml';

import { formatGoDuration } from '../util/duration.js';
import type { BotConfig, Onboarding } from './config.js';
import { destinationDocument, serviceDocument } from './service-codec.js';
import type { Service } from './service-config.js';

/** The text of a configuration, its keys in the order of the real tool and its defaults filled in (tbot §8). */
export function configText(config: BotConfig): string {
  const document = withoutEmpty({
    version: 'v2',
    onboarding: onboardingOf(config.onboarding),
    storage: destinationDocument(config.storage),
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

/** A lifetime stands between the keys of a service and `on_renew`, which the real tool lacks. */
function serviceOf(service: Service) {
  const { lifetime } = service;
  const { on_renew, ...keys } = serviceDocument(service);
  return {
    ...keys,
    credential_ttl: lifetime && durationText(lifetime.ttlMs),
    renewal_interval: lifetime && durationText(lifetime.intervalMs),
    on_renew,
  };
}

function durationText(ms: number): string {
  return formatGoDuration(BigInt(Math.round(ms)) * 1_000_000n);
}

/** Drops keys without a value, at any depth. */
function withoutEmpty(object: Record<string, unknown>): Record<string, unknown> {
  const given = Object.entries(object).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([key, value]) => [key, clean(value)]));
}

function clean(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(clean);
  return typeof value === 'object' && value !== null ? withoutEmpty(value as Record<string, unknown>) : value;
}

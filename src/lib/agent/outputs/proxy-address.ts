import type { Client } from '../../client/index.js';
import { CodedError } from '../../util/coded-error.js';
import type { BotConfig } from '../config.js';

/** The proxy's address: as configured, or as the cluster tells it. @throws CodedError `proxy_unknown` */
export async function proxyAddressOf({ proxyServer }: BotConfig, client: Client): Promise<string> {
  const address = proxyServer ?? (await client.ping()).proxyPublicAddr;
  if (!address)
    throw new CodedError('proxy_unknown', 'the cluster tells no public address of its proxy', {
      hint: 'Set proxy_server in place of auth_server, or public_addr of the proxy service.',
    });
  return address;
}

import type { Client } from '../client/index.js';

/** Where a machine joins the cluster: through a proxy, or at the auth service where no proxy is known. */
export interface JoinAddress {
  kind: 'proxy' | 'auth';
  address: string;
}

/** The address to put into instructions. A cluster without a proxy, or one that may not be asked, has its auth service. */
export async function joinAddress({ client }: { client: Client }): Promise<JoinAddress> {
  const spec = (await client.proxies())[0]?.spec;
  const address = spec?.publicAddrs[0] ?? spec?.addr;
  return address ? { kind: 'proxy', address } : { kind: 'auth', address: client.address };
}

import { type Client, isErrorCode, type ServerInfo } from '../client/index.js';

/** Where a machine joins the cluster: through a proxy, or at the auth service where no proxy is known. */
export interface JoinAddress {
  kind: 'proxy' | 'auth';
  address: string;
}

/** The address to put into instructions. A cluster without a proxy, or one that may not be asked, has its auth service. */
export async function joinAddress({ client }: { client: Client }): Promise<JoinAddress> {
  const [proxy] = await proxiesOf(client);
  const address = proxy?.publicAddresses[0] ?? proxy?.address;
  return address ? { kind: 'proxy', address } : { kind: 'auth', address: client.address };
}

async function proxiesOf(client: Client): Promise<ServerInfo[]> {
  try {
    return await client.proxies();
  } catch (error) {
    if (isErrorCode(error, 'access_denied') || isErrorCode(error, 'not_implemented')) return [];
    throw error;
  }
}

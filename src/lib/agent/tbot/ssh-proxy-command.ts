import { once } from 'node:events';
import { join } from 'node:path';

import { carrySsh, RpcError } from '../../client/index.js';
import { readIdentityFile } from '../../credentials/index.js';
import { CodedError } from '../../util/coded-error.js';
import { parseHostPort } from '../../util/host-port.js';
import type { Command } from '../command.js';
import { GLOBAL_FLAGS } from '../flags.js';

export const sshProxyCommand: Command = {
  summary: 'Connect ssh to a host behind the proxy; the ssh_config of an identity output runs it',
  flags: {
    ...GLOBAL_FLAGS,
    'destination-dir': { type: 'string', value: 'DIR', isRequired: true, help: 'Folder of the identity output' },
    'proxy-server': { type: 'string', value: 'HOST:PORT', isRequired: true, help: 'Address of the proxy' },
    cluster: { type: 'string', help: "Cluster of the host (the identity's own if absent)" },
    user: { type: 'string', isRequired: true, help: 'Login on the host' },
    host: { type: 'string', isRequired: true, help: 'The host' },
    port: { type: 'string', help: 'Its port' },
    'tls-routing': { type: 'boolean', help: 'The proxy has one port for everything' },
    'connection-upgrade': { type: 'boolean', help: 'Refused: connections are not upgraded' },
    'proxy-templates': { type: 'string', value: 'FILE', help: 'Refused: there are no proxy templates' },
    resume: { type: 'boolean', help: 'Accepted; sessions are not resumed' },
  },
  async run(flags, world) {
    if (flags.bool('connection-upgrade'))
      throw notOffered('--connection-upgrade', 'The proxy must be reached without a load balancer that ends TLS.');
    if (flags.text('proxy-templates') !== undefined) throw notOffered('--proxy-templates', 'Use the tbot of Teleport.');
    const proxyAddress = flags.required('proxy-server');
    const path = join(flags.required('destination-dir'), 'identity');
    const credentials = await readIdentityFile(path, { clock: world.clock });
    const cluster = flags.text('cluster') ?? credentials.clusterName;
    const host = clusterName(flags.required('host'), { proxyAddress, cluster });
    const session = carrySsh(
      {
        proxyAddress,
        credentials,
        cluster,
        target: `${host}:${flags.text('port') ?? '0'}`,
        env: world.env,
      },
      world.input,
    );
    try {
      for await (const chunk of session) if (!world.output.write(chunk)) await once(world.output, 'drain');
    } catch (error) {
      throw error instanceof RpcError ? unreachable(host, error) : error;
    } finally {
      world.input.destroy(); // ssh may keep its end open
    }
    return 0;
  },
};

/** The name by which the cluster knows a host (tbot §6). */
export function clusterName(host: string, { proxyAddress, cluster }: { proxyAddress: string; cluster: string }) {
  const proxyHost = parseHostPort(proxyAddress)?.host ?? proxyAddress;
  return [`.${proxyHost}`, `.${cluster}`].reduce(
    (name, suffix) => (name.endsWith(suffix) ? name.slice(0, -suffix.length) : name),
    host,
  );
}

function unreachable(host: string, cause: RpcError): CodedError {
  return new CodedError('host_unreachable', `${host}: ${cause.message}`, {
    cause,
    hint: 'The cluster must know the host by this name and port: "tctl get nodes" shows them. The port is 3022 unless "ssh -p" names another.',
  });
}

function notOffered(flag: string, hint: string): CodedError {
  return new CodedError('not_offered', `${flag} is not supported by this tool`, { hint });
}

import { boolean, string } from '@oclif/core/flags';
import { BaseCommand, confirmOverwrite, readIfThere, readSignOrder } from '../../lib/cli/index.js';

const hidden = (summary: string) => string({ hidden: true, summary });

export default class AuthSign extends BaseCommand {
  static override summary = 'Issue certificates for a user or an SSH server, and write them to files';
  static override description =
    'On the host of the auth service for any user; elsewhere for yourself, and for users that a role of yours may ' +
    'impersonate. Machines are better served by a bot, whose certificates are short and renew themselves: see ' +
    '"<%= config.bin %> bots add".';
  static override examples = [
    '<%= config.bin %> auth sign --user=alice --out=alice.pem',
    '<%= config.bin %> auth sign --user=alice --format=kubernetes --out=kubeconfig --kube-cluster-name=east --ttl=1h',
    '<%= config.bin %> auth sign --host=web1.example.com,web1 --format=openssh --out=ssh_host_key',
    '<%= config.bin %> auth sign --user=alice --format=tls --out=alice --tar | ssh web1 tar x',
  ];
  static override flags = {
    user: string({ helpValue: 'NAME', summary: 'User to issue certificates for' }),
    host: string({ helpValue: 'NAME,...', summary: 'Names of the SSH server to issue a certificate for' }),
    out: string({
      char: 'o',
      required: true,
      helpValue: 'PATH',
      summary: 'File to write, or what the names of several begin with',
    }),
    format: string({
      default: 'file',
      helpValue: 'file|openssh|tls|kubernetes',
      summary:
        'An identity file for tctl, tsh and the SDKs; PATH and PATH-cert.pub; PATH.key, .crt and .cas; a kubeconfig',
    }),
    ttl: string({ default: '12h', helpValue: 'DURATION', summary: 'How long the certificates of a user are valid' }),
    compat: string({ helpValue: 'standard|oldssh', summary: 'Form of the SSH certificate' }),
    proxy: string({ helpValue: 'HOST:PORT', summary: 'Address of the proxy in a kubeconfig' }),
    'leaf-cluster': string({ aliases: ['kube-cluster'], helpValue: 'NAME', summary: 'Leaf cluster of a kubeconfig' }),
    'kube-cluster-name': string({ helpValue: 'NAME', summary: 'Kubernetes cluster of a kubeconfig' }),
    overwrite: boolean({ summary: 'Replace files that are there already, without asking' }),
    tar: boolean({ summary: 'Write a tar archive of the files to standard output instead' }),
    'app-name': hidden('Application'),
    'db-service': hidden('Database'),
    'db-user': hidden('User of the database'),
    'db-name': hidden('Name of the database'),
    'windows-user': hidden('User of Windows'),
    'windows-domain': hidden('Domain of Windows'),
    'windows-pki-domain': hidden('Domain of its revocation lists'),
    'windows-sid': hidden('Security identifier'),
    'omit-cdp': boolean({ hidden: true, summary: 'Without revocation lists' }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(AuthSign);
    const order = readSignOrder(flags);
    const { out, overwrite, tar } = flags;
    const { credentialPaths, proxyUrl, signForHost, signForUser } = await import('../../lib/actions/index.js');
    if (flags.proxy !== undefined) proxyUrl(flags.proxy);
    for (const flag of order.ignored) this.io.err(`Note: --${flag} is for --format=kubernetes; it is ignored\n`);
    const mayExist = overwrite || tar;
    const isKubeconfig = order.format === 'kubernetes';
    if (!mayExist && !isKubeconfig) await confirmOverwrite(credentialPaths(order.format, out), this.io);
    const kubeconfig = isKubeconfig && !mayExist ? await readIfThere(out) : undefined;

    const { principals } = order;
    const files = await this.withClient(flags, (client) => {
      if (principals) return signForHost({ principals, out }, { client });
      const kube = { proxy: flags.proxy, leafCluster: flags['leaf-cluster'], kubeCluster: flags['kube-cluster-name'] };
      const context = { client, clock: this.now, env: this.io.env, insecure: flags.insecure };
      return signForUser({ ...order, ...kube, out, kubeconfig }, context);
    });

    if (tar) {
      const { tarArchive } = await import('../../lib/util/tar.js');
      this.io.out(tarArchive(files, this.now()));
      return;
    }
    const { writeFilesAtomic } = await import('../../lib/util/atomic-file.js');
    await writeFilesAtomic(files.map(({ path, text }) => ({ path, data: text })));
    this.io.out(`The credentials have been written to ${files.map(({ path }) => path).join(', ')}\n`);
  }
}

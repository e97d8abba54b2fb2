import { boolean, string } from '@oclif/core/flags';
import { BaseCommand, loadDevCluster, portNumber, UsageError } from '../lib/cli/index.js';

/** Ports of a cluster that stays, the same as the real services'; a passing one takes free ports. */
const USUAL_PORTS = { auth: 3025, proxy: 3080 };

export default class Dev extends BaseCommand {
  static override summary = 'Run a small cluster of your own, for trying things out and for tests';
  static override description =
    'Runs until it is stopped, and keeps its data for the next time unless it is ephemeral. With a command after --, ' +
    'runs that command against the cluster (TELEPORT_AUTH_SERVER, TELEPORT_IDENTITY_FILE and TELEPORT_HOME are set), ' +
    'then stops with its exit status.';
  static override usage = 'dev [<flags>] [-- COMMAND [ARGUMENT...]]';
  static override examples = [
    '<%= config.bin %> dev',
    '<%= config.bin %> dev --ephemeral -- <%= config.bin %> status',
    '<%= config.bin %> dev --ephemeral -- npm test',
  ];
  static override strict = false;
  static override flags = {
    'cluster-name': string({ helpValue: 'NAME', summary: 'Name of a new cluster' }),
    'auth-port': string({ helpValue: 'PORT', summary: 'Port of the auth service, 0 for a free one' }),
    'proxy-port': string({ helpValue: 'PORT', summary: 'Port of the proxy, 0 for a free one' }),
    listen: string({ default: '127.0.0.1', helpValue: 'ADDRESS', summary: 'Address to listen on' }),
    'data-dir': string({ helpValue: 'FOLDER', summary: 'Where the cluster keeps its data' }),
    'server-version': string({
      helpValue: 'X.Y.Z',
      summary: 'Release that the cluster says to be, 16.0.0 to 19: what came later it does not do',
    }),
    'admin-mfa': boolean({ summary: 'Have people who log in show a second factor for administration' }),
    ephemeral: boolean({ summary: 'Keep nothing, and take free ports unless told otherwise' }),
  };

  async run(): Promise<void> {
    const end = this.argv.indexOf('--');
    const command = end < 0 ? undefined : this.argv.slice(end + 1);
    const { flags, argv } = await this.parse(Dev, end < 0 ? this.argv : this.argv.slice(0, end));
    if (argv.length > 0 || command?.length === 0) {
      throw new UsageError(argv.length > 0 ? `unexpected argument "${argv[0]}"` : 'a command is missing after --', {
        commandId: 'dev',
        hint: 'A command to run goes after --, for example "tctl dev -- tctl status"',
      });
    }
    if (flags.ephemeral && flags['data-dir'] !== undefined) {
      throw new UsageError('--ephemeral and --data-dir exclude each other', { commandId: 'dev' });
    }
    const dev = await loadDevCluster();
    const ports = flags.ephemeral ? { auth: 0, proxy: 0 } : USUAL_PORTS;
    const options = {
      clusterName: flags['cluster-name'],
      listen: flags.listen,
      serverVersion: flags['server-version'],
      adminMfa: flags['admin-mfa'],
      authPort: portNumber('auth-port', flags['auth-port']) ?? ports.auth,
      proxyPort: portNumber('proxy-port', flags['proxy-port']) ?? ports.proxy,
      ...(flags.ephemeral
        ? { ephemeral: true as const }
        : { dataDir: flags['data-dir'] ?? dev.defaultDataDir(this.io.env) }),
    };

    const stopped = dev.untilAskedToStop();
    const cluster = await dev.startDevCluster(options, this.io, flags.debug);
    try {
      if (command) {
        await dev.untilAnswering(cluster);
        await this.exitWith(await dev.runCommand(command, dev.clusterEnvironment(cluster), this.io));
      } else {
        this.io.out(dev.describeCluster(cluster));
        await stopped;
        this.io.err(flags.ephemeral ? 'Stopped.\n' : `Stopped; the data stays in ${cluster.dataDir}.\n`);
      }
    } finally {
      await cluster.stop();
    }
  }
}

import { boolean, option, string } from '@oclif/core/flags';
import { BaseCommand, notOffered, UsageError } from '../../lib/cli/index.js';
import { AUTHORITY_EXPORTS, type AuthorityExportType } from '../../lib/resources/index.js';

const TYPES = Object.keys(AUTHORITY_EXPORTS) as AuthorityExportType[];

export default class AuthExport extends BaseCommand {
  static override summary = "Print the cluster's certificate authorities in the form in which other programs want them";
  static override description =
    'SSH keys are lines for known_hosts (host) or authorized_keys (user, openssh); TLS certificates are PEM, or DER where ' +
    'the type says so. Without --type, the SSH keys of hosts and users are printed.';
  static override examples = [
    '<%= config.bin %> auth export --type=host >> ~/.ssh/known_hosts',
    '<%= config.bin %> auth export --type=openssh > /etc/ssh/teleport_openssh_ca.pub',
    '<%= config.bin %> auth export --type=tls-user > teleport-user-ca.crt',
    '<%= config.bin %> auth export --type=db --out=db-ca',
  ];
  static override flags = {
    type: option({
      options: [...TYPES, 'github'] as const,
      helpValue: 'TYPE',
      summary: `Which authority, and in which form: ${TYPES.join(', ')}`,
    })(),
    fingerprint: string({ helpValue: 'SHA256:…', summary: 'Only the SSH key with this fingerprint' }),
    compat: string({ helpValue: 'VERSION', summary: '1.0: all SSH keys as lines of known_hosts' }),
    keys: boolean({ summary: 'Private keys in place of public ones; keep them secret' }),
    out: string({
      helpValue: 'PREFIX',
      summary: 'Write to files PREFIX0.cer, PREFIX1.cer, … and print their names; needed where there are several',
    }),
    integration: string({ hidden: true, summary: 'Name of a GitHub integration' }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(AuthExport);
    const { type, keys: privateKeys, fingerprint, out } = flags;
    if (type === 'github' || flags.integration !== undefined) {
      throw notOffered('the authority of a GitHub integration', 'tctl auth export --type=github --integration=NAME');
    }
    const options = { type, privateKeys, fingerprint, asKnownHosts: flags.compat === '1.0' };
    const { exportAuthorities, requireExportable } = await import('../../lib/actions/index.js');
    requireExportable(options);
    const found = await this.withClient(flags, (client) => exportAuthorities(options, { client }));

    if (out !== undefined) return this.writeFiles(out, found, privateKeys ? 0o600 : 0o644);
    const [only, ...more] = found;
    if (more.length > 0 || only === undefined) {
      throw new UsageError(`there are ${found.length} certificates to export: name files for them`, {
        hint: 'Give --out=PREFIX, which writes each to a file of its own',
      });
    }
    this.io.out(Buffer.concat([only, Buffer.from('\n')]));
  }

  private async writeFiles(prefix: string, found: readonly Uint8Array[], mode: number): Promise<void> {
    const { writeFileAtomic } = await import('../../lib/util/atomic-file.js');
    this.io.err(`Writing ${found.length} ${found.length === 1 ? 'file' : 'files'} with prefix "${prefix}"\n`);
    for (const [index, data] of found.entries()) {
      const path = `${prefix}${index}.cer`;
      await writeFileAtomic(path, data, { mode });
      this.io.out(`${path}\n`);
    }
  }
}

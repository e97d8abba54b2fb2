import { string } from '@oclif/core/flags';
import type { LoggedIn, LoginOptions } from '../lib/actions/index.js';
import { BaseCommand, formatFlag, loadLogin, resultText } from '../lib/cli/index.js';

export default class Login extends BaseCommand {
  static override summary = 'Log in to a cluster with password and second factor, or in the browser';
  static override description =
    'The login is left where tsh leaves and finds it (TELEPORT_HOME or ~/.tsh): tctl uses it from then on, and tsh too. ' +
    'The password, and a code of your authenticator app, are asked for at the terminal. From version 18.8 on, clusters hand ' +
    'passkeys and security keys to the browser; a code given with --otp goes before them. Whoever is logged in already is ' +
    'not asked again, unless another --user, or --auth, --ttl, --password-file or --otp ask for a new login.';
  static override examples = [
    '<%= config.bin %> login --proxy=proxy.example.com:443 --user=alice',
    '<%= config.bin %> login --proxy=proxy.example.com --auth=github',
    '<%= config.bin %> login --proxy=proxy.example.com --user=alice --password-file=- --otp=123456 < password',
  ];
  static override flags = {
    proxy: string({
      helpValue: 'HOST[:PORT]',
      summary: 'Address of the proxy (TELEPORT_PROXY); that of the current login unless given',
    }),
    user: string({ helpValue: 'NAME', summary: 'User (TELEPORT_USER); who you are on this machine unless given' }),
    auth: string({
      helpValue: 'CONNECTOR',
      summary: 'Log in by this connector (TELEPORT_AUTH), in the browser, or "local"',
    }),
    ttl: string({ helpValue: 'DURATION', summary: 'Life of the login, such as 8h; a bare number counts minutes' }),
    'password-file': string({ helpValue: 'FILE', summary: 'Take the password from this file, - for standard input' }),
    otp: string({ helpValue: 'CODE', summary: 'Code of the authenticator app' }),
    browser: string({ options: ['none'], summary: 'With "none", print the address to open and start no browser' }),
    format: formatFlag(['text', 'json', 'yaml']),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Login);
    const { currentLogin, loginOptions } = await loadLogin();
    const options = await loginOptions(flags, this.io, this.now);
    const current = await currentLogin(flags, options);
    const { username, clusterName, proxyAddress, profile, expires } = current ?? (await this.logIn(options));

    const words = current === undefined ? 'Logged in' : 'Logged in already';
    const text = `${words} to ${clusterName} (${proxyAddress}) as ${username}, until ${expires.toISOString()}\n`;
    const document = {
      user: username,
      cluster: clusterName,
      proxy: proxyAddress,
      expires: expires.toISOString(),
      profile,
    };
    this.io.out(await resultText(flags.format, { text, document }));
  }

  private async logIn(options: LoginOptions): Promise<LoggedIn> {
    const { logIn } = await import('../lib/actions/index.js');
    return logIn(options);
  }
}

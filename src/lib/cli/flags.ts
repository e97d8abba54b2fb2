import { boolean, option, string } from '@oclif/core/flags';

const helpGroup = 'GLOBAL';

/** Flags that every command takes, anywhere on the line (cli §1.1). */
export const globalFlags = {
  debug: boolean({
    char: 'd',
    helpGroup,
    summary: 'Say on standard error what is tried, and show the causes of an error',
  }),
  config: string({
    char: 'c',
    helpGroup,
    helpValue: 'FILE',
    summary: 'teleport.yaml of an auth host (TELEPORT_CONFIG_FILE; /etc/teleport.yaml if there is one)',
  }),
  'config-string': string({ helpGroup, hidden: true, summary: 'Base64 of a teleport.yaml (TELEPORT_CONFIG)' }),
  'auth-server': string({
    helpGroup,
    helpValue: 'HOST:PORT',
    multiple: true,
    multipleNonGreedy: true,
    summary: 'Address of the auth service or the proxy (TELEPORT_AUTH_SERVER); may be repeated',
  }),
  identity: string({
    char: 'i',
    helpGroup,
    helpValue: 'FILE',
    summary: 'Identity file to use (TELEPORT_IDENTITY_FILE); needs --auth-server',
  }),
  insecure: boolean({ helpGroup, summary: "Do not verify the proxy's certificate; for trying things out only" }),
  'ca-file': string({
    helpGroup,
    helpValue: 'FILE',
    summary: 'PEM file of certificate authorities to trust for the proxy, besides the system ones',
  }),
};

/** Values of the global flags, as oclif's parser gives them. */
export interface GlobalFlagValues {
  debug: boolean;
  config?: string;
  'config-string'?: string;
  'auth-server'?: string[];
  identity?: string;
  insecure: boolean;
  'ca-file'?: string;
}

/** `--format` with the formats a command offers; the first is the default. */
export function formatFlag<const F extends string>(formats: readonly [F, ...F[]]) {
  return option({
    options: formats,
    default: formats[0] as F,
    helpValue: formats.join('|'),
    summary: 'Form of the output',
  })();
}

import { Config } from '@oclif/core/config';

/**
 * oclif's configuration for a command whose file is already known: nothing is searched and no plugin is loaded, because
 * none of ours has a hook that runs with commands. Loading the full configuration takes as long as all the rest of a start.
 */
export class BareConfig extends Config {
  constructor(root: string) {
    super({ root });
    this.bin = 'tctl';
    this.root = root;
  }

  override runHook: Config['runHook'] = async () => ({ failures: [], successes: [] });
}

/** oclif's own configuration, for the help of a command. */
export function loadFullConfig(root: string): Promise<Config> {
  return Config.load({ root });
}

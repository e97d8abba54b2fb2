import { Command } from '@oclif/core/command';
import type { Config } from '@oclif/core/config';
import type { Client } from '../client/index.js';
import { type Clock, systemClock } from '../util/clock.js';
import { type GlobalFlagValues, globalFlags } from './flags.js';
import { type Io, processIo } from './io.js';

/** What all commands share: global flags, the process's streams, and a connection that is opened only when asked for. */
export abstract class BaseCommand extends Command {
  static override baseFlags = globalFlags;

  protected readonly io: Io = processIo;
  protected readonly now: Clock = systemClock;

  /** Runs the command with a configuration at hand, where oclif's `run` would load one. */
  static async start<T extends BaseCommand>(
    this: new (
      argv: string[],
      config: Config,
    ) => T,
    argv: string[],
    config: Config,
  ): Promise<void> {
    await new this(argv, config)._run();
  }

  /**
   * Opens a connection with the credentials that the flags and the environment point at, and closes it after use.
   * @param load brings in what `use` needs, while the connection is being made.
   */
  protected async withClient<T, L = undefined>(
    flags: GlobalFlagValues,
    use: (client: Client, loaded: L) => Promise<T>,
    load: () => Promise<L> = async () => undefined as L,
  ): Promise<T> {
    const { withClient } = await import('./context.js');
    return withClient(flags, this.io, use, load);
  }

  /** Tells of things that went wrong without keeping the command from its purpose. */
  protected warnAbout(problems: readonly Error[]): void {
    for (const { message } of problems) this.io.err(`WARNING: ${message}\n`);
  }

  /** For commands that end with somebody else's status. */
  protected async exitWith(status: number): Promise<void> {
    const { setExitStatus } = await import('./outcome.js');
    setExitStatus(status);
  }

  /** oclif's own would load its logger and look for deprecated names, of which there are none. */
  protected override async init(): Promise<void> {}

  /** Errors go on to the one place that prints them. */
  protected override async catch(error: Error): Promise<never> {
    throw error;
  }
}

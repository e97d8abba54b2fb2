import { CodedError } from '../util/coded-error.js';

/** The command line cannot be understood. `commandId` names the command whose usage line helps, where one was recognised. */
export class UsageError extends CodedError {
  readonly commandId?: string;

  constructor(message: string, { commandId, hint }: { commandId?: string; hint?: string } = {}) {
    super('usage', message, { hint });
    if (commandId !== undefined) this.commandId = commandId;
  }
}

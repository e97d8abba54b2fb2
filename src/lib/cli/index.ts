export { BaseCommand } from './base-command.js';
export { formatFlag, type GlobalFlagValues } from './flags.js';
export { type Io, mayColour } from './io.js';
export { productVersion } from './product.js';
export { UsageError } from './usage-error.js';

export { BaseCommand } from './base-command.js';
export { changesText } from './change-report.js';
export { ConfigureTokenCommand, configureFlags } from './configure-token.js';
export { createDocuments, createError, createLines, updatedLine, validLines } from './create-report.js';
export { formatFlag } from './flags.js';
export { readIfThere, readInput } from './input.js';
export { instanceAliases } from './instance-aliases.js';
export { botFacts, botInstructions, tokenInstructions } from './instructions.js';
export { mayColour } from './io.js';
export { lockEndFlags, lockedResult, readLockEnd } from './lock-flags.js';
export { notOffered } from './not-offered.js';
export { confirmOverwrite } from './overwrite.js';
export { progressBar } from './progress.js';
export { removedLine } from './remove-report.js';
export { resultText } from './result-text.js';
export { readSignOrder } from './sign-order.js';
export { methodWithoutRules, requireBotName, rfc3339 } from './token-flags.js';
export { stillLocked, unlockDocument, unlockText } from './unlock-report.js';
export { UsageError } from './usage-error.js';
export { listFlag, traitsOf, userTraitFlags } from './user-flags.js';
export { linkInstructions } from './user-link.js';
export { commaList, durationMs, parseLabels, portNumber } from './values.js';

/** What `dev` needs, loaded only then: it brings the embedded cluster with it. */
export const loadDevCluster = () => import('./dev-cluster.js');

/** What logins and links for passwords need, loaded only then: it reads and writes credentials. */
export const loadLogin = () => import('./login.js');

/** What `auth explain` needs, loaded only then. */
export const loadAuthExplain = () => import('./auth-explain.js');

/** What `edit` needs, loaded only then. */
export const loadEditor = () => import('./edit-session.js');
/** What completing an unfinished command line needs. */
export const loadCompletion = () => import('./complete.js');

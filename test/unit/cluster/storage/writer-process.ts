/** Run as a child process: claims the folder named by its argument, writes one item, says so, and stays. */
import { openSqliteStore } from '../../../../src/lib/cluster/storage/sqlite.js';
import { systemClock } from '../../../../src/lib/util/clock.js';

const store = openSqliteStore({ folder: process.argv[2] ?? '', clock: systemClock });
await store.write((t) => t.put({ kind: 'token', name: 'answered', value: Buffer.from('kept') }));
process.stdout.write('answered\n');
setInterval(() => undefined, 60_000);

import { startEmbedded } from './compared-cluster.js';
import { describeSameOutput } from './same-output.js';

describeSameOutput('the embedded cluster', startEmbedded);

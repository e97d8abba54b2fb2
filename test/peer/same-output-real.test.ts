import { startRealCluster } from '../helpers/peer-cluster.js';
import { describeSameOutput } from './same-output.js';

describeSameOutput('a real cluster', () => startRealCluster());

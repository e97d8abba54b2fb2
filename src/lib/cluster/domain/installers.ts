import { create } from '@bufbuild/protobuf';
import { type InstallerV1, InstallerV1Schema } from '../../gen/types/installers_pb.js';
import { ClusterError } from '../errors.js';
import type { ClusterState } from '../state.js';
import { getResource, listResources, STORED } from './stored-kinds.js';

/** Installers that are there although nobody has made them. Agents do not join here, so they only say so. */
const DEFAULTS = ['default-installer', 'default-agentless-installer'].map((name) =>
  create(InstallerV1Schema, {
    kind: 'installer',
    version: 'v1',
    metadata: { name, namespace: 'default' },
    spec: { script: '#!/bin/sh\necho "this cluster installs no agents" >&2\nexit 1\n' },
  }),
);

/** @throws ClusterError NotFound. */
export function getInstaller(state: ClusterState, name: string): InstallerV1 {
  try {
    return getResource(state, STORED.installer, name);
  } catch (error) {
    const found = DEFAULTS.find(({ metadata }) => metadata?.name === name);
    if (!(error instanceof ClusterError && error.kind === 'NotFound') || found === undefined) throw error;
    return found;
  }
}

/** Those that were made, then the others that come with the cluster. */
export function listInstallers(state: ClusterState): InstallerV1[] {
  const made = listResources(state, STORED.installer);
  const names = made.map(({ metadata }) => metadata?.name);
  return [...made, ...DEFAULTS.filter(({ metadata }) => !names.includes(metadata?.name))];
}

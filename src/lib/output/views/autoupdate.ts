import type {
  AutoUpdateAgentRollout,
  AutoUpdateConfig,
  AutoUpdateVersion,
} from '../../gen/teleport/autoupdate/v1/autoupdate_pb.js';
import { renderTable } from '../table.js';

/** The tables of automatic updates, after cli §12. */
export function autoupdateConfigTable(configs: readonly AutoUpdateConfig[]): string {
  const rows = configs.map(({ metadata, spec }) => [metadata?.name ?? '', spec?.tools?.mode ?? '']);
  return renderTable(['Name', 'Tools AutoUpdate Enabled'], rows);
}

export function autoupdateVersionTable(versions: readonly AutoUpdateVersion[]): string {
  const rows = versions.map(({ metadata, spec }) => [metadata?.name ?? '', spec?.tools?.targetVersion ?? '']);
  return renderTable(['Name', 'Tools AutoUpdate Version'], rows);
}

export function autoupdateRolloutTable(rollouts: readonly AutoUpdateAgentRollout[]): string {
  const rows = rollouts.map(({ metadata, spec }) => [
    metadata?.name ?? '',
    spec?.startVersion ?? '',
    spec?.targetVersion ?? '',
    spec?.autoupdateMode ?? '',
    spec?.schedule ?? '',
    spec?.strategy ?? '',
  ]);
  return renderTable(['Name', 'Start Version', 'Target Version', 'Mode', 'Schedule', 'Strategy'], rows);
}

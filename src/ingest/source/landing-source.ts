import type { SourceNode } from '../../contracts/node.ts';
import type { SourceLocation } from '../../errors/tsdbt-error.ts';
import { type LandingConfig, parseLandingConfig } from './landing-config.ts';
import type { SettingPath } from './landing-problem.ts';

/**
 * The validated landing settings of a source that has some; throws `landing-invalid`. `locate` knows
 * the places of the settings in the property file, by their paths from the table's entry.
 */
export function landingOf(
  source: Pick<SourceNode, 'landing' | 'columns' | 'uniqueId'>,
  locate?: (at: SettingPath) => SourceLocation | undefined,
): LandingConfig {
  return parseLandingConfig(source.landing, Object.values(source.columns), source.uniqueId, locate);
}

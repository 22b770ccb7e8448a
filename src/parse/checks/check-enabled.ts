import type { NodeConfig } from '../../config/node-config.ts';
import { type SourceLocation, tsdbtError } from '../../errors/tsdbt-error.ts';

/** A text such as `"false"` would be neither, and the resource there against what was meant. */
export function checkEnabled(
  { enabled }: NodeConfig,
  where: string,
  location: SourceLocation,
): void {
  if (typeof enabled === 'boolean') return;
  const problem = `must be true or false, not ${JSON.stringify(enabled ?? null)}`;
  throw tsdbtError('invalid-value', { key: 'enabled', where, problem }, { location });
}

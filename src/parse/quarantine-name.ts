import type { RefCall } from '../contracts/node.ts';

/** Name of the source whose tables are those that tsdbt itself keeps. */
export const keptSourceName = 'tsdbt';

const ending = '__quarantine';

/** The name that `ref` has for the quarantine of a landing model; versions other than the latest have theirs in it. */
export function quarantineName({
  name,
  version,
  latestVersion,
}: {
  readonly name: string;
  readonly version: string | number | null;
  readonly latestVersion: string | number | null;
}): string {
  const isLatest = version === null || String(version) === String(latestVersion);
  return `${name}${isLatest ? '' : `_v${version}`}${ending}`;
}

/** The model that a `ref` to a quarantine means; undefined for other names. */
export function quarantinedModel(call: RefCall): RefCall | undefined {
  const name = call.name.endsWith(ending) ? call.name.slice(0, -ending.length) : '';
  return name === '' ? undefined : { ...call, name };
}

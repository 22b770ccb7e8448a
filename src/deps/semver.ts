import { tsdbtError } from '../errors/tsdbt-error.ts';

/** A version of three numbers and an optional prerelease; build data has no rank. */
export interface Version {
  readonly text: string;
  readonly numbers: readonly [number, number, number];
  readonly prerelease: readonly (string | number)[];
}

/** One condition on a version: `>=1.0.0`. */
export interface VersionRule {
  readonly matcher: '=' | '>' | '>=' | '<' | '<=';
  readonly version: Version;
}

const pattern =
  /^(>=|>|<=|<|=)?\s*(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-?((?:\d*[a-zA-Z-][0-9A-Za-z-]*|0|[1-9]\d*)(?:\.(?:\d*[a-zA-Z-][0-9A-Za-z-]*|0|[1-9]\d*))*))?(?:\+[0-9A-Za-z-.]*)?$/;

/** Reads `>=1.2.3`; without a sign it is `=`. As dbt, three numbers are needed (dbt-common `semver.py`). */
export function parseVersionRule(text: string): VersionRule {
  const match = pattern.exec(text.trim());
  if (match === null) throw tsdbtError('version-invalid', { version: text });
  const [, matcher, major, minor, patch, prerelease] = match;
  return {
    matcher: (matcher ?? '=') as VersionRule['matcher'],
    version: {
      text: text
        .trim()
        .slice(matcher?.length ?? 0)
        .trim(),
      numbers: [Number(major), Number(minor), Number(patch)],
      prerelease: (prerelease?.split('.') ?? []).map((part) =>
        /^\d+$/.test(part) ? Number(part) : part,
      ),
    },
  };
}

export function parseVersion(text: string): Version {
  return parseVersionRule(text).version;
}

/** Negative, zero or positive, in the order of semver.org. */
export function compareVersions(a: Version, b: Version): number {
  for (const i of [0, 1, 2] as const) {
    if (a.numbers[i] !== b.numbers[i]) return a.numbers[i] - b.numbers[i];
  }
  if (a.prerelease.length === 0 || b.prerelease.length === 0)
    return b.prerelease.length - a.prerelease.length;
  for (const [i, part] of a.prerelease.entries()) {
    const other = b.prerelease[i];
    if (other === undefined) return 1;
    if (part === other) continue;
    if (typeof part === 'number' && typeof other === 'number') return part - other;
    if (typeof part !== typeof other) return typeof part === 'number' ? -1 : 1;
    return part < other ? -1 : 1;
  }
  return a.prerelease.length - b.prerelease.length;
}

/** Does the version keep every rule? `<2.0.0` keeps prereleases of 2.0.0 out. */
export function satisfies(version: Version, rules: readonly VersionRule[]): boolean {
  return rules.every((rule) => keeps(version, rule));
}

function keeps(version: Version, rule: VersionRule): boolean {
  const order = compareVersions(version, rule.version);
  switch (rule.matcher) {
    case '=':
      return order === 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
    case '<=':
      return order <= 0;
    case '<':
      return order < 0 && !isPrereleaseOf(version, rule.version);
  }
}

function isPrereleaseOf(version: Version, base: Version): boolean {
  return (
    version.prerelease.length > 0 &&
    base.prerelease.length === 0 &&
    version.numbers.every((n, i) => n === base.numbers[i])
  );
}

import { dbtVersion } from '../context/base-members.ts';
import type { Project } from '../contracts/project.ts';
import { parseVersion, parseVersionRule, satisfies, type VersionRule } from '../deps/semver.ts';
import { tsdbtError } from '../errors/tsdbt-error.ts';

/**
 * Throws when `require-dbt-version` of a project keeps out the dbt version that tsdbt does as (core
 * `config/project.py`, `validate_version`).
 */
export function requireVersion({ name, file, requireDbtVersion = [] }: Project): void {
  const rules = requireDbtVersion.map(parseVersionRule);
  if (satisfies(parseVersion(dbtVersion), rules)) return;
  throw tsdbtError(
    'dbt-version-required',
    { project: name, rules: requireDbtVersion, has: dbtVersion, never: !canBeKept(rules) },
    { location: { file } },
  );
}

/** Whether any version keeps all rules: if one does, so does one of theirs, or the one after it. */
function canBeKept(rules: readonly VersionRule[]): boolean {
  return rules.some(({ version: { numbers, text } }) => {
    const [major, minor, patch] = numbers;
    return [text, `${major}.${minor}.${patch + 1}`, '0.0.0'].some((one) =>
      satisfies(parseVersion(one), rules),
    );
  });
}

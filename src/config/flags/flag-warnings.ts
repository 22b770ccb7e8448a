import type { Warning } from '../../contracts/warning.ts';
import { didYouMean } from '../../errors/suggest.ts';
import { parseVars } from '../vars.ts';
import { behaviorFlags } from './behavior-flags.ts';
import { envNames, flagTable } from './flag-table.ts';
import type { ProjectFlags } from './project-flags.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** Variables of dbt's engine that are no flags (core `env_vars.py`). */
const otherVariables: ReadonlySet<string> = new Set(
  'INVOCATION_ENV RECORDED_FILE_PATH TEST_STATE_MODIFIED PACKAGE_HUB_URL DOWNLOAD_DIR PP_FILE_DIFF_TEST PP_TEST'
    .split(' ')
    .map((name) => `DBT_ENGINE_${name}`),
);

/** What is to be said of how flags were given. */
export function flagWarnings(
  given: Readonly<Record<string, unknown>>,
  env: Env,
  project: ProjectFlags,
): readonly Warning[] {
  const old: Warning[] = [];
  if (given['models'] !== undefined || given['model'] !== undefined)
    old.push({
      name: 'ModelParamUsageDeprecation',
      text: '`--models`, `--model` and `-m` are deprecated: use `--select` or `-s` instead.',
    });
  if (project.isOfProfile === true)
    old.push({
      name: 'ProjectFlagsMovedDeprecation',
      text: '`config` of profiles.yml is deprecated: move it to `flags` of dbt_project.yml.',
    });
  const options = [
    given['warnErrorOptions'] ?? envNames(flagTable.get('warn_error_options')!).map((n) => env[n]),
    project.values['warn_error_options'],
  ].flat();
  if (options.some(hasOldNames))
    old.push({
      name: 'WEOIncludeExcludeDeprecation',
      text: '`include` and `exclude` of warn_error_options are deprecated: use `error` and `warn` instead.',
    });
  return [...old, ...ofEnvironment(env), ...misspelled(project)];
}

/** Whether warn_error_options, as a mapping or its text, have the names that their keys once had. */
function hasOldNames(options: unknown): boolean {
  let value = options;
  if (typeof options === 'string') {
    try {
      value = parseVars(options, '--warn-error-options');
    } catch {
      return false;
    }
  }
  return value instanceof Object && ('include' in value || 'exclude' in value);
}

function ofEnvironment(env: Env): readonly Warning[] {
  const known = new Set(otherVariables);
  const warnings: Warning[] = [];
  for (const flag of flagTable.values()) {
    const [name] = envNames(flag);
    if (name !== undefined) known.add(name);
    const { oldEnv } = flag;
    if (oldEnv !== undefined && (env[oldEnv.name] ?? '') !== '')
      warnings.push({
        name: 'EnvironmentVariableRenamed',
        text: `The environment variable ${oldEnv.name} has been renamed to ${name}.`,
      });
  }
  for (const name of Object.keys(env)) {
    if (!name.startsWith('DBT_ENGINE') || known.has(name)) continue;
    const hint = didYouMean(name, known);
    warnings.push({
      name: 'EnvironmentVariableNamespaceDeprecation',
      text: `The environment variable ${name} is none that is known: names with DBT_ENGINE are reserved.${hint === undefined ? '' : ` ${hint}`}`,
    });
  }
  return warnings;
}

/** Flags of the project that look like others; unknown ones may be another adapter's. */
function misspelled({ values, yaml, isOfProfile }: ProjectFlags): readonly Warning[] {
  const known = [
    ...Object.keys(behaviorFlags),
    ...[...flagTable.values()].flatMap((flag) => (flag.inProject === true ? [flag.name] : [])),
  ];
  return Object.keys(values).flatMap((name) => {
    const hint = known.includes(name) ? undefined : didYouMean(name, known);
    if (hint === undefined) return [];
    const at = yaml?.locate([isOfProfile === true ? 'config' : 'flags', name]);
    const text = `${at?.file}:${at?.line}: there is no flag "${name}". ${hint}`;
    return [{ name: 'UnknownProjectFlag', text }];
  });
}

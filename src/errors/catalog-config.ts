import { entry } from './entry.ts';

/** 1xxx: how the command was called, and the project's configuration. */
export const configErrors = {
  usage: entry<{ message: string; hint?: string | undefined }>({
    code: 'TS1001',
    message: (p) => p.message,
    hint: (p) => p.hint ?? 'See `tsdbt --help` for the commands and their flags.',
  }),
  'project-not-found': entry<{ directory: string }>({
    code: 'TS1002',
    message: (p) => `No project.yml or dbt_project.yml in ${p.directory} or any folder above it.`,
    hint: () => 'Go to your project, name it with `--project-dir`, or start one with `tsdbt init`.',
  }),
  'project-file-ambiguous': entry<{ directory: string; key: string }>({
    code: 'TS1003',
    message: (p) =>
      `Both project.yml and dbt_project.yml are in ${p.directory}, and "${p.key}" of dbt_project.yml is not what project.yml says.`,
    hint: () =>
      'project.yml counts. A dbt_project.yml beside it, for tools that look for one, may only repeat what it says: `name` is enough.',
  }),
  'path-of-links': entry<{ path: string; root: string }>({
    code: 'TS1022',
    message: (p) =>
      `The path ${p.path} of the profile is relative, and the project in ${p.root} is a folder of links: each run could make another database.`,
    hint: () =>
      'Write an absolute path, or keep profiles.yml beside the project file that the links lead to.',
  }),
  'unknown-key': entry<{
    key: string;
    where: string;
    known: readonly string[];
    near?: string | undefined;
  }>({
    code: 'TS1004',
    message: (p) => `Unknown key "${p.key}" in ${p.where}.`,
    hint: (p) =>
      p.near === undefined ? `Known keys: ${p.known.join(', ')}.` : `Did you mean "${p.near}"?`,
  }),
  'more-unknown-keys': entry<{ count: number; where: string; first: string }>({
    code: 'TS1062',
    message: (p) => `${p.count} more unknown keys in ${p.where}, from "${p.first}" on.`,
    hint: () => 'The first twenty are listed above. Is this a file of another kind?',
  }),
  'invalid-value': entry<{ key: string; where: string; problem: string }>({
    code: 'TS1005',
    message: (p) => `"${p.key}" in ${p.where} ${p.problem}.`,
  }),
  'missing-key': entry<{ key: string; where: string }>({
    code: 'TS1006',
    message: (p) => `"${p.key}" is missing in ${p.where}.`,
  }),
  'profile-not-found': entry<{
    profile: string;
    known: readonly string[];
    searched: readonly string[];
  }>({
    code: 'TS1007',
    message: (p) => `Profile "${p.profile}" is not in ${p.searched.join(' or ')}.`,
    hint: (p) =>
      p.known.length > 0
        ? `Profiles there: ${p.known.join(', ')}.`
        : 'Add it to profiles.yml, or remove `profile:` to use a DuckDB file under target/.',
  }),
  'target-not-found': entry<{
    target: string;
    profile: string;
    known: readonly string[];
    near?: string | undefined;
  }>({
    code: 'TS1008',
    message: (p) => `Profile "${p.profile}" has no target "${p.target}".`,
    hint: (p) => (p.near ? `Did you mean "${p.near}"?` : `Its targets: ${p.known.join(', ')}.`),
  }),
  'env-var-missing': entry<{ name: string }>({
    code: 'TS1009',
    message: (p) =>
      `Environment variable ${p.name} is not set and env_var() has no default for it.`,
    hint: (p) => `Set ${p.name}, or give a default: env_var('${p.name}', '…').`,
  }),
  'adapter-not-found': entry<{ type: string; known: readonly string[] }>({
    code: 'TS1010',
    message: (p) => `There is no adapter for database type "${p.type}".`,
    hint: (p) => `Adapters: ${p.known.join(', ')}.`,
  }),
  'vars-invalid': entry<{ option: '--vars' | '--args' | '--warn-error-options'; problem: string }>({
    code: 'TS1011',
    message: (p) => `${p.option} ${p.problem}.`,
    hint: (p) => `Give one YAML mapping, for example ${p.option} '{start: 2026-01-01}'.`,
  }),
  'process-date-invalid': entry<{ value: string }>({
    code: 'TS1012',
    message: (p) => `--process-date "${p.value}" is not a date.`,
    hint: () => 'Write it as YYYY-MM-DD, for example 2026-01-28.',
  }),
  'directory-not-empty': entry<{ directory: string; file: string }>({
    code: 'TS1013',
    message: (p) => `${p.directory} already has ${p.file}.`,
    hint: () => 'Nothing was written. Name a new folder: `tsdbt init my_shop`.',
  }),
  'path-outside-project': entry<{ path: string; what: string; package?: string }>({
    code: 'TS1014',
    message: (p) =>
      `${p.what} ${p.path} is outside the ${p.package === undefined ? 'project' : `package in ${p.package}`}.`,
    hint: (p) =>
      p.package === undefined
        ? 'Use a path inside the project folder.'
        : 'A package may only read its own files: remove it from packages.yml, or ask its authors to change the path.',
  }),
  'secret-not-allowed': entry<{ name: string }>({
    code: 'TS1015',
    message: (p) => `Secret environment variable ${p.name} can't be read here.`,
    hint: () =>
      'Names that start with DBT_ENV_SECRET are readable in profiles.yml and packages.yml only.',
  }),
  'file-not-writable': entry<{ path: string; problem: string }>({
    code: 'TS1016',
    message: (p) => `Can't write ${p.path}: ${p.problem}.`,
    hint: (p) =>
      /ENOSPC|EDQUOT/.test(p.problem)
        ? 'Make room, or choose another folder with --target-path. What was committed to the database before is there.'
        : 'Check the rights of the folder, or choose another with --target-path.',
  }),
  'file-not-accessible': entry<{ path: string; problem: string }>({
    code: 'TS1018',
    message: (p) => `Can't read ${p.path}: ${p.problem}.`,
    hint: () => 'Check that it is there and that you may read it, then run again.',
  }),
  'artifact-not-found': entry<{ path: string }>({
    code: 'TS1017',
    message: (p) => `${p.path} does not exist.`,
    hint: () => 'Run `tsdbt docs generate` first.',
  }),
  'package-without-project': entry<{ directory: string }>({
    code: 'TS1019',
    message: (p) => `The package in ${p.directory} has no project file.`,
    hint: () => 'A package is a folder with a dbt_project.yml (or project.yml) in it.',
  }),
  'package-name-clash': entry<{ name: string; first: string; second: string }>({
    code: 'TS1020',
    message: (p) => `Two projects are named "${p.name}": ${p.first} and ${p.second}.`,
    hint: () => 'Each package needs a name of its own; take one of them away.',
  }),
  'packages-not-installed': entry<{ names: readonly string[]; folder: string }>({
    code: 'TS1021',
    message: (p) => `Packages are not installed in ${p.folder}: ${p.names.join(', ')}.`,
    hint: () => 'Run `tsdbt deps`.',
  }),
  'flag-invalid': entry<{ where: string; value: string; allowed: string }>({
    code: 'TS1040',
    message: (p) => `${p.where} can't be ${p.value}.`,
    hint: (p) => `It must be ${p.allowed}.`,
  }),
  'flag-repeated': entry<{ flag: string }>({
    code: 'TS1041',
    message: (p) =>
      `${p.flag} was provided both before and after the subcommand, it can only be set either before or after.`,
    hint: () => 'Leave one of the two away.',
  }),
  'flags-exclusive': entry<{ first: string; second: string }>({
    code: 'TS1042',
    message: (p) => `${p.second}: not allowed with argument ${p.first}.`,
    hint: (p) => `${p.second} can say all that ${p.first} says; set only one of them.`,
  }),
  'dbt-version-required': entry<{
    project: string;
    rules: readonly string[];
    has: string;
    never: boolean;
  }>({
    code: 'TS1046',
    message: (p) =>
      p.never
        ? `No dbt version can keep what "${p.project}" requires: ${p.rules.join(', ')}.`
        : `"${p.project}" requires dbt ${p.rules.join(', ')}; tsdbt does as dbt ${p.has}.`,
    hint: (p) =>
      `Take another version of "${p.project}", change its require-dbt-version, or run again with --no-version-check.`,
  }),
  'vars-in-both': entry<{ file: string }>({
    code: 'TS1047',
    message: (p) => `Variables are defined in both vars.yml and ${p.file}.`,
    hint: () => 'Keep them in one of the two.',
  }),
  'introspection-off': entry<Record<string, never>>({
    code: 'TS1048',
    message: () => 'The database is asked something, which --no-introspect rules out.',
    hint: () => 'Leave --no-introspect away, or the query out of the template.',
  }),
  'query-comment-invalid': entry<{ text: string }>({
    code: 'TS1049',
    message: (p) => `query-comment contains illegal value "*/": ${p.text}.`,
    hint: () => 'It stands between /* and */ in each statement, so it can not hold the second.',
  }),
  'keys-exclusive': entry<{ first: string; second: string; file: string }>({
    code: 'TS1050',
    message: (p) =>
      `${p.first} and ${p.second} are both in ${p.file}: they are two names of one key.`,
    hint: (p) => `Keep ${p.second}.`,
  }),
  'resource-name-with-spaces': entry<{ kind: string; name: string }>({
    code: 'TS1051',
    message: (p) => `The name of the ${p.kind} "${p.name}" has spaces in it.`,
    hint: () =>
      'Rename it, or allow such names with `flags: {require_resource_names_without_spaces: false}`.',
  }),
  'log-not-writable': entry<{ path: string; problem: string }>({
    code: 'TS1045',
    message: (p) => `Can't write the log ${p.path}: ${p.problem}.`,
    hint: () => 'Check the rights of the folder, or choose another with --log-path.',
  }),
  'warning-is-error': entry<{ name: string; text: string }>({
    code: 'TS1044',
    message: (p) => p.text,
    hint: (p) =>
      `This is the warning ${p.name}, which --warn-error or warn_error_options make an error.`,
  }),
  'warn-error-options-invalid': entry<{ problem: string; hint?: string | undefined }>({
    code: 'TS1043',
    message: (p) => `warn_error_options ${p.problem}.`,
    hint: (p) => p.hint ?? `As in '{"error": "all", "warn": ["NoNodesForSelectionCriteria"]}'.`,
  }),
};

import { entry } from './entry.ts';

const near = (name: string | undefined): string | undefined =>
  name === undefined ? undefined : `Did you mean "${name}"?`;

/** 3xxx: names that lead nowhere, the graph, selectors. */
export const resolveErrors = {
  'ref-not-found': entry<{ node: string; target: string; near?: string | undefined }>({
    code: 'TS3001',
    message: (p) => `${p.node} refers to "${p.target}", which is not in the project.`,
    hint: (p) =>
      near(p.near) ??
      'Check the name in ref(), and that the file is under a models, seeds or snapshots folder.',
  }),
  'ref-disabled': entry<{ node: string; target: string }>({
    code: 'TS3002',
    message: (p) => `${p.node} refers to "${p.target}", which is disabled.`,
    hint: (p) => `Enable "${p.target}" (config enabled: true), or take the ref() away.`,
  }),
  'function-not-found': entry<{ node: string; target: string; near?: string | undefined }>({
    code: 'TS3019',
    message: (p) => `${p.node} calls the function "${p.target}", which is not in the project.`,
    hint: (p) =>
      near(p.near) ??
      'Check the name in function(), and that its file is under a functions folder and is no overload of another.',
  }),
  'function-disabled': entry<{ node: string; target: string }>({
    code: 'TS3020',
    message: (p) => `${p.node} calls the function "${p.target}", which is disabled.`,
    hint: (p) => `Enable "${p.target}" (config enabled: true), or take the function() away.`,
  }),
  'function-arguments': entry<{ problem: string }>({
    code: 'TS3021',
    message: (p) => p.problem,
    hint: () =>
      `Write function('name') or function('package', 'name'); what follows in brackets is SQL.`,
  }),
  'source-not-found': entry<{ node: string; target: string; near?: string | undefined }>({
    code: 'TS3003',
    message: (p) => `${p.node} reads the source "${p.target}", which is not declared.`,
    hint: (p) => near(p.near) ?? 'Declare it under `sources:` in a YAML file of the models folder.',
  }),
  'dependency-cycle': entry<{ path: readonly string[] }>({
    code: 'TS3004',
    message: (p) => `These nodes depend on each other in a circle: ${p.path.join(' → ')}.`,
    hint: () => 'Take one of these ref() or function() calls away.',
  }),
  'selector-syntax': entry<{ selector: string; problem: string }>({
    code: 'TS3005',
    message: (p) => `Selector "${p.selector}": ${p.problem}.`,
    hint: () =>
      'Examples: `my_model`, `+my_model`, `2+my_model+1`, `@my_model`, `tag:nightly`, `path:models/curated`, `tag:a,tag:b`.',
  }),
  'selector-method-unknown': entry<{
    selector: string;
    method: string;
    known: readonly string[];
    near?: string | undefined;
  }>({
    code: 'TS3006',
    message: (p) => `Selector "${p.selector}": there is no method "${p.method}:".`,
    hint: (p) => near(p.near) ?? `Methods: ${p.known.join(', ')}.`,
  }),
  'dispatch-not-found': entry<{ name: string; tried: readonly string[] }>({
    code: 'TS3008',
    message: (p) => `adapter.dispatch found no macro "${p.name}". Tried: ${p.tried.join(', ')}.`,
  }),
  'macro-not-found': entry<{ name: string; near?: string | undefined }>({
    code: 'TS3030',
    message: (p) => `There is no macro "${p.name}".`,
    hint: (p) => near(p.near) ?? 'A macro of a package is named with it, as in `dbt_utils.star`.',
  }),
  'var-not-found': entry<{ name: string; node: string; near?: string | undefined }>({
    code: 'TS3009',
    message: (p) =>
      `${p.node} asks for the variable "${p.name}", which is not set and has no default.`,
    hint: (p) =>
      near(p.near) ??
      `Give it with --vars, under vars: in the project file, or as var('${p.name}', default).`,
  }),
  'ref-arguments': entry<{ problem: string }>({
    code: 'TS3010',
    message: (p) => p.problem,
    hint: () => `Write ref('model'), ref('package', 'model') or source('source', 'table').`,
  }),
  'relation-name-clash': entry<{ relation: string; first: string; second: string }>({
    code: 'TS3011',
    message: (p) => `${p.first} and ${p.second} would both build the relation ${p.relation}.`,
    hint: () => 'Give one of them another `alias` or `schema`.',
  }),
  'test-macro-not-found': entry<{ name: string; node: string; near?: string | undefined }>({
    code: 'TS3012',
    message: (p) => `${p.node} uses the test "${p.name}", but there is no such generic test.`,
    hint: (p) =>
      near(p.near) ??
      'Built in are unique, not_null, accepted_values and relationships; your own go to tests/generic or macros.',
  }),
  'materialization-unknown': entry<{
    name: string;
    node: string;
    known: readonly string[];
    near?: string | undefined;
  }>({
    code: 'TS3013',
    message: (p) => `${p.node} has the materialization "${p.name}", which does not exist.`,
    hint: (p) => near(p.near) ?? `Materializations: ${p.known.join(', ')}.`,
  }),
  'ref-undeclared': entry<{ node: string; target: string }>({
    code: 'TS3015',
    message: (p) =>
      `${p.node} reached ref('${p.target}') at run time, but not when it was parsed, so it was not built first.`,
    hint: (p) => `Add a line to the model: -- depends_on: {{ ref('${p.target}') }}`,
  }),
  'ref-access': entry<{
    node: string;
    target: string;
    access: 'private' | 'protected';
    group: string | null;
  }>({
    code: 'TS3017',
    message: (p) =>
      `${p.node} refers to "${p.target}", which is ${p.access}${p.group === null ? '' : ` to the group "${p.group}"`}.`,
    hint: (p) =>
      p.access === 'private'
        ? 'Only nodes of the same group may refer to it; put the node in the group, or change `access`.'
        : 'Its package sets `restrict-access`, so other packages may refer to its public models only.',
  }),
  'semantics-not-found': entry<{
    from: string;
    kind: string;
    name: string;
    isDisabled: boolean;
    near?: string | undefined;
  }>({
    code: 'TS3018',
    message: (p) =>
      `The ${p.from} is made of the ${p.kind} "${p.name}", which ${p.isDisabled ? 'is disabled' : 'is not in the project'}.`,
    hint: (p) =>
      near(p.near) ??
      (p.isDisabled ? `Enable it, or disable what is made of it.` : `Check the name.`),
  }),
};

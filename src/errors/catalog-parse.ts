import { entry } from './entry.ts';

/** 2xxx: files the user wrote that can't be read: YAML, Jinja, property files, macros. */
export const parseErrors = {
  'yaml-syntax': entry<{ problem: string }>({
    code: 'TS2001',
    message: (p) => `YAML: ${p.problem}`,
    hint: () => 'Check the indentation and the quotes around this line.',
  }),
  'yaml-limit': entry<{ limit: string }>({
    code: 'TS2002',
    message: (p) => `This YAML file is over a limit: ${p.limit}.`,
    hint: () => 'Split the file, or make it flatter.',
  }),
  'jinja-syntax': entry<{ message: string; hint?: string | undefined }>({
    code: 'TS2003',
    message: (p) => p.message,
    hint: (p) => p.hint,
  }),
  'jinja-undefined': entry<{ message: string; hint?: string | undefined }>({
    code: 'TS2004',
    message: (p) => p.message,
    hint: (p) => p.hint,
  }),
  'jinja-runtime': entry<{ message: string; hint?: string | undefined }>({
    code: 'TS2005',
    message: (p) => p.message,
    hint: (p) => p.hint,
  }),
  'jinja-limit': entry<{ limit: string; hint?: string | undefined }>({
    code: 'TS2006',
    message: (p) => `The template is over a limit: ${p.limit}.`,
    hint: (p) => p.hint ?? 'Look for a loop or a macro that never ends.',
  }),
  'jinja-security': entry<{ message: string }>({
    code: 'TS2007',
    message: (p) => p.message,
    hint: () =>
      'Templates can reach the values and methods of the template language, nothing else.',
  }),
  'compiler-error': entry<{ message: string }>({
    code: 'TS2008',
    message: (p) => p.message,
  }),
  'duplicate-resource': entry<{ kind: string; name: string; first: string; second: string }>({
    code: 'TS2009',
    message: (p) => `Two resources are the ${p.kind} "${p.name}": ${p.first} and ${p.second}.`,
    hint: () => 'Rename one of them.',
  }),
  'properties-without-node': entry<{ kind: string; name: string; near?: string | undefined }>({
    code: 'TS2010',
    message: (p) => `There are properties for the ${p.kind} "${p.name}", but no such ${p.kind}.`,
    hint: (p) => (p.near ? `Did you mean "${p.near}"?` : 'Remove them, or add the file.'),
  }),
  'file-not-text': entry<{ file: string }>({
    code: 'TS2011',
    message: (p) => `${p.file} is not UTF-8 text.`,
    hint: () => 'Save the file as UTF-8.',
  }),
  'generic-test-invalid': entry<{ problem: string }>({
    code: 'TS2012',
    message: (p) => p.problem,
    hint: () =>
      'A test is a name (`unique`), or a name with its arguments (`accepted_values: {arguments: {values: [a, b]}}`).',
  }),
  'expectation-invalid': entry<{ name: string; problem: string }>({
    code: 'TS2014',
    message: (p) => `Expectation "${p.name}" ${p.problem}.`,
    hint: () =>
      'An expectation has `name`, one of `expression` or `unique`, and `on_violation: quarantine | drop | warn | fail`.',
  }),
  'python-call-not-literal': entry<{ called: string }>({
    code: 'TS2017',
    message: (p) => `The arguments of dbt.${p.called}() in a Python model must be literals.`,
    hint: () => "Write the values themselves: dbt.ref('orders'), dbt.config(tags=['daily']).",
  }),
  'property-given-twice': entry<{ key: string; where: string }>({
    code: 'TS2016',
    message: (p) => `The ${p.where} has "${p.key}" twice: on its own and under config.`,
    hint: () => 'Keep the one under config.',
  }),
  'landing-invalid': entry<{ source: string; problem: string }>({
    code: 'TS2015',
    message: (p) => `Landing source ${p.source} ${p.problem}.`,
  }),
  'semantics-invalid': entry<{ kind: string; name: string; problem: string }>({
    code: 'TS2018',
    message: (p) => `The ${p.kind} "${p.name}" ${p.problem}.`,
  }),
  'time-spine-invalid': entry<{ model: string; problem: string }>({
    code: 'TS2019',
    message: (p) => `The time spine of the model "${p.model}" ${p.problem}.`,
    hint: () =>
      'A time spine names columns that stand under `columns:`; the standard one has a `granularity: day` there.',
  }),
  'function-invalid': entry<{ name: string; problem: string }>({
    code: 'TS2021',
    message: (p) => `The function "${p.name}" ${p.problem}.`,
  }),
  'time-spine-missing': entry<Record<never, never>>({
    code: 'TS2020',
    message: () =>
      'There are semantic models, but no time spine with a granularity of a day or less.',
    hint: () =>
      'Give a model of days `time_spine: {standard_granularity_column: …}`, and that column `granularity: day`.',
  }),
};

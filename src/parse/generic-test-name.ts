import { createHash } from 'node:crypto';
import { fromJs, repr } from '../jinja/index.ts';

/** Longest name a test's relation and file may have; longer ones are cut and hashed. */
const longest = 63;

/**
 * The names dbt gives a generic test (core `parser/generic_test_builders.py`): the test, what it is
 * on, and its arguments in the order of their names. `short` is the alias and file name; `full`
 * stands in the unique id and the fqn.
 */
export function genericTestName(
  test: string,
  on: string,
  args: Readonly<Record<string, unknown>>,
): { short: string; full: string } {
  const flat = Object.keys(args)
    .filter((key) => key !== 'model')
    .sort()
    .flatMap((key) => flatten(args[key]));
  const clean = flat.map((text) => text.replace(/[^0-9a-zA-Z_]+/g, '_'));
  const identifier = `${test}_${on}`;
  const full = `${identifier}_${clean.join('__')}`;
  if (full.length <= longest) return { short: full, full };
  const label = createHash('md5').update(full).digest('hex');
  return { short: `${identifier.slice(0, 30)}_${label}`, full };
}

/** The ten characters behind the name in a generic test's unique id. */
export function genericTestHash(
  name: string,
  metadata: { namespace: string | null; name: string; kwargs: Readonly<Record<string, unknown>> },
): string {
  const text = name + repr(fromJs(hashable(metadata)));
  return createHash('md5').update(text).digest('hex').slice(-10);
}

function flatten(value: unknown): string[] {
  if (Array.isArray(value)) return value.map(pythonText);
  if (typeof value === 'object' && value !== null) return Object.values(value).map(pythonText);
  return [pythonText(value)];
}

function hashable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(hashable);
  if (typeof value === 'object' && value !== null) {
    const sorted = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(sorted.map(([k, v]) => [k, hashable(v)]));
  }
  return pythonText(value);
}

/** Python's `str()` of a YAML value. */
function pythonText(value: unknown): string {
  return typeof value === 'string' ? value : repr(fromJs(value));
}

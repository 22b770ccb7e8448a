import { hash } from 'node:crypto';
import { fromJs, repr } from '../jinja/index.ts';
import { isPlainObject } from '../util/map-strings.ts';
import { keyText, keyValue } from '../util/mapping-key.ts';

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
  const clean: string[] = [];
  for (const key of Object.keys(args).sort(byKey)) {
    if (key === 'model') continue;
    for (const text of flatten(args[key])) {
      clean.push(/^\w*$/.test(text) ? text : text.replace(/[^0-9a-zA-Z_]+/g, '_'));
    }
  }
  const identifier = `${test}_${on}`;
  const full = `${identifier}_${clean.join('__')}`;
  if (full.length <= longest) return { short: full, full };
  const label = hash('md5', full);
  return { short: `${identifier.slice(0, 30)}_${label}`, full };
}

/** The ten characters behind the name in a generic test's unique id. */
export function genericTestHash(
  name: string,
  metadata: { namespace: string | null; name: string; kwargs: Readonly<Record<string, unknown>> },
): string {
  return hash('md5', name + sortedRepr(metadata)).slice(-10);
}

function flatten(value: unknown): string[] {
  if (Array.isArray(value)) return value.map(pythonText);
  if (isPlainObject(value)) return Object.values(value).map(pythonText);
  return [pythonText(value)];
}

/** Python's `repr()` of a value with its keys sorted and its leaves as texts. */
function sortedRepr(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(sortedRepr).join(', ')}]`;
  if (!isPlainObject(value)) return repr(pythonText(value));
  const entries = Object.keys(value)
    .sort(byKey)
    .map((key) => `${repr(fromJs(keyValue(key)))}: ${sortedRepr(value[key])}`);
  return `{${entries.join(', ')}}`;
}

/** Numbers by their size, texts by their characters. */
function byKey(a: string, b: string): number {
  const [one, other] = [keyValue(a), keyValue(b)];
  if (typeof one === 'number' && typeof other === 'number') return one - other;
  return keyText(a) < keyText(b) ? -1 : 1;
}

/** Python's `str()` of a YAML value. */
function pythonText(value: unknown): string {
  return typeof value === 'string' ? value : repr(fromJs(value));
}

import type { FunctionCall, RefCall, SourceCall } from '../contracts/node.ts';
import { tsdbtError } from '../errors/tsdbt-error.ts';
import { isTruthy, PyDict, PyTuple, toStr, type Value } from '../jinja/index.ts';

/** The arguments of a `ref(...)` call: `ref('m')`, `ref('package', 'm')`, with `v=` or `version=`. */
export function refArguments(args: readonly Value[], kwargs: ReadonlyMap<string, Value>): RefCall {
  const texts = args.map((arg) => text(arg, 'ref'));
  if (texts.length !== 1 && texts.length !== 2) {
    throw tsdbtError('ref-arguments', {
      problem: `ref() takes a model name, or a package and a model name, not ${texts.length} arguments`,
    });
  }
  return {
    name: texts.at(-1)!,
    package: texts.length === 2 ? texts[0]! : null,
    version: versionOf(kwargs),
  };
}

/** `version` or `v`, whichever is not empty; any other keyword is let pass, as dbt does. */
function versionOf(kwargs: ReadonlyMap<string, Value>): RefCall['version'] {
  const given = [kwargs.get('version') ?? null, kwargs.get('v') ?? null];
  const version = given.find(isTruthy) ?? null;
  if (version === null || typeof version === 'number' || typeof version === 'string')
    return version;
  if (!Array.isArray(version) && !(version instanceof PyTuple) && !(version instanceof PyDict))
    return toStr(version);
  const problem = `the version of ref() must be a text or a number, not ${toStr(version)}`;
  throw tsdbtError('ref-arguments', { problem });
}

/** The arguments of a `source(...)` call: the source and its table; it takes no keywords. */
export function sourceArguments(
  args: readonly Value[],
  kwargs: ReadonlyMap<string, Value>,
): SourceCall {
  const [keyword] = kwargs.keys();
  if (keyword !== undefined) {
    const problem = `source() takes a source name and a table name, and no argument called "${keyword}"`;
    throw tsdbtError('ref-arguments', { problem });
  }
  if (args.length !== 2) {
    throw tsdbtError('ref-arguments', {
      problem: `source() takes a source name and a table name, not ${args.length} argument(s)`,
    });
  }
  return { source: text(args[0]!, 'source'), table: text(args[1]!, 'source') };
}

/** The arguments of a `function(...)` call: a name, or a package and a name. */
export function functionArguments(
  args: readonly Value[],
  kwargs: ReadonlyMap<string, Value>,
): FunctionCall {
  const refuse = (problem: string) => tsdbtError('function-arguments', { problem });
  const [keyword] = kwargs.keys();
  if (keyword !== undefined)
    throw refuse(`function() takes names only, and no argument called "${keyword}"`);
  if (args.length !== 1 && args.length !== 2)
    throw refuse(`function() takes a name, or a package and a name, not ${args.length} arguments`);
  const names = args.map((arg) => {
    if (typeof arg === 'string') return arg;
    throw refuse(`function() takes names in quotes, not ${toStr(arg) || 'an undefined name'}`);
  });
  return { name: names.at(-1)!, package: names.length === 2 ? names[0]! : null };
}

function text(value: Value, what: string): string {
  if (typeof value === 'string') return value;
  throw tsdbtError('ref-arguments', {
    problem: `${what}() takes names in quotes, not ${toStr(value) || 'an undefined name'}`,
  });
}

import type { RefCall, SourceCall } from '../contracts/node.ts';
import { tsdbtError } from '../errors/tsdbt-error.ts';
import { toStr, type Value } from '../jinja/index.ts';

/** The arguments of a `ref(...)` call: `ref('m')`, `ref('package', 'm')`, with `v=` or `version=`. */
export function refArguments(args: readonly Value[], kwargs: ReadonlyMap<string, Value>): RefCall {
  const texts = args.map((arg) => text(arg, 'ref'));
  if (texts.length !== 1 && texts.length !== 2) {
    throw tsdbtError('ref-arguments', {
      problem: `ref() takes a model name, or a package and a model name, not ${texts.length} arguments`,
    });
  }
  const version = kwargs.get('v') ?? kwargs.get('version') ?? null;
  return {
    name: texts.at(-1)!,
    package: texts.length === 2 ? texts[0]! : null,
    version: version === null || typeof version === 'number' ? version : toStr(version),
  };
}

/** The arguments of a `source(...)` call: the source and its table. */
export function sourceArguments(args: readonly Value[]): SourceCall {
  if (args.length !== 2) {
    throw tsdbtError('ref-arguments', {
      problem: `source() takes a source name and a table name, not ${args.length} argument(s)`,
    });
  }
  return { source: text(args[0]!, 'source'), table: text(args[1]!, 'source') };
}

function text(value: Value, what: string): string {
  if (typeof value === 'string') return value;
  throw tsdbtError('ref-arguments', {
    problem: `${what}() takes names in quotes, not ${toStr(value) || 'an undefined name'}`,
  });
}

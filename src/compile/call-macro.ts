import { withUndefinedHint } from '../context/undefined-hint.ts';
import type { Node } from '../contracts/node.ts';
import { suggest } from '../errors/suggest.ts';
import { toTsdbtError, tsdbtError } from '../errors/tsdbt-error.ts';
import {
  callMacro,
  driveAsync,
  fromJs,
  isUndefined,
  type Kwargs,
  PyObject,
  type Value,
} from '../jinja/index.ts';
import { type CompileEnvironment, scopeOf } from './compile-node.ts';

export interface MacroCall {
  /** Package of the macro; undefined for wherever its name leads. */
  readonly packageName: string | undefined;
  readonly name: string;
  readonly kwargs?: Kwargs;
  /** Names that only this call can use. */
  readonly extra?: ReadonlyMap<string, Value>;
}

export interface MacroOutcome {
  /** What the macro returned, or the text it printed. */
  readonly value: Value;
  /** The result of a statement by the name it was stored under; null where there is none. */
  readonly result: (name: string) => Value;
}

/** Calls one macro in the context of a node. */
export async function callMacroIn(
  node: Node,
  environment: CompileEnvironment,
  call: MacroCall,
): Promise<MacroOutcome> {
  const { macros } = environment.host;
  const scope = scopeOf(node, environment, new Map(), { extra: call.extra });
  try {
    const home = call.packageName === undefined ? undefined : scope.lookup(call.packageName);
    const macro =
      call.packageName === undefined
        ? scope.lookup(call.name)
        : home instanceof PyObject
          ? home.pyItem(call.name)
          : undefined;
    if (macro === undefined) {
      const name = call.packageName === undefined ? call.name : `${call.packageName}.${call.name}`;
      throw tsdbtError('macro-not-found', {
        name,
        near: suggest(call.name, macros.names(call.packageName ?? node.packageName)),
      });
    }
    const value = await driveAsync(callMacro(macro, [], call.kwargs ?? new Map()));
    const load = scope.lookup('load_result');
    return {
      value: isUndefined(value) ? null : value,
      result: (name) =>
        load instanceof PyObject ? (load.pyCall([name], new Map()) as Value) : fromJs(null),
    };
  } catch (error) {
    const details = { nodeId: node.uniqueId, location: { file: node.originalFilePath } };
    throw withUndefinedHint(toTsdbtError(error, details), macros, node.packageName);
  }
}

import type { Macro, MacroArgument } from '../../contracts/node.ts';
import type { Diagnostics } from '../diagnostics.ts';

/** Names of types, and of how many others each is made. */
const types: Readonly<Record<string, number>> = {
  str: 0,
  string: 0,
  bool: 0,
  int: 0,
  integer: 0,
  float: 0,
  any: 0,
  list: 1,
  dict: 2,
  optional: 1,
  relation: 0,
  column: 0,
};

/**
 * Warns of arguments that a property file gives a macro and the macro has not, and of types that are
 * none (core `parser/schemas.py`, `_check_patch_arguments`).
 */
export function checkMacroArguments(
  { name, arguments: own }: Pick<Macro, 'name' | 'arguments'>,
  stated: readonly MacroArgument[],
  file: string,
  diagnostics: Diagnostics,
): void {
  if (stated.length === 0) return;
  const warn = (problem: string) =>
    diagnostics.warn('InvalidMacroAnnotation', `${file}: ${problem}`);
  for (const [i, argument] of stated.entries()) {
    const at = own[i];
    if (at !== undefined && at.name !== argument.name)
      warn(`the macro "${name}" has "${at.name}" where its properties have "${argument.name}".`);
  }
  if (stated.length !== own.length)
    warn(`the macro "${name}" has ${own.length} arguments, its properties ${stated.length}.`);
  for (const { name: argument, type } of stated) {
    if (type === null || type.trim() === '' || isType(type.replace(/[ \t]/g, ''))) continue;
    warn(`"${type}" is no type for the argument "${argument}" of the macro "${name}".`);
  }
}

function isType(text: string): boolean {
  return behindType(text) === '';
}

/** What stands behind the type that a text begins with; undefined when it begins with none. */
function behindType(text: string): string | undefined {
  const [name] = /^[a-z]+/.exec(text) ?? [];
  const count = name === undefined || !Object.hasOwn(types, name) ? undefined : types[name];
  if (count === undefined) return undefined;
  let rest = text.slice(name!.length);
  for (let i = 0; i < count; i++) {
    if (!rest.startsWith(i === 0 ? '[' : ',')) return undefined;
    const behind = behindType(rest.slice(1));
    if (behind === undefined) return undefined;
    rest = behind;
  }
  if (count === 0) return rest;
  return rest.startsWith(']') ? rest.slice(1) : undefined;
}

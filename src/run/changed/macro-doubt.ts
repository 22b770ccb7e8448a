import { isBuiltin } from '../../context/macro-index.ts';
import type { Macro } from '../../contracts/node.ts';
import type { MacroBlock } from '../../jinja/index.ts';
import type { MacroPath } from '../macro-path.ts';

/**
 * Words by which a macro can come to other statements although its text, the query and the configuration
 * are what they were: it asks the database, the clock, chance or its surroundings, or calls what can't
 * be told from its text.
 */
const doubtful =
  /\b(run_query|fetch_result|load_result|load_agate_table|execute\(|add_query|modules|run_started_at|invocation_id|env_var|var|graph|selected_resources|context|now|today|current_date|current_time\w*|localtime\w*|random|setseed|uuid|gen_random_uuid|nextval|getvariable|read_\w+|glob|copy)\b/i;

/**
 * Why a node that runs through a macro is run each time; undefined when what it does is decided by its
 * query, its configuration and the text of the macros.
 */
export function macroDoubt(
  { macro, hasPlan }: MacroPath,
  macros: readonly Macro<MacroBlock>[],
): string | undefined {
  // Of the built-in ones without a plan: `external` writes files, which may have gone since.
  if (isBuiltin(macro.packageName) && !hasPlan) return `it runs through the macro ${macro.name}`;
  for (const { name, sql } of macros) {
    const word = doubtful.exec(sql)?.[1];
    if (word !== undefined)
      return `it runs through the macro ${name}, which says "${word.replace('(', '')}"`;
  }
  return undefined;
}

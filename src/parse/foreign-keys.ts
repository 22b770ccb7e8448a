import type { Json } from '../contracts/json.ts';
import type { ColumnInfo, RefCall, SourceCall } from '../contracts/node.ts';
import { type SourceLocation, tsdbtError } from '../errors/tsdbt-error.ts';
import { isPlainObject } from '../util/map-strings.ts';
import type { ParseContext } from './parse-context.ts';
import { type RenderRequest, renderForFacts } from './render-node.ts';

const none: ForeignKeyCalls = { refs: [], sources: [] };

interface ForeignKeyCalls {
  readonly refs: readonly RefCall[];
  readonly sources: readonly SourceCall[];
}

/**
 * What the foreign keys of a model point at, `to: ref('customers')`: it must be there before the model
 * (core `parser/schemas.py`, `_process_constraints_refs_and_sources`).
 */
export function foreignKeyCalls(
  context: ParseContext,
  node: Omit<RenderRequest, 'code'>,
  columns: Readonly<Record<string, ColumnInfo>>,
  constraints: readonly Json[],
  { times, location }: { readonly times: number; readonly location: () => SourceLocation },
): ForeignKeyCalls {
  const all = [...constraints];
  for (const name in columns) all.push(...columns[name]!.constraints);
  if (all.length === 0) return none;
  const refs: RefCall[] = [];
  const sources: SourceCall[] = [];
  for (const constraint of all) {
    if (!isPlainObject(constraint) || constraint['type'] !== 'foreign_key') continue;
    const { to } = constraint;
    if (typeof to !== 'string' || to === '') continue;
    const facts = renderForFacts(context, { ...node, code: `{{ ${to} }}` });
    if (facts.error !== undefined || facts.refs.length + facts.sources.length !== 1) {
      const problem = `must be one ref(…) or source(…), not ${to}`;
      const where = `a foreign key of the model "${node.name}"`;
      throw tsdbtError('invalid-value', { key: 'to', where, problem }, { location: location() });
    }
    refs.push(...facts.refs);
    sources.push(...facts.sources);
  }
  const repeated = <T>(calls: readonly T[]) => Array.from({ length: times }, () => calls).flat();
  return { refs: repeated(refs), sources: repeated(sources) };
}

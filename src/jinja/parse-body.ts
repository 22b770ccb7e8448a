import type { Stmt } from './ast.ts';
import { parseTuple } from './parse-expression.ts';
import type { ParseState } from './parse-state.ts';

/** The statements of a template, to its end or to one of the end tags. */
export function parseBody(state: ParseState, endTags?: readonly string[]): Stmt[] {
  const body: Stmt[] = [];
  if (endTags !== undefined) state.endTags.push(endTags);
  while (state.current.type !== 'eof') {
    const token = state.current;
    if (token.type === 'data') {
      state.next();
      body.push({ kind: 'text', text: token.value, pos: token.pos });
    } else if (token.type === 'variable_begin') {
      state.next();
      const expr = parseTuple(state);
      state.expect('variable_end');
      body.push({ kind: 'print', expr, pos: token.pos });
    } else {
      state.next();
      const { current } = state;
      if (current.type === 'name' && endTags?.includes(current.value)) break;
      const statement = state.parseTag(state, token.pos);
      if (Array.isArray(statement)) body.push(...statement);
      else body.push(statement);
      state.expect('block_end');
    }
  }
  if (endTags !== undefined) state.endTags.pop();
  return body;
}

/** The body after a tag, to one of the end tags, which stays the current token unless dropped. */
export function parseStatements(
  state: ParseState,
  endTags: readonly string[],
  drop = true,
): Stmt[] {
  state.skipIf('colon');
  state.expect('block_end');
  const body = parseBody(state, endTags);
  if (state.current.type === 'eof')
    state.failUnknownTag(undefined, [], [...state.endTags, endTags]);
  if (drop) state.next();
  return body;
}

/** A body that has names of its own. */
export function parseScoped(state: ParseState, endTags: readonly string[], drop = true): Stmt[] {
  return state.softly(false, () => parseStatements(state, endTags, drop));
}

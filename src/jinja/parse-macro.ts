import type { Expr, MacroDef, MacroKind, MacroSettings, Param, Stmt } from './ast.ts';
import type { Token } from './lexer.ts';
import { parseScoped } from './parse-body.ts';
import { parseExpression } from './parse-expression.ts';
import type { ParseState } from './parse-state.ts';
import { reprString } from './values/repr.ts';

const macroNames: ReadonlySet<string> = new Set(['caller', 'kwargs', 'varargs']);

export function parseMacro(
  state: ParseState,
  tag: Token,
  kind: MacroKind,
  signature: boolean,
): Stmt {
  const name = state.expect('name').value;
  const params = signature ? parseSignature(state) : [];
  const def = parseMacroBody(state, name, params, `end${tag.value}`, tag.pos);
  return { kind: 'macro', macroKind: kind, def, settings: {}, pos: tag.pos, end: tagEnd(state) };
}

/** Offset after the tag whose closing bracket is the current token. */
function tagEnd(state: ParseState): number {
  const { current } = state;
  return current.type === 'block_end' ? current.end : current.pos;
}

/** The body of a macro, where the loops around it can't be left. */
function parseMacroBody(
  state: ParseState,
  name: string | undefined,
  params: readonly Param[],
  endTag: string,
  pos: number,
): MacroDef {
  const { loops } = state;
  state.loops = 0;
  const { result: body, used } = state.watching(macroNames, () => parseScoped(state, [endTag]));
  state.loops = loops;
  const explicit = params.find((param) => param.name === 'caller');
  if (used.has('caller') && explicit !== undefined && explicit.default === undefined) {
    const message =
      'When defining macros or call blocks the special "caller" argument must be omitted or be given a default.';
    throw state.error('TemplateAssertionError', message, pos);
  }
  const has = (special: string) =>
    used.has(special) && !params.some((param) => param.name === special);
  return {
    name,
    params,
    body,
    usesCaller: has('caller'),
    usesKwargs: has('kwargs'),
    usesVarargs: has('varargs'),
    pos,
  };
}

function parseSignature(state: ParseState): Param[] {
  const params: Param[] = [];
  let defaults = false;
  state.expect('lparen');
  while (state.current.type !== 'rparen') {
    if (params.length > 0) state.expect('comma');
    const { value: name, pos } = state.expect('name');
    const annotation = state.skipIf('colon') ? parseAnnotation(state) : undefined;
    let value: Expr | undefined;
    if (state.skipIf('assign')) {
      value = state.softly(false, () => parseExpression(state));
      defaults = true;
    } else if (defaults) {
      state.fail('non-default argument follows default argument');
    }
    if (params.some((param) => param.name === name)) {
      throw state.error(
        'SyntaxError',
        `duplicate argument ${reprString(name)} in macro definition`,
        pos,
      );
    }
    params.push({ name, default: value, annotation });
  }
  state.expect('rparen');
  return params;
}

/** A type after a colon, such as `dict[str, list[int]]`. */
function parseAnnotation(state: ParseState): string {
  const name = state.expect('name').value;
  if (!state.skipIf('lbracket')) return name;
  const parts: string[] = [];
  while (state.current.type !== 'rbracket') {
    if (parts.length > 0) state.expect('comma');
    parts.push(parseAnnotation(state));
  }
  state.expect('rbracket');
  return `${name}[${parts.join(', ')}]`;
}

export function parseMaterialization(state: ParseState, tag: Token): Stmt {
  const name = state.expect('name').value;
  const settings: { default?: boolean; adapter?: string; supportedLanguages?: string[] } = {};
  let languages: Expr | undefined;
  while (state.skipIf('comma')) {
    const { value: setting, pos } = state.expect('name');
    if (setting === 'default') {
      settings.default = true;
    } else if (setting === 'adapter') {
      state.expect('assign');
      const value = parseExpression(state);
      if (value.kind !== 'const' || typeof value.value !== 'string') {
        return state.fail('the adapter of a materialization must be a string', value.pos);
      }
      settings.adapter = value.value;
    } else if (setting === 'supported_languages') {
      state.expect('assign');
      languages = parseExpression(state);
      settings.supportedLanguages = textItems(languages);
    } else {
      const message = `materialization ${reprString(name)} received unknown argument ${reprString(setting)}.`;
      state.fail(
        message,
        pos,
        "A materialization takes `default`, `adapter='…'` and `supported_languages=[…]`.",
      );
    }
  }
  const sql: Expr = { kind: 'const', value: 'sql', pos: tag.pos, pure: true };
  const fallback: Expr = { kind: 'list', items: [sql], pos: tag.pos, pure: true };
  const param: Param = {
    name: 'supported_languages',
    default: languages ?? fallback,
    annotation: undefined,
  };
  const def = parseMacroBody(state, name, [param], 'endmaterialization', tag.pos);
  return {
    kind: 'macro',
    macroKind: 'materialization',
    def,
    settings: settings satisfies MacroSettings,
    pos: tag.pos,
    end: tagEnd(state),
  };
}

function textItems(expr: Expr): string[] {
  if (expr.kind !== 'list' && expr.kind !== 'tuple') return [];
  return expr.items.flatMap((item) =>
    item.kind === 'const' && typeof item.value === 'string' ? [item.value] : [],
  );
}

export function parseCallBlock(state: ParseState, tag: Token): Stmt {
  const params = state.current.type === 'lparen' ? parseSignature(state) : [];
  const call = parseExpression(state);
  if (call.kind !== 'call') return state.fail('expected call', tag.pos);
  const def = parseMacroBody(state, undefined, params, 'endcall', tag.pos);
  return { kind: 'callBlock', call, def, pos: tag.pos };
}

import type {
  Expr,
  FilterExpr,
  IfStmt,
  MacroDef,
  MacroKind,
  MacroSettings,
  Param,
  Stmt,
  Target,
} from './ast.ts';
import type { Token } from './lexer.ts';
import {
  isTupleEnd,
  parseExpression,
  parseFilter,
  parsePrimary,
  parseTuple,
} from './parse-expression.ts';
import { describeToken, type ParseState } from './parse-state.ts';
import { table } from './table.ts';
import { reprString } from './values/repr.ts';

type TagParser = (state: ParseState, tag: Token) => Stmt | Stmt[];

const macroNames: ReadonlySet<string> = new Set(['caller', 'kwargs', 'varargs']);
const loopNames: ReadonlySet<string> = new Set(['loop']);

const tags = table<TagParser>({
  for: parseFor,
  if: parseIf,
  set: parseSet,
  do: (state, tag) => ({ kind: 'do', expr: parseTuple(state), pos: tag.pos }),
  print: parsePrint,
  macro: (state, tag) => parseMacro(state, tag, 'macro', true),
  test: (state, tag) => parseMacro(state, tag, 'test', true),
  data_test: (state, tag) => parseMacro(state, tag, 'test', true),
  snapshot: (state, tag) => parseMacro(state, tag, 'snapshot', false),
  docs: (state, tag) => parseMacro(state, tag, 'docs', false),
  materialization: parseMaterialization,
  call: parseCallBlock,
  filter: parseFilterBlock,
  with: parseWith,
  break: (_state, tag) => ({ kind: 'break', pos: tag.pos }),
  continue: (_state, tag) => ({ kind: 'continue', pos: tag.pos }),
  block: parseBlock,
  autoescape: parseAutoescape,
  include: parseInclude,
  import: parseImport,
  from: parseFrom,
  extends: (state, tag) => {
    parseExpression(state);
    return { kind: 'loader', tag: tag.value, pos: tag.pos };
  },
});

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
      const statement = parseStatement(state, token.pos);
      if (Array.isArray(statement)) body.push(...statement);
      else body.push(statement);
      state.expect('block_end');
    }
  }
  if (endTags !== undefined) state.endTags.pop();
  return body;
}

function parseStatement(state: ParseState, pos: number): Stmt | Stmt[] {
  const token = state.current;
  if (token.type !== 'name') state.fail('tag name expected', token.pos);
  const parse = tags[token.value];
  if (parse === undefined) return state.failUnknownTag(token.value, Object.keys(tags));
  state.openTags.push({ name: token.value, pos });
  state.next();
  const statement = parse(state, { ...token, pos });
  state.openTags.pop();
  return statement;
}

/** The body after a tag, to one of the end tags, which stays the current token unless dropped. */
function parseStatements(state: ParseState, endTags: readonly string[], drop = true): Stmt[] {
  state.skipIf('colon');
  state.expect('block_end');
  const body = parseBody(state, endTags);
  if (state.current.type === 'eof')
    state.failUnknownTag(undefined, [], [...state.endTags, endTags]);
  if (drop) state.next();
  return body;
}

/** A body that has names of its own. */
function parseScoped(state: ParseState, endTags: readonly string[], drop = true): Stmt[] {
  return state.softly(false, () => parseStatements(state, endTags, drop));
}

function parseFor(state: ParseState, tag: Token): Stmt {
  const target = parseTarget(state, { endName: 'in' });
  state.expectName('in');
  const iter = parseTuple(state, { withCondition: false, endName: 'recursive' });
  const test = state.skipIfName('if')
    ? state.softly(false, () => parseExpression(state))
    : undefined;
  const recursive = state.skipIfName('recursive');
  state.loops++;
  const { result: body, used } = state.watching(loopNames, () =>
    parseScoped(state, ['endfor', 'else'], false),
  );
  state.loops--;
  const otherwise = state.next().value === 'else' ? parseScoped(state, ['endfor']) : [];
  const usesLoop = recursive || used.has('loop');
  if (usesLoop) checkLoopTarget(state, target);
  return { kind: 'for', target, iter, test, body, otherwise, recursive, usesLoop, pos: tag.pos };
}

function checkLoopTarget(state: ParseState, target: Target): void {
  if (target.kind === 'tuple') for (const item of target.items) checkLoopTarget(state, item);
  else if (target.name === 'loop') {
    const message = "Can't assign to special loop variable in for-loop target";
    throw state.error('TemplateAssertionError', message, target.pos);
  }
}

function parseIf(state: ParseState, tag: Token): Stmt {
  const branches: IfStmt['branches'][number][] = [];
  let otherwise: Stmt[] = [];
  state.softly(true, () => {
    for (;;) {
      const test = parseTuple(state, { withCondition: false });
      const body = parseStatements(state, ['elif', 'else', 'endif'], false);
      branches.push({ test, body });
      const end = state.next().value;
      if (end === 'elif') continue;
      if (end === 'else') otherwise = parseStatements(state, ['endif']);
      break;
    }
  });
  return { kind: 'if', branches, otherwise, pos: tag.pos };
}

function parseSet(state: ParseState, tag: Token): Stmt {
  const target = parseTarget(state, { withAttribute: true });
  if (state.skipIf('assign')) {
    const value = parseTuple(state);
    storeTarget(state, target);
    return { kind: 'set', target, value, pos: tag.pos };
  }
  const filter = parseFilter(state, undefined, false);
  storeTarget(state, target);
  const body = parseScoped(state, ['endset']);
  return { kind: 'setBlock', target, filter, body, pos: tag.pos };
}

function storeTarget(state: ParseState, target: Target): void {
  if (target.kind === 'tuple') for (const item of target.items) storeTarget(state, item);
  else if (target.kind === 'name') state.storeName(target.name);
  else state.useName(target.name);
}

function parsePrint(state: ParseState, tag: Token): Stmt[] {
  const out: Stmt[] = [];
  while (state.current.type !== 'block_end') {
    if (out.length > 0) state.expect('comma');
    out.push({ kind: 'print', expr: parseExpression(state), pos: tag.pos });
  }
  return out;
}

function parseMacro(state: ParseState, tag: Token, kind: MacroKind, signature: boolean): Stmt {
  const name = state.expect('name').value;
  const { result, used } = state.watching(macroNames, () =>
    state.softly(false, () => {
      const params = signature ? parseSignature(state) : [];
      return { params, body: parseMacroBody(state, [`end${tag.value}`]) };
    }),
  );
  const def = macroDef(state, name, result.params, result.body, used, tag.pos);
  return { kind: 'macro', macroKind: kind, def, settings: {}, pos: tag.pos, end: tagEnd(state) };
}

/** Offset after the tag whose closing bracket is the current token. */
function tagEnd(state: ParseState): number {
  const { current } = state;
  return current.type === 'block_end' ? current.end : current.pos;
}

/** The body of a macro, where the loops around it can't be left. */
function parseMacroBody(state: ParseState, endTags: readonly string[]): Stmt[] {
  const { loops } = state;
  state.loops = 0;
  const body = parseStatements(state, endTags);
  state.loops = loops;
  return body;
}

function macroDef(
  state: ParseState,
  name: string | undefined,
  params: readonly Param[],
  body: readonly Stmt[],
  used: ReadonlySet<string>,
  pos: number,
): MacroDef {
  const explicit = params.find((param) => param.name === 'caller');
  if (explicit !== undefined && explicit.default === undefined) {
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
    const { value: name } = state.expect('name');
    const annotation = state.skipIf('colon') ? parseAnnotation(state) : undefined;
    let value: Expr | undefined;
    if (state.skipIf('assign')) {
      value = parseExpression(state);
      defaults = true;
    } else if (defaults) {
      state.fail('non-default argument follows default argument');
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

function parseMaterialization(state: ParseState, tag: Token): Stmt {
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
  const { result: body, used } = state.watching(macroNames, () =>
    state.softly(false, () => parseMacroBody(state, ['endmaterialization'])),
  );
  const def = macroDef(state, name, [param], body, used, tag.pos);
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

function parseCallBlock(state: ParseState, tag: Token): Stmt {
  const { result, used } = state.watching(macroNames, () => {
    const params = state.current.type === 'lparen' ? parseSignature(state) : [];
    const call = parseExpression(state);
    if (call.kind !== 'call') return state.fail('expected call', tag.pos);
    const body = state.softly(false, () => parseMacroBody(state, ['endcall']));
    return { params, call, body };
  });
  const def = macroDef(state, 'caller', result.params, result.body, used, tag.pos);
  return { kind: 'callBlock', call: result.call, def: { ...def, name: undefined }, pos: tag.pos };
}

function parseFilterBlock(state: ParseState, tag: Token): Stmt {
  const filter = parseFilter(state, undefined, true) as FilterExpr;
  const body = parseScoped(state, ['endfilter']);
  return { kind: 'filterBlock', filter, body, pos: tag.pos };
}

function parseWith(state: ParseState, tag: Token): Stmt {
  const bindings: { target: Target; value: Expr }[] = [];
  while (state.current.type !== 'block_end') {
    if (bindings.length > 0) state.expect('comma');
    const target = parseTarget(state, {});
    state.expect('assign');
    bindings.push({ target, value: parseExpression(state) });
  }
  return { kind: 'with', bindings, body: parseScoped(state, ['endwith']), pos: tag.pos };
}

function parseBlock(state: ParseState, tag: Token): Stmt {
  const name = state.expect('name').value;
  const scoped = state.skipIfName('scoped');
  const required = state.skipIfName('required');
  if (state.current.type === 'sub') {
    state.fail(
      'Block names in Jinja have to be valid Python identifiers and may not contain hyphens, use an underscore instead.',
    );
  }
  const body = parseScoped(state, ['endblock']);
  if (required && body.some((part) => part.kind !== 'text' || part.text.trim() !== '')) {
    state.fail('Required blocks can only contain comments or whitespace');
  }
  state.skipIfName(name);
  return { kind: 'scope', fromRoot: !scoped, body, pos: tag.pos };
}

function parseAutoescape(state: ParseState, tag: Token): Stmt {
  parseExpression(state);
  const body = parseScoped(state, ['endautoescape']);
  return { kind: 'scope', fromRoot: false, body, pos: tag.pos };
}

function parseInclude(state: ParseState, tag: Token): Stmt {
  parseExpression(state);
  if (state.isName('ignore') && state.look().value === 'missing') {
    state.next();
    state.next();
  }
  skipContext(state);
  return { kind: 'loader', tag: tag.value, pos: tag.pos };
}

function parseImport(state: ParseState, tag: Token): Stmt {
  parseExpression(state);
  state.expectName('as');
  state.expect('name');
  skipContext(state);
  return { kind: 'loader', tag: tag.value, pos: tag.pos };
}

function parseFrom(state: ParseState, tag: Token): Stmt {
  parseExpression(state);
  state.expectName('import');
  for (let first = true; ; first = false) {
    if (!first) state.expect('comma');
    if (skipContext(state)) break;
    const { value: name, pos } = state.expect('name');
    if (name.startsWith('_')) {
      const message = 'names starting with an underline can not be imported';
      throw state.error('TemplateAssertionError', message, pos);
    }
    if (state.skipIfName('as')) state.expect('name');
    if (skipContext(state) || state.current.type !== 'comma') break;
  }
  return { kind: 'loader', tag: tag.value, pos: tag.pos };
}

function skipContext(state: ParseState): boolean {
  if (!(state.isName('with') || state.isName('without')) || state.look().value !== 'context') {
    return false;
  }
  state.next();
  state.next();
  return true;
}

interface TargetOptions {
  readonly endName?: string;
  /** `name.attribute` is allowed: it sets an attribute of a namespace. */
  readonly withAttribute?: boolean;
}

/** What can be assigned to: a name, an attribute of a namespace, or several of them. */
function parseTarget(state: ParseState, options: TargetOptions): Target {
  const { pos } = state.current;
  const items: Target[] = [];
  let isTuple = false;
  for (;;) {
    if (items.length > 0) state.expect('comma');
    if (isTupleEnd(state, options.endName)) break;
    items.push(parseTargetItem(state, options));
    if (state.current.type !== 'comma') break;
    isTuple = true;
  }
  if (isTuple) return { kind: 'tuple', items, pos };
  return (
    items[0] ??
    state.fail(`Expected an expression, got ${reprString(describeToken(state.current))}`)
  );
}

function parseTargetItem(state: ParseState, options: TargetOptions): Target {
  const token = state.current;
  if (options.withAttribute === true && token.type === 'name' && state.look().type === 'dot') {
    state.next();
    state.next();
    const attribute = state.expect('name').value;
    return { kind: 'attribute', name: token.value, attribute, pos: token.pos };
  }
  return toTarget(state, parsePrimary(state));
}

function toTarget(state: ParseState, expr: Expr): Target {
  if (expr.kind === 'name') return { kind: 'name', name: expr.name, pos: expr.pos };
  if (expr.kind === 'tuple') {
    return { kind: 'tuple', items: expr.items.map((item) => toTarget(state, item)), pos: expr.pos };
  }
  return state.fail(`can't assign to ${reprString(expr.kind)}`, expr.pos);
}

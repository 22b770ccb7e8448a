import type { Expr, FilterExpr, IfStmt, Stmt, Target } from './ast.ts';
import type { Token } from './lexer.ts';
import { parseScoped, parseStatements } from './parse-body.ts';
import { parseExpression, parseFilter, parseTuple } from './parse-expression.ts';
import { parseCallBlock, parseMacro, parseMaterialization } from './parse-macro.ts';
import type { ParseState } from './parse-state.ts';
import { parseTarget } from './parse-target.ts';
import { table } from './table.ts';

type TagParser = (state: ParseState, tag: Token) => Stmt | Stmt[];

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
  break: parseJump,
  continue: parseJump,
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

/** The statement of a tag, whose name is the current token. */
export function parseTag(state: ParseState, pos: number): Stmt | Stmt[] {
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

function parseFor(state: ParseState, tag: Token): Stmt {
  state.forDepth++;
  const target = parseTarget(state, { endName: 'in' });
  checkLoopName(state, target);
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
  state.forDepth--;
  const usesLoop = recursive || used.has('loop');
  return { kind: 'for', target, iter, test, body, otherwise, recursive, usesLoop, pos: tag.pos };
}

/** Jinja lets nothing in or around the body of a for loop set `loop`. */
function checkLoopName(state: ParseState, target: Target): void {
  if (target.kind === 'tuple') for (const item of target.items) checkLoopName(state, item);
  else if (target.kind === 'name' && target.name === 'loop' && state.forDepth > 0) {
    const message = "Can't assign to special loop variable in for-loop target";
    state.lateErrors.push(state.error('TemplateAssertionError', message, target.pos));
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
  checkLoopName(state, target);
  if (state.skipIf('assign')) {
    const value = parseTuple(state);
    storeTarget(state, target);
    return { kind: 'set', target, value, pos: tag.pos };
  }
  const filter = state.softly(false, () => parseFilter(state, undefined, false));
  storeTarget(state, target);
  const body = parseScoped(state, ['endset']);
  return { kind: 'setBlock', target, filter, body, pos: tag.pos };
}

function storeTarget(state: ParseState, target: Target): void {
  if (target.kind === 'tuple') for (const item of target.items) storeTarget(state, item);
  else if (target.kind === 'name') state.storeName(target.name);
  else state.useName(target.name);
}

function parseJump(state: ParseState, tag: Token): Stmt {
  if (state.loops === 0) throw state.error('SyntaxError', `'${tag.value}' outside loop`, tag.pos);
  return { kind: tag.value === 'break' ? 'break' : 'continue', pos: tag.pos };
}

function parsePrint(state: ParseState, tag: Token): Stmt[] {
  const out: Stmt[] = [];
  while (state.current.type !== 'block_end') {
    if (out.length > 0) state.expect('comma');
    out.push({ kind: 'print', expr: parseExpression(state), pos: tag.pos });
  }
  return out;
}

function parseFilterBlock(state: ParseState, tag: Token): Stmt {
  const filter = state.softly(false, () => parseFilter(state, undefined, true)) as FilterExpr;
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

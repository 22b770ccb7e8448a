import type { Arguments, CompareOperator, Expr } from './ast.ts';
import type { BinaryOperator } from './values/py-object.ts';
import { repr } from './values/repr.ts';

/**
 * An expression as text, the way dbt 1.12 writes the unrendered values of a `config()` call
 * (`dbt/clients/jinja_static.py`): constants, names, calls, lists and comparisons as source text, all
 * else as Jinja2 prints its syntax tree.
 */
export function expressionText(expr: Expr): string {
  switch (expr.kind) {
    case 'const':
      return repr(expr.value);
    case 'name':
      return expr.name;
    case 'call':
      return `${expressionText(expr.callee)}(${argumentTexts(expr.args).join(', ')})`;
    case 'list':
      return `[${texts(expr.items)}]`;
    case 'tuple':
      return `(${texts(expr.items)}${expr.items.length === 1 ? ',' : ''})`;
    case 'dict':
      return `{${expr.pairs.map(({ key, value }) => `${expressionText(key)}: ${expressionText(value)}`).join(', ')}}`;
    case 'getattr':
      return `${expressionText(expr.target)}.${expr.name}`;
    case 'getitem':
      return `${expressionText(expr.target)}[${expressionText(expr.index)}]`;
    case 'concat':
      return expr.parts.map(expressionText).join(' ~ ');
    case 'compare':
      return [
        expressionText(expr.first),
        ...expr.rest.map(
          ({ op, operand }) => `${op === 'notin' ? 'not in' : op} ${expressionText(operand)}`,
        ),
      ].join(' ');
    case 'not':
      return `not ${expressionText(expr.operand)}`;
    case 'and':
    case 'or':
      return `${expressionText(expr.left)} ${expr.kind} ${expressionText(expr.right)}`;
    case 'unary':
      return expr.op === '-' ? `-${expressionText(expr.operand)}` : treeText(expr);
    default:
      return treeText(expr);
  }
}

function texts(exprs: readonly Expr[]): string {
  return exprs.map(expressionText).join(', ');
}

function argumentTexts({ positional, keywords, star, doubleStar }: Arguments): readonly string[] {
  return [
    ...positional.map(expressionText),
    ...keywords.map(({ name, value }) => `${name}=${expressionText(value)}`),
    ...(star === undefined ? [] : [`*${expressionText(star)}`]),
    ...(doubleStar === undefined ? [] : [`**${expressionText(doubleStar)}`]),
  ];
}

const binaryNodes: Readonly<Record<BinaryOperator, string>> = {
  '+': 'Add',
  '-': 'Sub',
  '*': 'Mul',
  '/': 'Div',
  '//': 'FloorDiv',
  '%': 'Mod',
  '**': 'Pow',
};

const compareNames: Readonly<Record<CompareOperator, string>> = {
  '==': 'eq',
  '!=': 'ne',
  '<': 'lt',
  '<=': 'lteq',
  '>': 'gt',
  '>=': 'gteq',
  in: 'in',
  notin: 'notin',
};

/** An expression as Jinja2 prints a node of its syntax tree. */
function treeText(expr: Expr): string {
  switch (expr.kind) {
    case 'const':
      return `Const(value=${repr(expr.value)})`;
    case 'name':
      return `Name(name=${repr(expr.name)}, ctx='load')`;
    case 'getattr':
      return `Getattr(node=${treeText(expr.target)}, attr=${repr(expr.name)}, ctx='load')`;
    case 'getitem':
      return `Getitem(node=${treeText(expr.target)}, arg=${treeText(expr.index)}, ctx='load')`;
    case 'slice':
      return `Slice(start=${optional(expr.start)}, stop=${optional(expr.stop)}, step=${optional(expr.step)})`;
    case 'call':
      return `Call(node=${treeText(expr.callee)}, ${argumentTree(expr.args)})`;
    case 'filter':
      return `Filter(node=${optional(expr.target)}, name=${repr(expr.name)}, ${argumentTree(expr.args)})`;
    case 'test':
      return `Test(node=${treeText(expr.target)}, name=${repr(expr.name)}, ${argumentTree(expr.args)})`;
    case 'binary':
      return `${binaryNodes[expr.op]}(left=${treeText(expr.left)}, right=${treeText(expr.right)})`;
    case 'and':
    case 'or':
      return `${expr.kind === 'and' ? 'And' : 'Or'}(left=${treeText(expr.left)}, right=${treeText(expr.right)})`;
    case 'unary':
      return `${expr.op === '-' ? 'Neg' : 'Pos'}(node=${treeText(expr.operand)})`;
    case 'not':
      return `Not(node=${treeText(expr.operand)})`;
    case 'concat':
      return `Concat(nodes=${trees(expr.parts)})`;
    case 'compare': {
      const operands = expr.rest.map(
        ({ op, operand }) => `Operand(op='${compareNames[op]}', expr=${treeText(operand)})`,
      );
      return `Compare(expr=${treeText(expr.first)}, ops=[${operands.join(', ')}])`;
    }
    case 'cond':
      return `CondExpr(test=${treeText(expr.test)}, expr1=${treeText(expr.value)}, expr2=${optional(expr.otherwise)})`;
    case 'list':
      return `List(items=${trees(expr.items)})`;
    case 'tuple':
      return `Tuple(items=${trees(expr.items)}, ctx='load')`;
    case 'dict': {
      const pairs = expr.pairs.map(
        ({ key, value }) => `Pair(key=${treeText(key)}, value=${treeText(value)})`,
      );
      return `Dict(items=[${pairs.join(', ')}])`;
    }
  }
}

function optional(expr: Expr | undefined): string {
  return expr === undefined ? 'None' : treeText(expr);
}

function trees(exprs: readonly Expr[]): string {
  return `[${exprs.map(treeText).join(', ')}]`;
}

function argumentTree({ positional, keywords, star, doubleStar }: Arguments): string {
  const named = keywords.map(
    ({ name, value }) => `Keyword(key=${repr(name)}, value=${treeText(value)})`,
  );
  return `args=${trees(positional)}, kwargs=[${named.join(', ')}], dyn_args=${optional(star)}, dyn_kwargs=${optional(doubleStar)}`;
}

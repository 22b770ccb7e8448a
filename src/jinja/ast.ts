import type { FilterFunction } from './filters/filter.ts';
import type { TestFunction } from './tests/test.ts';
import type { BinaryOperator, Value } from './values/py-object.ts';

/**
 * The syntax tree. `pos` is an offset into the template's text. `pure` says that evaluating the
 * expression calls nothing, hence can't suspend: the evaluator then needs no generator for it.
 */
export type Expr =
  | ConstExpr
  | NameExpr
  | GetattrExpr
  | GetitemExpr
  | SliceExpr
  | CallExpr
  | FilterExpr
  | TestExpr
  | BinaryExpr
  | UnaryExpr
  | ConcatExpr
  | CompareExpr
  | LogicExpr
  | NotExpr
  | CondExpr
  | SequenceExpr
  | DictExpr;

interface Node {
  readonly pos: number;
}

interface ExprNode extends Node {
  readonly pure: boolean;
}

export interface ConstExpr extends ExprNode {
  readonly kind: 'const';
  readonly value: Value;
}

export interface NameExpr extends ExprNode {
  readonly kind: 'name';
  readonly name: string;
}

export interface GetattrExpr extends ExprNode {
  readonly kind: 'getattr';
  readonly target: Expr;
  readonly name: string;
}

export interface GetitemExpr extends ExprNode {
  readonly kind: 'getitem';
  readonly target: Expr;
  readonly index: Expr;
}

export interface SliceExpr extends ExprNode {
  readonly kind: 'slice';
  readonly start: Expr | undefined;
  readonly stop: Expr | undefined;
  readonly step: Expr | undefined;
}

export interface Arguments {
  readonly positional: readonly Expr[];
  readonly keywords: readonly { readonly name: string; readonly value: Expr }[];
  readonly star: Expr | undefined;
  readonly doubleStar: Expr | undefined;
  readonly pure: boolean;
}

export interface CallExpr extends ExprNode {
  readonly kind: 'call';
  readonly callee: Expr;
  readonly args: Arguments;
  /** Callee and arguments are pure: only the call itself may suspend. */
  readonly simple: boolean;
}

export interface FilterExpr extends ExprNode {
  readonly kind: 'filter';
  /** Undefined in `{% filter %}` and `{% set x | filter %}`, where the block's text is filtered. */
  readonly target: Expr | undefined;
  readonly name: string;
  readonly apply: FilterFunction | undefined;
  readonly args: Arguments;
}

export interface TestExpr extends ExprNode {
  readonly kind: 'test';
  readonly target: Expr;
  readonly name: string;
  readonly apply: TestFunction | undefined;
  readonly args: Arguments;
}

export interface BinaryExpr extends ExprNode {
  readonly kind: 'binary';
  readonly op: BinaryOperator;
  readonly left: Expr;
  readonly right: Expr;
}

export interface UnaryExpr extends ExprNode {
  readonly kind: 'unary';
  readonly op: '+' | '-';
  readonly operand: Expr;
}

export interface ConcatExpr extends ExprNode {
  readonly kind: 'concat';
  readonly parts: readonly Expr[];
}

export type CompareOperator = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | 'notin';

export interface CompareExpr extends ExprNode {
  readonly kind: 'compare';
  readonly first: Expr;
  readonly rest: readonly { readonly op: CompareOperator; readonly operand: Expr }[];
}

export interface LogicExpr extends ExprNode {
  readonly kind: 'and' | 'or';
  readonly left: Expr;
  readonly right: Expr;
}

export interface NotExpr extends ExprNode {
  readonly kind: 'not';
  readonly operand: Expr;
}

export interface CondExpr extends ExprNode {
  readonly kind: 'cond';
  readonly test: Expr;
  readonly value: Expr;
  readonly otherwise: Expr | undefined;
}

export interface SequenceExpr extends ExprNode {
  readonly kind: 'list' | 'tuple';
  readonly items: readonly Expr[];
}

export interface DictExpr extends ExprNode {
  readonly kind: 'dict';
  readonly pairs: readonly { readonly key: Expr; readonly value: Expr }[];
}

/** What can stand left of `=` and after `for`. */
export type Target =
  | { readonly kind: 'name'; readonly name: string; readonly pos: number }
  | {
      readonly kind: 'attribute';
      readonly name: string;
      readonly attribute: string;
      readonly pos: number;
    }
  | { readonly kind: 'tuple'; readonly items: readonly Target[]; readonly pos: number };

export type Stmt =
  | TextStmt
  | PrintStmt
  | SetStmt
  | SetBlockStmt
  | IfStmt
  | ForStmt
  | DoStmt
  | MacroStmt
  | CallBlockStmt
  | FilterBlockStmt
  | WithStmt
  | ScopeStmt
  | LoaderStmt
  | JumpStmt;

export interface TextStmt extends Node {
  readonly kind: 'text';
  readonly text: string;
}

export interface PrintStmt extends Node {
  readonly kind: 'print';
  readonly expr: Expr;
}

export interface SetStmt extends Node {
  readonly kind: 'set';
  readonly target: Target;
  readonly value: Expr;
}

export interface SetBlockStmt extends Node {
  readonly kind: 'setBlock';
  readonly target: Target;
  readonly filter: FilterExpr | undefined;
  readonly body: readonly Stmt[];
}

export interface IfStmt extends Node {
  readonly kind: 'if';
  readonly branches: readonly { readonly test: Expr; readonly body: readonly Stmt[] }[];
  readonly otherwise: readonly Stmt[];
}

export interface ForStmt extends Node {
  readonly kind: 'for';
  readonly target: Target;
  readonly iter: Expr;
  readonly test: Expr | undefined;
  readonly body: readonly Stmt[];
  readonly otherwise: readonly Stmt[];
  readonly recursive: boolean;
  /** The body speaks of `loop`. */
  readonly usesLoop: boolean;
}

export interface DoStmt extends Node {
  readonly kind: 'do';
  readonly expr: Expr;
}

export interface Param {
  readonly name: string;
  readonly default: Expr | undefined;
  /** The type annotation as written, such as `list[str]`. */
  readonly annotation: string | undefined;
}

/** The callable part of macros and call blocks. */
export interface MacroDef extends Node {
  readonly name: string | undefined;
  readonly params: readonly Param[];
  readonly body: readonly Stmt[];
  readonly usesCaller: boolean;
  readonly usesKwargs: boolean;
  readonly usesVarargs: boolean;
}

export type MacroKind = 'macro' | 'test' | 'materialization' | 'snapshot' | 'docs';

export interface MacroStmt extends Node {
  readonly kind: 'macro';
  readonly macroKind: MacroKind;
  readonly def: MacroDef;
  readonly settings: MacroSettings;
  /** Offset after the closing tag. */
  readonly end: number;
}

/** What a `{% materialization %}` tag says beyond its name. */
export interface MacroSettings {
  readonly default?: boolean;
  readonly adapter?: string;
  readonly supportedLanguages?: readonly string[];
}

export interface CallBlockStmt extends Node {
  readonly kind: 'callBlock';
  readonly call: CallExpr;
  readonly def: MacroDef;
}

export interface FilterBlockStmt extends Node {
  readonly kind: 'filterBlock';
  readonly filter: FilterExpr;
  readonly body: readonly Stmt[];
}

export interface WithStmt extends Node {
  readonly kind: 'with';
  readonly bindings: readonly { readonly target: Target; readonly value: Expr }[];
  readonly body: readonly Stmt[];
}

/** A body with names of its own: `{% block %}`, `{% autoescape %}`. */
export interface ScopeStmt extends Node {
  readonly kind: 'scope';
  /** Sees the template's own names only, not those of the loop around it. */
  readonly fromRoot: boolean;
  readonly body: readonly Stmt[];
}

/** `include`, `import`, `from`, `extends`: they need a loader, which there is none of. */
export interface LoaderStmt extends Node {
  readonly kind: 'loader';
  readonly tag: string;
}

export interface JumpStmt extends Node {
  readonly kind: 'break' | 'continue';
}

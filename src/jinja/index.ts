export {
  keywordTexts,
  macroCalls,
  printedCalls,
  type StaticCall,
  staticCalls,
  staticNames,
} from './analyze.ts';
export type { Expr, Stmt } from './ast.ts';
export { extractBlocks, type RawBlock, type RawBlockKind } from './blocks.ts';
export { driveAsync, driveSync } from './drive.ts';
export { type Scope, scopeFromMap } from './frame.ts';
export { hostFunction } from './host-function.ts';
export type { Limits } from './limits.ts';
export { defaultLimits } from './limits.ts';
export { literalEval } from './literal-eval.ts';
export { PyDate } from './modules/datetime/date.ts';
export { fromJsDate, PyDateTime } from './modules/datetime/datetime.ts';
export { parseIsoDateTime } from './modules/datetime/iso-text.ts';
export { PyTime } from './modules/datetime/time.ts';
export { PyTimeDelta } from './modules/datetime/timedelta.ts';
export { utcZone } from './modules/datetime/tzinfo.ts';
export { type ModuleOptions, modules } from './modules/modules.ts';
export { renderNative } from './native.ts';
export {
  bindMacro,
  callMacro,
  type RenderOptions,
  render,
  renderSteps,
  renderSync,
} from './render.ts';
export { returnFunction, returnSignal } from './return-signal.ts';
export { checkTextLength, spend } from './run-state.ts';
export type { SourceText } from './source-text.ts';
export { isLiteralCall, isStaticTemplate } from './static-template.ts';
export { Suspension, suspend } from './suspension.ts';
export {
  type MacroArg,
  type MacroBlock,
  parseTemplate,
  type Template,
  type TemplateOptions,
} from './template.ts';
export { compareValues } from './values/compare.ts';
export { fromJs, plainKey, toJs } from './values/convert.ts';
export { pyEquals } from './values/equality.ts';
export { type JsonOptions, jsonDumps, jsonLoads } from './values/json.ts';
export { mappingEntries } from './values/mapping.ts';
export { Namespace } from './values/namespace.ts';
export { PyDecimal } from './values/py-decimal.ts';
export { PyDict } from './values/py-dict.ts';
export { makeFloat, PyFloat } from './values/py-float.ts';
export { PyIterator } from './values/py-iterator.ts';
export {
  type CallResult,
  type Evaluation,
  type Kwargs,
  PyObject,
  type Value,
} from './values/py-object.ts';
export { PySet } from './values/py-set.ts';
export { PyTuple } from './values/py-tuple.ts';
export { type PythonFault, pythonFault, raisePython } from './values/raise.ts';
export { repr } from './values/repr.ts';
export { toStr } from './values/str.ts';
export { isTruthy } from './values/truth.ts';
export { isUndefined, Undefined } from './values/undefined.ts';

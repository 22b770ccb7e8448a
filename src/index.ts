/**
 * tsdbt as a library: the stages of the command line as functions, data in and data out.
 *
 * `loadProject` → `parseProject` → `select` → `compileNodes` / `runNodes` → `generateDocs`; or
 * `invoke(['build', '--select', 'curated+'])`, which does what the command line does and never
 * throws for user errors.
 */

export type { Adapter, Capabilities, Connection, QueryResult } from './adapters/adapter.ts';
export { registerAdapter } from './adapters/registry.ts';
export { type InvokeOptions, type InvokeResult, invoke } from './cli/invoke.ts';
export type { RunEvent } from './contracts/event.ts';
export type { Manifest } from './contracts/manifest.ts';
export type { Exposure, Node, SourceNode } from './contracts/node.ts';
export type { NodePlan, Step } from './contracts/plan.ts';
export type { Project, Target } from './contracts/project.ts';
export type { NodeResult, NodeStatus } from './contracts/result.ts';
export type { UniqueId } from './contracts/unique-id.ts';
export { ProjectErrors } from './errors/project-errors.ts';
export { isTsdbtError, TsdbtError } from './errors/tsdbt-error.ts';
export { compileTask as compileNodes } from './tasks/compile.ts';
export { docsGenerateTask as generateDocs } from './tasks/docs-generate.ts';
export { executeTask as runNodes } from './tasks/execute.ts';
export {
  openProject as loadProject,
  type ProjectRequest,
  parseOpened as parseProject,
} from './tasks/open-project.ts';
export { selectFromManifest as select } from './tasks/select-nodes.ts';

import { FileWriter } from '../artifacts/file-writer.ts';
import type { CompiledPart } from '../artifacts/manifest-node.ts';
import { compileNode, relationOf } from '../compile/compile-node.ts';
import type { InputFilter } from '../compile/input-filter.ts';
import type { Json } from '../contracts/json.ts';
import type { Node } from '../contracts/node.ts';
import type { NodeResult } from '../contracts/result.ts';
import { asUniqueId } from '../contracts/unique-id.ts';
import type { Warning } from '../contracts/warning.ts';
import type { TsdbtError } from '../errors/tsdbt-error.ts';
import { toTsdbtError } from '../errors/tsdbt-error.ts';
import { inlineNode } from '../run/inline-node.ts';
import { mapSqlError } from '../run/map-sql-error.ts';
import { simpleResult } from '../run/simple-result.ts';
import { compileEnvironments } from './compile-environment.ts';
import { type DeferRequest, readDeferral } from './deferral.ts';
import { openSession } from './execute.ts';
import type { ParsedProject } from './open-project.ts';
import { isEmptyFile, type SelectionRequest, selectFromProject } from './select-nodes.ts';
import {
  compiledFile,
  compiledPart,
  masker,
  writeManifest,
  writeRunResults,
} from './write-artifacts.ts';

export interface CompileRequest extends SelectionRequest {
  readonly defer?: DeferRequest | undefined;
  /** `--empty`. */
  readonly filter?: InputFilter | undefined;
  /** False leaves out the queries of ephemeral models; such SQL can't be run, so no file holds it. */
  readonly injectsCtes?: boolean | undefined;
  /** The flags as given, for run_results.json; without them it is not written. */
  readonly args?: Readonly<Record<string, Json>> | undefined;
}

export interface CompileResult {
  /** SQL by unique id. */
  readonly compiled: ReadonlyMap<string, string>;
  /** The same as the manifest has it. */
  readonly parts: ReadonlyMap<string, CompiledPart>;
  readonly errors: readonly TsdbtError[];
  readonly warnings: readonly Warning[];
}

/**
 * Compiles the selected nodes into `target/compiled/`. One that can't be compiled does not stop the
 * others. The database is opened only if a template asks it something.
 */
export async function compileTask(
  parsed: ParsedProject,
  request: CompileRequest,
): Promise<CompileResult> {
  const { ids, warnings } = selectFromProject(parsed, {
    ...request,
    resourceTypes: new Set(['model', 'test', 'analysis', 'snapshot', 'seed', 'function']),
  });
  const deferral = readDeferral(request.defer, ids);
  const session = await openSession(parsed, 'read');
  const environment = compileEnvironments(parsed, session, deferral);
  parsed.host.selectedResources = [...ids];
  const compiled = new Map<string, string>();
  const parts = new Map<string, CompiledPart>();
  const files = new FileWriter(masker(parsed));
  const errors: TsdbtError[] = [];
  const notes: Warning[] = [];
  const results: NodeResult[] = [];
  const { now } = parsed.request.invocation;
  const begun = now();
  try {
    const all = [...ids]
      .map((id) => parsed.manifest.nodes.get(id) ?? parsed.manifest.functions.get(id)!)
      .filter((node) => !isEmptyFile(node));
    const nodes = all.filter((node) => !isPython(node));
    if (nodes.length < all.length) notes.push(notCompiled(all));
    for (const node of [...nodes, ...(takesAll(request) ? hooksOf(parsed) : [])]) {
      const started = now();
      const done = (facts?: Parameters<typeof simpleResult>[3]) =>
        results.push(simpleResult(node.uniqueId, started, now(), facts));
      if (node.resourceType === 'seed') {
        done();
        continue;
      }
      try {
        const { filter, injectsCtes } = request;
        const made = await compileNode(node, { ...environment(), filter, injectsCtes });
        compiled.set(node.uniqueId, made.compiledCode);
        parts.set(node.uniqueId, compiledPart(parsed, node, made));
        const writes = injectsCtes !== false && made.compiledCode !== '';
        if (writes) files.add(compiledFile(parsed, node), made.compiledCode);
        const relationName = relationNameOf(parsed, node);
        // What is put into others has no result of its own.
        if (node.config['materialized'] !== 'ephemeral')
          done({ compiledCode: made.compiledCode, relationName });
      } catch (caught) {
        const error = mapSqlError(toTsdbtError(caught), node, undefined);
        errors.push(error);
        done({ error });
      }
    }
    files.finish();
    writeManifest(parsed, parts);
    if (request.args !== undefined) {
      const elapsed = (now().getTime() - begun.getTime()) / 1000;
      writeRunResults(parsed, results, elapsed, request.args);
    }
  } finally {
    await session.close();
  }
  return { compiled, parts, errors, warnings: [...warnings, ...notes] };
}

/** A model in Python; functions in Python are templates like all others. */
function isPython({ language, resourceType }: Node): boolean {
  return language === 'python' && resourceType === 'model';
}

function notCompiled(nodes: readonly Node[]): Warning {
  const files = nodes.filter(isPython);
  const text = `Python models are not compiled: ${files.map((node) => node.originalFilePath).join(', ')}`;
  return { name: 'PythonModelsNotCompiled', text };
}

/** The relation of what has one of its own. */
function relationNameOf({ dialect }: ParsedProject, node: Node): string | null {
  const hasOne =
    ['model', 'snapshot', 'function'].includes(node.resourceType) &&
    node.config['materialized'] !== 'ephemeral';
  return hasOne ? dialect.relation(relationOf(node)) : null;
}

/** The hooks of projects are compiled with everything, and not with a selection. */
function takesAll({ select, exclude, selector }: CompileRequest): boolean {
  return select.length === 0 && exclude.length === 0 && selector === undefined;
}

function hooksOf({ manifest }: ParsedProject): readonly Node[] {
  return [...manifest.inert.values()].filter(({ resourceType }) => resourceType === 'operation');
}

/** Compiles a text that is no file of the project; nothing is run but what the template asks for. */
export async function compileInlineTask(
  parsed: ParsedProject,
  code: string,
  {
    defer,
    filter,
    injectsCtes,
    args,
  }: Pick<CompileRequest, 'defer' | 'filter' | 'injectsCtes' | 'args'> = {},
): Promise<string> {
  const { now } = parsed.request.invocation;
  const started = now();
  const deferral = readDeferral(defer, new Set());
  const session = await openSession(parsed, 'read');
  try {
    const environment = compileEnvironments(parsed, session, deferral);
    const node = inlineNode(parsed.manifest, code);
    const { compiledCode } = await compileNode(node, { ...environment(), filter, injectsCtes });
    const id = asUniqueId(`sql_operation.${parsed.project.name}.${node.name}`);
    const result = simpleResult(id, started, now(), { compiledCode });
    if (args !== undefined) writeRunResults(parsed, [result], result.executionTime, args);
    return compiledCode;
  } finally {
    await session.close();
  }
}

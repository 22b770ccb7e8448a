import { FileWriter } from '../artifacts/file-writer.ts';
import type { CompiledPart } from '../artifacts/manifest-node.ts';
import { compileNode } from '../compile/compile-node.ts';
import type { InputFilter } from '../compile/input-filter.ts';
import type { Node } from '../contracts/node.ts';
import type { Warning } from '../contracts/warning.ts';
import type { TsdbtError } from '../errors/tsdbt-error.ts';
import { toTsdbtError } from '../errors/tsdbt-error.ts';
import { inlineNode } from '../run/inline-node.ts';
import { mapSqlError } from '../run/map-sql-error.ts';
import { compileEnvironments } from './compile-environment.ts';
import { type DeferRequest, readDeferral } from './deferral.ts';
import { openSession } from './execute.ts';
import type { ParsedProject } from './open-project.ts';
import { type SelectionRequest, selectFromProject } from './select-nodes.ts';
import { compiledFile, compiledPart, masker, writeManifest } from './write-artifacts.ts';

export interface CompileRequest extends SelectionRequest {
  readonly defer?: DeferRequest | undefined;
  /** `--empty`. */
  readonly filter?: InputFilter | undefined;
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
    resourceTypes: new Set(['model', 'test', 'analysis', 'snapshot']),
  });
  const deferral = readDeferral(request.defer, ids);
  const session = await openSession(parsed);
  const environment = compileEnvironments(parsed, session, deferral);
  parsed.host.selectedResources = [...ids];
  const compiled = new Map<string, string>();
  const parts = new Map<string, CompiledPart>();
  const files = new FileWriter(masker(parsed));
  const errors: TsdbtError[] = [];
  const notes: Warning[] = [];
  try {
    const all = [...ids].map((id) => parsed.manifest.nodes.get(id)!);
    const nodes = all.filter(({ language }) => language !== 'python');
    if (nodes.length < all.length) notes.push(notCompiled(all));
    for (const node of [...nodes, ...(takesAll(request) ? hooksOf(parsed) : [])]) {
      try {
        const made = await compileNode(node, { ...environment(), filter: request.filter });
        compiled.set(node.uniqueId, made.compiledCode);
        parts.set(node.uniqueId, compiledPart(parsed, node, made));
        files.add(compiledFile(parsed, node), made.compiledCode);
      } catch (error) {
        errors.push(mapSqlError(toTsdbtError(error), node, undefined));
      }
    }
    files.finish();
    writeManifest(parsed, parts);
  } finally {
    await session.close();
  }
  return { compiled, parts, errors, warnings: [...warnings, ...notes] };
}

function notCompiled(nodes: readonly Node[]): Warning {
  const files = nodes.filter(({ language }) => language === 'python');
  const text = `Python models are not compiled: ${files.map((node) => node.originalFilePath).join(', ')}`;
  return { name: 'PythonModelsNotCompiled', text };
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
  defer?: DeferRequest,
  filter?: InputFilter,
): Promise<string> {
  const deferral = readDeferral(defer, new Set());
  const session = await openSession(parsed);
  try {
    const environment = compileEnvironments(parsed, session, deferral);
    const node = inlineNode(parsed.manifest, code);
    return (await compileNode(node, { ...environment(), filter })).compiledCode;
  } finally {
    await session.close();
  }
}

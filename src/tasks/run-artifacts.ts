import { relative } from 'node:path';
import { FileWriter } from '../artifacts/file-writer.ts';
import type { CompiledPart } from '../artifacts/manifest-node.ts';
import type { CompiledNode } from '../compile/compile-node.ts';
import type { RunEvent } from '../contracts/event.ts';
import type { Json } from '../contracts/json.ts';
import type { Node } from '../contracts/node.ts';
import type { NodeResult } from '../contracts/result.ts';
import type { UniqueId } from '../contracts/unique-id.ts';
import { macrosOfTestRun } from '../run/macros-of-test-run.ts';
import { compiledEphemerals } from './compiled-ephemerals.ts';
import { CompiledNodes } from './compiled-nodes.ts';
import type { ParsedProject } from './open-project.ts';
import {
  compiledFile,
  executedFile,
  masker,
  writeManifest,
  writeRunResults,
} from './write-artifacts.ts';

/**
 * What a run leaves in the target folder: compiled and executed SQL as nodes end, the manifest and the
 * results after them. Nothing here throws; the first failure is kept, since what ended the run says
 * more than the file that could not be written after it.
 */
export class RunArtifacts {
  readonly #parsed: ParsedProject;
  readonly #compiled: CompiledNodes;
  readonly #calls = new Map<UniqueId, CompiledNode>();
  readonly #files: FileWriter;
  #manifestIsWritten = false;
  #failure: unknown;

  constructor(parsed: ParsedProject) {
    this.#parsed = parsed;
    this.#compiled = new CompiledNodes(parsed);
    this.#files = new FileWriter(masker(parsed));
  }

  /** The first thing that could not be written. */
  get failure(): unknown {
    return this.#failure;
  }

  /** Keeps what the compiler knows of a node, until it ends. */
  compiled(node: CompiledNode): void {
    this.#calls.set(node.nodeId, node);
  }

  /** Writes the files of a node or a hook of the project that has ended. */
  take(event: RunEvent): void {
    if (event.type !== 'node-finished' && event.type !== 'hook-finished') return;
    const { node, result } = event;
    for (const { name, code } of result.compiledBatches ?? [])
      this.#files.add(compiledFile(this.#parsed, node, name), code);
    for (const { batch, sql } of result.executedSql ?? [])
      this.#files.add(executedFile(this.#parsed, node, batch), sql);
    const { compiledCode } = result;
    const buildPath = this.#buildPath(node, result);
    if (compiledCode === null) {
      if (node.resourceType === 'seed' && buildPath !== undefined)
        this.#compiled.add(node, { compiledCode: '', extraCtes: [], macros: [], buildPath });
      return;
    }
    const known = this.#calls.get(node.uniqueId);
    const { extraCtes, macros } = known ?? { extraCtes: [], macros: [] };
    const called = [...macros, ...macrosOfTestRun(node, this.#parsed.host)];
    const hookIndex = event.type === 'hook-finished' ? event.index : undefined;
    const { overloads } = known ?? {};
    this.#add(node, { compiledCode, extraCtes, overloads, macros: called, hookIndex, buildPath });
    const { nodes } = this.#parsed.manifest;
    for (const { node: input, ...made } of compiledEphemerals(extraCtes, nodes)) {
      if (!this.#compiled.parts.has(input.uniqueId)) this.#add(input, { ...made, macros: [] });
    }
  }

  /** The file with the SQL of a node, but not of the batches of one. */
  #buildPath(node: Node, { executedSql = [] }: NodeResult): string | undefined {
    if (node.resourceType === 'operation') return undefined;
    return executedSql.some(({ batch }) => batch === undefined)
      ? relative(this.#parsed.project.root, executedFile(this.#parsed, node))
      : undefined;
  }

  #add(node: Node, made: Omit<CompiledPart, 'compiledPath'>): void {
    this.#compiled.add(node, made);
    if (made.compiledCode !== '')
      this.#files.add(compiledFile(this.#parsed, node), made.compiledCode);
  }

  /** Writes the manifest, the first time. */
  writeManifest(): void {
    if (this.#manifestIsWritten) return;
    this.#manifestIsWritten = true;
    const { parts, entries } = this.#compiled;
    this.#orFailure(() => writeManifest(this.#parsed, parts, entries));
  }

  /** Writes what is not written yet; `elapsed` in seconds. */
  finish(
    results: readonly NodeResult[],
    elapsed: number,
    args: Readonly<Record<string, Json>>,
  ): void {
    this.#orFailure(() => this.#files.finish());
    this.writeManifest();
    this.#orFailure(() => writeRunResults(this.#parsed, results, elapsed, args));
  }

  #orFailure(write: () => void): void {
    try {
      write();
    } catch (error) {
      this.#failure ??= error;
    }
  }
}

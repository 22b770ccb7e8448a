import type { CompiledPart } from '../artifacts/manifest-node.ts';
import { nodeWriter } from '../artifacts/manifest-v12.ts';
import type { Node } from '../contracts/node.ts';
import type { UniqueId } from '../contracts/unique-id.ts';
import type { ParsedProject } from './open-project.ts';
import { compiledPart, manifestOptions } from './write-artifacts.ts';

const keptAtMost = 32 * 1024 * 1024;

/**
 * The nodes that were compiled. Their entries of `manifest.json` are made when they are added: the
 * database is at work on others then, and nobody waits for that at the end of a run.
 */
export class CompiledNodes {
  readonly parts = new Map<UniqueId, CompiledPart>();
  readonly entries = new Map<UniqueId, string>();
  readonly #parsed: ParsedProject;
  readonly #write: (node: Node) => string;
  readonly #limit: number;
  #kept = 0;

  /** With more than `limit` characters of entries the rest is left to be written at the end. */
  constructor(parsed: ParsedProject, limit = keptAtMost) {
    this.#parsed = parsed;
    this.#limit = limit;
    this.#write = nodeWriter(parsed.manifest, manifestOptions(parsed, this.parts));
  }

  add(node: Node, made: Omit<CompiledPart, 'compiledPath'>): void {
    this.parts.set(node.uniqueId, compiledPart(this.#parsed, node, made));
    if (this.#kept > this.#limit) return;
    const entry = this.#write(node);
    this.#kept += entry.length;
    this.entries.set(node.uniqueId, entry);
  }
}

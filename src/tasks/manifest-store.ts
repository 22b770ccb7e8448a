import { closeSync, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { type ManifestArtifactOptions, manifestMetadata } from '../artifacts/manifest-v12.ts';
import { readManifestNode } from '../artifacts/read-manifest-node.ts';
import { type FileRange, type WrittenPieces, writePieces } from '../artifacts/write-json.ts';
import type { Node } from '../contracts/node.ts';
import type { Project } from '../contracts/project.ts';
import type { UniqueId } from '../contracts/unique-id.ts';

/** Where things stand in the text of a manifest in which nothing is compiled, in bytes. */
export interface ManifestLayout {
  /** Behind the metadata: the comma before `"nodes"`. */
  readonly afterMetadata: number;
  /** The commas before `"parent_map"` and before `"group_map"`. */
  readonly familyMaps: readonly [from: number, to: number];
  /** The comma before `"functions"`, which come last. */
  readonly functions: number;
  /** For each node its start, its length, and the line of its file that its text begins at. */
  readonly places: Uint32Array;
}

const fieldsOfPlace = 3;

/** Notes the layout of a manifest while it is written. */
export class LayoutNotes {
  readonly #starts: [position: number, id: string][] = [];
  readonly #ends: number[] = [];
  readonly #sections = new Map<string, number>();
  #written: WrittenPieces = { position: 0, isMasked: false };

  /** What `manifestText` calls while `written` goes on. */
  marking(written: WrittenPieces) {
    this.#written = written;
    return (part: 'section' | 'node' | 'end', name: string): void => {
      const { position } = this.#written;
      if (part === 'section') this.#sections.set(name, position - `,"${name}":`.length);
      else {
        if (this.#starts.length > 0) this.#ends.push(position);
        if (part === 'node') this.#starts.push([position, name]);
      }
    };
  }

  layout(nodes: ReadonlyMap<UniqueId, Node>): ManifestLayout {
    const places = new Uint32Array(this.#starts.length * fieldsOfPlace);
    for (const [i, [start, id]] of this.#starts.entries()) {
      const isLast = i === this.#starts.length - 1;
      const separator = isLast ? 0 : this.#keyLength(i + 1);
      places.set(
        [start, this.#ends[i]! - start - separator, nodes.get(id as UniqueId)!.firstLine],
        i * fieldsOfPlace,
      );
    }
    return {
      afterMetadata: this.#sections.get('nodes')!,
      familyMaps: [this.#sections.get('parent_map')!, this.#sections.get('group_map')!],
      functions: this.#sections.get('functions')!,
      places,
    };
  }

  /** Bytes between two nodes: the comma, the key and the colon. */
  #keyLength(node: number): number {
    return Buffer.byteLength(JSON.stringify(this.#starts[node]![1])) + 2;
  }
}

/** What tells a file from any other that was put in its place; making a link to it changes nothing. */
export function identityOf({ size, mtimeMs, ino }: Stats): string {
  return `${size} ${mtimeMs} ${ino}`;
}

const openFiles = new FinalizationRegistry<number>(closeSync);

/**
 * The text of a project's manifest in a file that is left alone, from which nodes are read one by one.
 * The file stays open while this is in use, so that another process may put a newer one in its place.
 */
export class StoredManifest {
  readonly layout: ManifestLayout;
  readonly #file: number;
  readonly #size: number;

  private constructor(file: number, size: number, layout: ManifestLayout) {
    this.#file = file;
    this.#size = size;
    this.layout = layout;
    openFiles.register(this, file);
  }

  /** Undefined when the file is not there or is not the one with that identity. */
  static open(path: string, identity: string, layout: ManifestLayout): StoredManifest | undefined {
    let file: number;
    try {
      file = openSync(path, 'r');
    } catch {
      return undefined;
    }
    const stats = fstatSync(file);
    if (identityOf(stats) === identity) return new StoredManifest(file, stats.size, layout);
    closeSync(file);
    return undefined;
  }

  get count(): number {
    return this.layout.places.length / fieldsOfPlace;
  }

  /** The node at a place in the order of the manifest. */
  node(place: number): Node {
    const [start, length, firstLine] = this.#place(place);
    const bytes = Buffer.allocUnsafe(length);
    readSync(this.#file, bytes, 0, length, start);
    return readManifestNode(bytes.toString('utf8'), firstLine);
  }

  /** The nodes at all places that are wanted; the file is read in large steps. */
  *nodes(isWanted: (place: number) => boolean): Generator<Node> {
    const { count } = this;
    for (let first = 0; first < count; ) {
      const [from] = this.#place(first);
      let last = first;
      while (last + 1 < count && this.#end(last + 1) - from < chunkBytes) last++;
      const bytes = Buffer.allocUnsafe(this.#end(last) - from);
      readSync(this.#file, bytes, 0, bytes.length, from);
      for (let at = first; at <= last; at++) {
        if (!isWanted(at)) continue;
        const [start, length, firstLine] = this.#place(at);
        const text = bytes.toString('utf8', start - from, start - from + length);
        yield readManifestNode(text, firstLine);
      }
      first = last + 1;
    }
  }

  /** Writes a text that differs from this one. */
  write(
    path: string,
    project: Pick<Project, 'name' | 'quoting'>,
    options: ManifestArtifactOptions,
    changes: ManifestChanges,
    mask: (text: string) => string,
  ): WrittenManifest {
    let metadata = 0;
    const written = writePieces(
      path,
      (progress) =>
        this.#text(project, options, changes, () => {
          metadata = progress.position;
        }),
      mask,
    );
    return { isMasked: written.isMasked, all: written.position, metadata };
  }

  /** The text with other metadata, some other nodes and, where given, other family maps and functions. */
  *#text(
    project: Pick<Project, 'name' | 'quoting'>,
    options: ManifestArtifactOptions,
    changes: ManifestChanges,
    behindMetadata: () => void,
  ): Generator<string | FileRange> {
    const file = this.#file;
    const { afterMetadata, familyMaps, functions } = this.layout;
    yield `{"metadata":${JSON.stringify(manifestMetadata(project, options))}`;
    behindMetadata();
    let at = afterMetadata;
    for (const { from, to, entries } of changes.blocks) {
      yield { file, from: at, to: this.#behind(from - 1) };
      for (const [i, { id, text }] of entries.entries())
        yield `${separatorOf(from + i)}${JSON.stringify(id)}:${text}`;
      at = this.#behind(to - 1);
    }
    if (changes.familyMaps !== undefined) {
      yield { file, from: at, to: familyMaps[0] };
      yield* changes.familyMaps();
      at = familyMaps[1];
    }
    if (changes.functions === undefined) {
      yield { file, from: at, to: this.#size };
      return;
    }
    yield { file, from: at, to: functions };
    yield* changes.functions();
    yield '}';
  }

  /** The layout of what {@link write} wrote. */
  layoutAfter(changes: ManifestChanges, sizes: WrittenManifest): ManifestLayout {
    const before = this.layout;
    const places: number[] = [];
    let moved = sizes.metadata - before.afterMetadata;
    let place = 0;
    const keepUntil = (end: number) => {
      for (; place < end; place++) {
        const [start, length, firstLine] = this.#place(place);
        places.push(start + moved, length, firstLine);
      }
    };
    for (const { from, to, entries } of changes.blocks) {
      keepUntil(from);
      let at = this.#behind(from - 1) + moved;
      for (const [i, { id, text, firstLine }] of entries.entries()) {
        at += separatorOf(from + i).length + Buffer.byteLength(JSON.stringify(id)) + 1;
        const length = Buffer.byteLength(text);
        places.push(at, length, firstLine);
        at += length;
      }
      moved = at - this.#behind(to - 1);
      place = to;
    }
    keepUntil(this.count);
    const atEnd = (position: number) => sizes.all - (this.#size - position);
    return {
      afterMetadata: sizes.metadata,
      familyMaps: [before.familyMaps[0] + moved, atEnd(before.familyMaps[1])],
      functions: atEnd(before.functions),
      places: Uint32Array.from(places),
    };
  }

  /** Where the text behind a node begins; behind none, where that of the first node does. */
  #behind(place: number): number {
    return place < 0 ? this.layout.afterMetadata + ',"nodes":'.length : this.#end(place);
  }

  #place(place: number): [start: number, length: number, firstLine: number] {
    const { places } = this.layout;
    const at = place * fieldsOfPlace;
    return [places[at]!, places[at + 1]!, places[at + 2]!];
  }

  #end(place: number): number {
    const [start, length] = this.#place(place);
    return start + length;
  }
}

/** How many bytes were written, and how many of them up to the end of the metadata. */
export interface WrittenManifest {
  readonly all: number;
  readonly metadata: number;
  readonly isMasked: boolean;
}

/** A node as it is written. */
export interface NodeEntry {
  readonly id: string;
  readonly text: string;
  readonly firstLine: number;
}

/** What is different in a text that is made from a stored manifest. */
export interface ManifestChanges {
  /** Nodes that stand for those at the places before `to`, in order; the first node is never left out. */
  readonly blocks: readonly {
    readonly from: number;
    readonly to: number;
    readonly entries: readonly NodeEntry[];
  }[];
  readonly familyMaps?: (() => Iterable<string>) | undefined;
  /** The section of functions, from the comma before it on; never in what is kept. */
  readonly functions?: (() => Iterable<string>) | undefined;
}

function separatorOf(place: number): string {
  return place === 0 ? '{' : ',';
}

const chunkBytes = 4 * 1024 * 1024;

import {
  type Document,
  isCollection,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  stringify,
  visit,
  type YAMLParseError,
} from 'yaml';
import { type SourceLocation, tsdbtError } from '../errors/tsdbt-error.ts';
import { keyText, mappingKey } from '../util/mapping-key.ts';
import { type BlockYaml, readBlockYaml } from './block-yaml.ts';
import { guardYaml, yamlLimits } from './yaml-guard.ts';
import { writtenTags, yamlTags } from './yaml-tags.ts';
import { endlessAlias, equalKey, lastAlias, plainYaml } from './yaml-values.ts';

/** A step into a YAML value: a key of a mapping or an index of a list. */
export type YamlPath = readonly (string | number)[];

/** A parsed YAML file that remembers where each value stands. */
export interface YamlFile {
  readonly file: string;
  /** The whole document as plain values; null when the file is empty or all comments. */
  readonly value: unknown;
  /** Where the value at `path` stands; of a mapping's entry, where its key stands. */
  locate(path: YamlPath): SourceLocation;
  /** Keys that a mapping has twice, where they stand again. */
  readonly repeated?: readonly RepeatedKey[];
}

export interface YamlOptions {
  readonly dbt?: boolean;
  readonly times?: boolean;
  /** Blanks at the end of the text are its own, as they are in no file of dbt's. */
  readonly keepsEnd?: boolean;
}

export interface RepeatedKey {
  readonly key: string;
  readonly location: SourceLocation;
}

/**
 * Parses one YAML document (YAML 1.2 core schema, which reads `yes` and `no` as text; merge keys
 * allowed). Mapping keys must be unique. `file` is what errors name.
 * With `dbt`, as PyYAML reads it: `yes` and `no` are booleans, of equal keys the last one counts, and
 * blanks at the end of a file are none of its last text. With `times`, dates and times are `YamlTime`s.
 */
export function parseYaml(written: string, file: string, options: YamlOptions = {}): YamlFile {
  const unix = written.includes('\r\n') ? written.replaceAll('\r\n', '\n') : written;
  const trims = options.dbt === true && options.keepsEnd !== true;
  const text = trims ? unix.trimEnd() : unix;
  const quick =
    options.keepsEnd === true ||
    text.length > yamlLimits.bytes ||
    (options.times === true && maybeTime.test(text))
      ? undefined
      : readBlockYaml(text, options.dbt === true);
  if (quick !== undefined) return fileOf(quick, text, file);
  return parseFullYaml(text, file, options);
}

const maybeTime = /\d{4}-\d\d?-\d/;

/** As {@link parseYaml}, by the full parser whatever the text is like. */
export function parseFullYaml(written: string, file: string, options: YamlOptions = {}): YamlFile {
  const trims = options.dbt === true && options.keepsEnd !== true;
  const text = trims ? written.trimEnd() : written;
  guardYaml(text, file);
  const { document, lines } = parsedDocument(text, options);
  const [problem] = document.errors;
  if (problem !== undefined) {
    const at = problem.linePos?.[0];
    throw tsdbtError(
      'yaml-syntax',
      { problem: firstLine(problem.message) },
      { location: { file, ...(at ? { line: at.line, column: at.col } : {}) } },
    );
  }
  refuseCollectionKeys(document, file, lines);
  if (trims) trimLastBlock(document.contents);
  const repeated = repeatedKeys(document, file, lines);
  const [again] = options.dbt === true ? [] : repeated;
  if (again !== undefined)
    throw tsdbtError(
      'yaml-syntax',
      { problem: 'Map keys must be unique' },
      { location: again.location },
    );
  const placeOf = (offset: number | undefined): SourceLocation => {
    if (offset === undefined) return { file };
    const { line, col } = lines.linePos(offset);
    return { file, line, column: col };
  };
  const endless = endlessAlias(document);
  if (endless !== undefined) {
    const limit = 'an alias inside the value that it names, which would have no end';
    throw tsdbtError('yaml-limit', { limit }, { location: placeOf(endless) });
  }
  let value: unknown;
  try {
    value = plainYaml(document.toJS({ mapAsMap: true, maxAliasCount: 100 }));
  } catch (error) {
    throw tsdbtError(
      'yaml-limit',
      { limit: firstLine((error as Error).message) },
      { location: placeOf(lastAlias(document)) },
    );
  }
  return {
    file,
    value: value ?? null,
    locate: (path) => placeOf(offsetOf(document, path)),
    ...(repeated.length === 0 ? {} : { repeated }),
  };
}

/** How many flow values and texts in a file may stand further left than YAML has it; fewer in a long one. */
const mostIndented = 100;
const mostReadAgain = 1_000_000;
const movedBy = 80;

/**
 * A document as the full parser has it. PyYAML does not mind where the lines of a flow value or of a text
 * in quotes stand, not even its closing bracket: with `dbt` they are moved to the right until the parser
 * has nothing to say. Where that does not help, what it said of the text as it is written counts.
 */
function parsedDocument(written: string, { dbt = false, times = false }: YamlOptions) {
  const most = Math.min(mostIndented, Math.ceil(mostReadAgain / (written.length + 1)));
  const asWritten = readDocument(written, dbt, times);
  let [text, found] = [written, asWritten];
  const columns = new Map<number, number>();
  for (let moved = 0; ; moved++) {
    const [problem] = found.document.errors;
    if (problem === undefined) return { ...found, lines: movedBack(found.lines, columns) };
    const starts = dbt && moved < most ? startsOfMoved(text, problem) : [];
    if (starts.length === 0) return asWritten;
    for (const start of starts.reverse()) {
      const { line } = found.lines.linePos(start);
      columns.set(line, (columns.get(line) ?? 0) + movedBy);
      text = `${text.slice(0, start)}${' '.repeat(movedBy)}${text.slice(start)}`;
    }
    found = readDocument(text, dbt, times);
  }
}

/** Where the lines begin that a problem is about: one of a flow value, or those of a text in quotes. */
function startsOfMoved(text: string, { code, message, pos: [at] }: YAMLParseError): number[] {
  if (code === 'BAD_INDENT') return [text.lastIndexOf('\n', at - 1) + 1];
  const quote = /^Missing closing (["'])quote/.exec(message)?.[1];
  if (code !== 'MISSING_CHAR' || quote === undefined) return [];
  const starts: number[] = [];
  for (let i = at; i < text.length; i++) {
    const char = text[i];
    if (char === '\n') starts.push(i + 1);
    else if (char === '\\' && quote === '"' && text[i + 1] !== '\n') i++;
    else if (char === quote && (quote === '"' || text[++i] !== quote)) return starts;
  }
  return [];
}

/** Places as they are written, where lines were moved to the right by some columns. */
function movedBack(
  lines: LineCounter,
  columns: ReadonlyMap<number, number>,
): Pick<LineCounter, 'linePos'> {
  if (columns.size === 0) return lines;
  return {
    linePos: (offset) => {
      const { line, col } = lines.linePos(offset);
      return { line, col: Math.max(1, col - (columns.get(line) ?? 0)) };
    },
  };
}

function readDocument(text: string, dbt: boolean, times: boolean) {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    merge: true,
    // The parser compares each key with all before it; `repeatedKeys` does not.
    uniqueKeys: false,
    customTags: (tags) => yamlTags(tags, dbt, times),
  });
  return { document, lines };
}

/**
 * A block of text that ends a file has no line break at its end in dbt, which takes the blanks around
 * a file away before it reads it.
 */
function trimLastBlock(last: unknown): void {
  if (isMap(last)) trimLastBlock(last.items.at(-1)?.value);
  else if (isSeq(last)) trimLastBlock(last.items.at(-1));
  else if (isScalar(last) && last.type?.startsWith('BLOCK_') && typeof last.value === 'string')
    last.value = last.value.replace(/\n+$/, '');
}

/** A mapping or list in the place of a key, which is what `key: {{ x }}` without quotes is, too. */
function refuseCollectionKeys(
  document: Document,
  file: string,
  lines: Pick<LineCounter, 'linePos'>,
): void {
  visit(document, {
    Pair: (_, { key }) => {
      if (!isCollection(key)) return;
      const { line, col } = lines.linePos(key.range?.[0] ?? 0);
      throw tsdbtError(
        'yaml-syntax',
        {
          problem:
            'A mapping or a list stands where a key is expected. A value that begins with {{ must stand in quotes.',
        },
        { location: { file, line, column: col } },
      );
    },
  });
}

function repeatedKeys(
  document: Document,
  file: string,
  lines: Pick<LineCounter, 'linePos'>,
): readonly RepeatedKey[] {
  const repeated: RepeatedKey[] = [];
  visit(document, {
    Map: (_, { items }) => {
      const seen = new Set<unknown>();
      for (const { key } of items) {
        if (!isScalar(key) || key.value === '<<') continue;
        const value = equalKey(key.value) ?? mappingKey(key.value);
        if (seen.has(value)) {
          const { line, col } = lines.linePos(key.range?.[0] ?? 0);
          repeated.push({ key: String(key.value), location: { file, line, column: col } });
        }
        seen.add(value);
      }
    },
  });
  return repeated;
}

function fileOf({ value, offsets }: BlockYaml, text: string, file: string): YamlFile {
  let lines: LineCounter | undefined;
  return {
    file,
    value,
    locate: (path) => {
      if (lines === undefined) {
        lines = new LineCounter();
        lines.addNewLine(0);
        for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1))
          lines.addNewLine(at + 1);
      }
      const { line, col } = lines.linePos(offsetIn(value, offsets, path));
      return { file, line, column: col };
    },
  };
}

/** Offset of the deepest part of `path` that exists in a value that was read without a document. */
function offsetIn(value: unknown, offsets: BlockYaml['offsets'], path: YamlPath): number {
  let at = value;
  let offset = offsets.get(value as object)![0]!;
  for (const step of path) {
    const places = offsets.get(at as object);
    if (places === undefined) break;
    const index = Array.isArray(at)
      ? Number(step)
      : Object.keys(at as object).indexOf(String(step));
    const place = places[index];
    if (place === undefined) break;
    if (place < 0) return ~place;
    offset = place;
    at = (at as Record<string | number, unknown>)[step];
  }
  return offset;
}

/** A value as YAML in block style, as PyYAML writes it: lists are not indented. */
export function yamlText(value: unknown, sortKeys: boolean): string {
  return stringify(value, {
    indentSeq: false,
    lineWidth: 0,
    sortMapEntries: sortKeys,
    customTags: writtenTags,
  });
}

function firstLine(message: string): string {
  return message.split('\n')[0]!.replace(/ at line \d+, column \d+:?$/, '');
}

/** Whether a step of a path leads to a key: its property, or a name that is written as no text. */
function isNamed(key: unknown, step: string | number): boolean {
  return mappingKey(key) === step || keyText(mappingKey(key)) === String(step);
}

/** Offset of the deepest part of `path` that exists. */
function offsetOf(document: Document.Parsed, path: YamlPath): number | undefined {
  let node: unknown = document.contents;
  let offset = isNode(document.contents) ? document.contents.range?.[0] : undefined;
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find(
        (item) => isPair(item) && isScalar(item.key) && isNamed(item.key.value, step),
      );
      if (pair === undefined) break;
      offset = isNode(pair.key) ? pair.key.range?.[0] : offset;
      node = pair.value;
    } else {
      const items: readonly unknown[] = (node as { items?: unknown[] } | null)?.items ?? [];
      const item = items[Number(step)];
      if (item === undefined) break;
      node = item;
      offset = isNode(item) ? item.range?.[0] : offset;
    }
  }
  return offset;
}

import type { Macro, MacroArgument } from '../contracts/node.ts';
import { uniqueId } from '../contracts/unique-id.ts';
import { tsdbtError } from '../errors/tsdbt-error.ts';
import { type MacroBlock, parseTemplate } from '../jinja/index.ts';
import type { Diagnostics } from './diagnostics.ts';
import { withLineEnds } from './line-ends.ts';
import { onlyMacroBlocks } from './macro-blocks.ts';
import type { SourceFile } from './source-file.ts';

export interface MacroFileOptions {
  readonly isGenericTests?: boolean;
  /** Tags between macros are told of, not refused. */
  readonly warnsOfStray?: boolean;
}

/**
 * The macros of a package: `{% macro %}`, generic tests (named `test_…`, as dbt does) and
 * materializations. Text outside of these blocks is ignored. Of what stands in `tests/generic` dbt does
 * not know the arguments (core `parser/generic_test.py`).
 */
export function parseMacros(
  files: readonly SourceFile[],
  packageName: string,
  diagnostics: Diagnostics,
  { isGenericTests = false, warnsOfStray = false }: MacroFileOptions = {},
): Macro<MacroBlock>[] {
  const macros: Macro<MacroBlock>[] = [];
  const homes = new Map<string, string>();
  for (const file of files) {
    diagnostics.collect(() => {
      for (const block of macroBlocks(file, warnsOfStray ? diagnostics : undefined)) {
        const name = macroName(block);
        if (name === undefined) continue;
        const first = homes.get(name);
        if (first !== undefined) {
          const twice = { kind: 'macro', name, first, second: file.path };
          diagnostics.add(
            tsdbtError('duplicate-resource', twice, { location: { file: file.path } }),
          );
        }
        homes.set(name, file.path);
        macros.push({
          uniqueId: uniqueId('macro', packageName, name),
          name,
          packageName,
          path: file.path,
          originalFilePath: file.path,
          sql: withLineEnds(withBlanks(block), file.contents),
          description: '',
          meta: {},
          arguments: isGenericTests ? [] : argumentsOf(block),
          dependsOnMacros: [],
          ...(block.kind === 'materialization'
            ? { supportedLanguages: block.settings.supportedLanguages ?? ['sql'] }
            : {}),
          block,
        });
      }
    });
  }
  return macros;
}

function argumentsOf({ args }: MacroBlock): readonly MacroArgument[] {
  return args.map(({ name, annotation }) => ({
    name,
    type: annotation ?? null,
    description: '',
  }));
}

/**
 * A block with the blanks around it that its tags take away, `{%- … -%}`, as dbt keeps it. What the block
 * before took is not there any more, and none stand at the ends of a file (dbt-common
 * `clients/_jinja_blocks.py`).
 */
function withBlanks({ source, start, text: { text } }: MacroBlock): string {
  const before = text.slice(0, start).trimEnd();
  const isTaken = before === '' || before.endsWith('-%}') || !source.startsWith('{%-');
  const lead = isTaken ? '' : text.slice(before.length, start);
  const behind = text.slice(start + source.length);
  const isLast = behind.trim() === '' || !source.endsWith('-%}');
  return `${lead}${source}${isLast ? '' : /^\s*/.exec(behind)![0]}`;
}

/** The blocks of a file. What is between them is only looked at when it is Jinja, see `macro-blocks.ts`. */
function macroBlocks(
  { contents, path }: SourceFile,
  stray: Diagnostics | undefined,
): readonly MacroBlock[] {
  const onStray = (tag: string, offset: number) => {
    const line = contents.slice(0, offset).split('\n').length;
    const text = `${path}:${line}: {% ${tag} %} stands between macros, where it means nothing.`;
    stray?.warn('UnexpectedJinjaBlockDeprecation', text);
  };
  let blocks: readonly MacroBlock[];
  try {
    blocks = parseTemplate(contents, { file: path }).macros;
  } catch {
    const text = onlyMacroBlocks(contents, stray && onStray);
    return parseTemplate(text, { file: path }).macros;
  }
  if (stray !== undefined && hasTagsBetween(blocks)) onlyMacroBlocks(contents, onStray);
  return blocks;
}

function hasTagsBetween(blocks: readonly MacroBlock[]): boolean {
  const text = blocks[0]?.text.text ?? '';
  let end = 0;
  for (const { start, source } of blocks) {
    if (text.slice(end, start).includes('{%')) return true;
    end = start + source.length;
  }
  return text.slice(end).includes('{%');
}

/** The name a block goes by: tests and materializations carry dbt's prefixes. */
export function macroName(
  block: Pick<MacroBlock, 'kind' | 'name' | 'settings'>,
): string | undefined {
  if (block.kind === 'macro') return block.name;
  if (block.kind === 'test') return `test_${block.name}`;
  if (block.kind === 'materialization') {
    return `materialization_${block.name}_${block.settings.adapter ?? 'default'}`;
  }
  return undefined;
}

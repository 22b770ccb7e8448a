import type { DocBlock } from '../contracts/node.ts';
import { uniqueId } from '../contracts/unique-id.ts';
import { extractBlocks, parseTemplate, renderSync, scopeFromMap } from '../jinja/index.ts';
import type { Diagnostics } from './diagnostics.ts';
import { withLineEnds } from './line-ends.ts';
import type { SourceFile } from './source-file.ts';

/**
 * The `{% docs %}` blocks of a package's Markdown files. What is in a block is Jinja without any of the
 * project's names; what is around it is not looked at (core `parser/docs.py`).
 */
export function parseDocs(
  files: readonly SourceFile[],
  packageName: string,
  diagnostics: Diagnostics,
): DocBlock[] {
  const docs: DocBlock[] = [];
  for (const { path, subPath, contents } of files) {
    if (!/\{%-?\s*docs\b/.test(contents)) continue;
    diagnostics.collect(() => {
      for (const block of extractBlocks(contents, { file: path })) {
        if (block.kind !== 'docs') continue;
        docs.push({
          uniqueId: uniqueId('doc', packageName, block.name),
          name: block.name,
          packageName,
          path: subPath,
          originalFilePath: path,
          contents: textOf(block, path, contents),
        });
      }
    });
  }
  return docs;
}

function textOf(
  { contents, contentsLine: firstLine }: { contents: string; contentsLine: number },
  file: string,
  whole: string,
): string {
  // Templates know line feeds alone.
  if (!/\{[{%#]/.test(contents)) return withLineEnds(contents.trim(), whole);
  const template = parseTemplate(contents, { file, firstLine });
  return renderSync(template, scopeFromMap(new Map())).trim();
}

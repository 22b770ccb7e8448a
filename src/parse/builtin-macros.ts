import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { builtinPackages } from '../context/macro-index.ts';
import type { Macro } from '../contracts/node.ts';
import type { MacroBlock } from '../jinja/index.ts';
import { Diagnostics } from './diagnostics.ts';
import { parseMacros } from './parse-macros.ts';

let cached: readonly Macro<MacroBlock>[] | undefined;

/** The macros that come with tsdbt, one folder of `include/macros` a package; parsed once a process. */
export function builtinMacros(): readonly Macro<MacroBlock>[] {
  if (cached !== undefined) return cached;
  const include = fileURLToPath(new URL('../include/macros', import.meta.url));
  const diagnostics = new Diagnostics();
  cached = builtinPackages.flatMap((packageName) => {
    const folder = join(include, packageName);
    const files = readdirSync(folder, { recursive: true })
      .map((entry) => String(entry).replaceAll('\\', '/'))
      .filter((name) => name.endsWith('.sql'))
      .sort()
      .map((name) => ({
        path: `macros/${name}`,
        subPath: name,
        contents: readFileSync(join(folder, name), 'utf8'),
      }));
    return parseMacros(files, packageName, diagnostics);
  });
  if (diagnostics.errors.length > 0) throw diagnostics.errors[0]!;
  return cached;
}

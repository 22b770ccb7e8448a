import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { builtinPackages } from '../context/macro-index.ts';
import type { Macro, MacroArgument } from '../contracts/node.ts';
import { uniqueId } from '../contracts/unique-id.ts';
import { tsdbtError } from '../errors/tsdbt-error.ts';
import { type MacroBlock, parseTemplate } from '../jinja/index.ts';
import { macroName } from './parse-macros.ts';

/** A block of a built-in file, from tag to tag. The files hold to one form, so a pattern finds them. */
const blockPattern =
  /\{%-?\s*(macro|test|materialization)\s+(\w+)((?:(?!%\}).)*?)\s*-?%\}.*?\{%-?\s*end\1\s*-?%\}/gs;

let cached: readonly Macro<MacroBlock>[] | undefined;

/**
 * The macros that come with tsdbt, one folder of `include/macros` a package. There are hundreds and a
 * run uses few: their names are found at once, the text of each is parsed when it is first called.
 */
export function builtinMacros(): readonly Macro<MacroBlock>[] {
  if (cached !== undefined) return cached;
  const include = fileURLToPath(new URL('../include/macros', import.meta.url));
  cached = builtinPackages.flatMap((packageName) => {
    const folder = join(include, packageName);
    return readdirSync(folder, { recursive: true })
      .map((entry) => String(entry).replaceAll('\\', '/'))
      .filter((name) => name.endsWith('.sql'))
      .sort()
      .flatMap((name) => {
        const contents = readFileSync(join(folder, name), 'utf8');
        return [...contents.matchAll(blockPattern)].map(
          (match) => new BuiltinMacro(packageName, `macros/${name}`, contents, match),
        );
      });
  });
  return cached;
}

class BuiltinMacro implements Macro<MacroBlock> {
  readonly uniqueId;
  readonly name: string;
  readonly packageName: string;
  readonly path: string;
  readonly originalFilePath: string;
  readonly sql: string;
  readonly description = '';
  readonly meta = {};
  readonly arguments: readonly MacroArgument[];
  readonly supportedLanguages?: readonly string[];
  readonly dependsOnMacros = [];
  readonly #contents: string;
  readonly #start: number;
  #block: MacroBlock | undefined;

  constructor(packageName: string, path: string, contents: string, match: RegExpExecArray) {
    const [sql, kind, name, head] = match as unknown as [
      string,
      MacroBlock['kind'],
      string,
      string,
    ];
    const adapter = /adapter='(\w+)'/.exec(head)?.[1];
    this.name = macroName({ kind, name, settings: adapter === undefined ? {} : { adapter } })!;
    this.uniqueId = uniqueId('macro', packageName, this.name);
    this.packageName = packageName;
    this.path = path;
    this.originalFilePath = path;
    this.sql = sql;
    this.arguments = argumentsOf(kind === 'materialization' ? 'supported_languages' : head);
    if (kind === 'materialization') this.supportedLanguages = languagesOf(head);
    this.#contents = contents;
    this.#start = match.index;
  }

  get block(): MacroBlock {
    if (this.#block === undefined) {
      const firstLine = this.#contents.slice(0, this.#start).split('\n').length;
      const { macros } = parseTemplate(this.sql, { file: this.path, firstLine });
      const [block] = macros;
      if (block === undefined)
        throw tsdbtError('internal-error', { message: `${this.path} has no macro ${this.name}` });
      this.#block = block;
    }
    return this.#block;
  }
}

function languagesOf(head: string): readonly string[] {
  const list = /supported_languages\s*=\s*\[([^\]]*)\]/.exec(head)?.[1];
  return list === undefined ? ['sql'] : [...list.matchAll(/'(\w+)'/g)].map((match) => match[1]!);
}

/** The names of a parameter list; what stands in quotes or brackets of a default is passed over. */
function argumentsOf(head: string): readonly MacroArgument[] {
  const list = head.trim().replace(/^\((.*)\)$/s, '$1');
  const bare = list.replace(/"[^"]*"|'[^']*'|\[[^\]]*\]|\{[^}]*\}/g, '');
  return bare
    .split(',')
    .map((part) => part.replace(/=.*$/s, '').trim())
    .filter((name) => name !== '')
    .map((name) => ({ name, type: null, description: '' }));
}

import type { Macro } from '../contracts/node.ts';
import type { MacroBlock } from '../jinja/index.ts';

/** Name by which templates reach all built-in macros, and the package of the general ones. */
export const builtinPackage = 'dbt';

/** The built-in packages, the nearest first: what is of DuckDB stands before what is general. */
export const builtinPackages: readonly string[] = ['dbt_duckdb', builtinPackage];

/** Whether a package comes with tsdbt. */
export function isBuiltin(packageName: string): boolean {
  return builtinPackages.includes(packageName);
}

/**
 * Macros by package and name. Unqualified names are looked for in the package of the node, then in
 * the root project, then among the built-in ones (dbt core `context/macros.py`); macros of other
 * packages need the package's name before them.
 */
export class MacroIndex {
  readonly #byPackage = new Map<string, Map<string, Macro<MacroBlock>>>();
  readonly #root: string;

  constructor(macros: Iterable<Macro<MacroBlock>>, rootPackage: string) {
    this.#root = rootPackage;
    for (const macro of macros) {
      const names = this.#byPackage.get(macro.packageName) ?? new Map<string, Macro<MacroBlock>>();
      names.set(macro.name, macro);
      this.#byPackage.set(macro.packageName, names);
    }
  }

  get rootPackage(): string {
    return this.#root;
  }

  packages(): Iterable<string> {
    return this.#byPackage.keys();
  }

  /** A macro of one package; `dbt` stands for all built-in ones. */
  inPackage(packageName: string, name: string): Macro<MacroBlock> | undefined {
    if (packageName !== builtinPackage) return this.#byPackage.get(packageName)?.get(name);
    for (const builtin of builtinPackages) {
      const found = this.#byPackage.get(builtin)?.get(name);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** The names of a package's macros. */
  namesIn(packageName: string): Iterable<string> {
    return this.#byPackage.get(packageName)?.keys() ?? [];
  }

  hasPackage(packageName: string): boolean {
    return this.#byPackage.has(packageName);
  }

  /** The macro that `name` means inside a node of `packageName`. */
  find(name: string, packageName: string): Macro<MacroBlock> | undefined {
    return (
      this.inPackage(packageName, name) ??
      this.inPackage(this.#root, name) ??
      this.inPackage(builtinPackage, name)
    );
  }

  /**
   * A macro of any package: the root's, else that of the package read last, else a built-in one
   * (core `context/macro_resolver.py`, which reads calls from texts and cannot know better).
   */
  anywhere(name: string): Macro<MacroBlock> | undefined {
    const own = this.inPackage(this.#root, name);
    if (own !== undefined) return own;
    const others = [...this.#byPackage].filter(([packageName]) => !isBuiltin(packageName));
    const last = others.findLast(([, names]) => names.has(name));
    return last === undefined ? this.inPackage(builtinPackage, name) : last[1].get(name);
  }

  /** Every name that {@link find} would answer, for did-you-mean. */
  names(packageName: string): Set<string> {
    const packages = [packageName, this.#root, ...builtinPackages];
    return new Set(packages.flatMap((p) => [...(this.#byPackage.get(p)?.keys() ?? [])]));
  }
}

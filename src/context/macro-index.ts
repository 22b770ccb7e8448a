import type { Macro } from '../contracts/node.ts';
import type { MacroBlock } from '../jinja/index.ts';

/** Name of the package that the built-in macros belong to. */
export const builtinPackage = 'dbt';

/** Macros that templates may name a second package by: dbt keeps those of its adapter apart. */
const builtinAliases: ReadonlySet<string> = new Set(['dbt_duckdb']);

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

  inPackage(packageName: string, name: string): Macro<MacroBlock> | undefined {
    const known = builtinAliases.has(packageName) ? builtinPackage : packageName;
    return this.#byPackage.get(known)?.get(name);
  }

  hasPackage(packageName: string): boolean {
    return this.#byPackage.has(packageName) || builtinAliases.has(packageName);
  }

  /** The macro that `name` means inside a node of `packageName`. */
  find(name: string, packageName: string): Macro<MacroBlock> | undefined {
    return (
      this.inPackage(packageName, name) ??
      this.inPackage(this.#root, name) ??
      this.inPackage(builtinPackage, name)
    );
  }

  /** Every name that {@link find} would answer, for did-you-mean. */
  names(packageName: string): Set<string> {
    const packages = [packageName, this.#root, builtinPackage];
    return new Set(packages.flatMap((p) => [...(this.#byPackage.get(p)?.keys() ?? [])]));
  }
}

import type { SourceLocation } from '../errors/tsdbt-error.ts';
import type { Json } from './json.ts';
import type { Warning } from './warning.ts';

/** The folders of a project, relative to its root. */
export interface ProjectPaths {
  readonly models: readonly string[];
  readonly seeds: readonly string[];
  readonly tests: readonly string[];
  readonly analyses: readonly string[];
  readonly macros: readonly string[];
  readonly snapshots: readonly string[];
  /** Of user-defined functions. */
  readonly functions: readonly string[];
  /** Where `{% docs %}` blocks are looked for; all of the above unless it is set. */
  readonly docs: readonly string[];
}

/** A configuration tree of the project file (`models:`, `seeds:` …), as written. */
export type ConfigTree = Readonly<Record<string, Json>>;

export type ConfigKind =
  | 'models'
  | 'seeds'
  | 'snapshots'
  | 'data_tests'
  | 'sources'
  | 'exposures'
  | 'analyses'
  | 'unit_tests'
  | 'metrics'
  | 'semantic_models'
  | 'saved_queries'
  | 'functions';

/** One entry of `dispatch:`; where macros of a namespace are looked for, in order. */
export interface DispatchRule {
  readonly macroNamespace: string;
  readonly searchOrder: readonly string[];
}

/** A validated project file, every default filled in. */
export interface Project {
  readonly name: string;
  readonly version: string | null;
  /** Absolute path of the project folder. */
  readonly root: string;
  /** Name of the project file; `dbt_project.yml` keeps dbt's defaults where ours are stricter. */
  readonly file: 'project.yml' | 'dbt_project.yml';
  /** The text of its `.dbtignore`, where it has one. */
  readonly ignored?: string;
  readonly profileName: string | null;
  /** `query-comment`: undefined where statements carry none; a template that is null is dbt's own. */
  readonly queryComment?: { readonly template: string | null; readonly append: boolean };
  /** What is to be said of its file. */
  readonly warnings?: readonly Warning[];
  /** Rules such as `>=1.10.0`. */
  readonly requireDbtVersion?: readonly string[];
  readonly paths: ProjectPaths;
  /** Relative to the root. */
  readonly targetPath: string;
  readonly cleanTargets: readonly string[];
  /** Folders that the documentation site takes along, relative to the root. */
  readonly assetPaths: readonly string[];
  /** Folder that `deps` installs packages into, relative to the root. */
  readonly packagesInstallPath: string;
  /** Other packages may not refer to the `protected` models of this one. */
  readonly restrictAccess: boolean;
  /** Parts of relation names that are put in quotes; those not named are. */
  readonly quoting: Readonly<Record<string, boolean>>;
  /** The selectors of selectors.yml as the manifest has them; packages have none. */
  readonly selectors?: Readonly<Record<string, Json>>;
  /** `flags:` as written. */
  readonly flags: Readonly<Record<string, Json>>;
  readonly vars: Readonly<Record<string, Json>>;
  readonly configs: Readonly<Record<ConfigKind, ConfigTree>>;
  /** The same trees before their templates are rendered, for comparing states. */
  readonly unrenderedConfigs: Readonly<Record<ConfigKind, ConfigTree>>;
  readonly onRunStart: readonly string[];
  readonly onRunEnd: readonly string[];
  readonly dispatch: readonly DispatchRule[];
}

/** The database a run goes to: one output of a profile. */
export interface Target {
  readonly name: string;
  readonly profileName: string;
  readonly type: string;
  readonly database: string;
  readonly schema: string;
  readonly threads: number;
  /** Connection settings; may hold secrets, never written to logs or artifacts. */
  readonly credentials: Readonly<Record<string, unknown>>;
  /** The same as templates may see them: `*****` in the place of secrets. */
  readonly shown: Readonly<Record<string, unknown>>;
  /** The folder that relative paths of the profile are from; undefined where none would be the same each time. */
  readonly folder: string | undefined;
  /** Where the items of its lists stand, by key and number: `attach.0`. */
  readonly places: Readonly<Record<string, SourceLocation | undefined>>;
}

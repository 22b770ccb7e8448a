import type { PackageSpec } from '../config/package-spec.ts';
import type { Json } from '../contracts/json.ts';
import type { Warning } from '../contracts/warning.ts';
import type { HttpGet } from './http-get.ts';
import type { RunGit } from './run-git.ts';

/** What finding and placing packages needs from outside. */
export interface DepsContext {
  /** Folder of the root project. */
  readonly root: string;
  readonly http: HttpGet;
  readonly git: RunGit;
  /** Base of the package index, as `https://hub.getdbt.com/`. */
  readonly hubUrl: string;
  readonly allowLocalGit: boolean;
  /** Leave out versions whose `require_dbt_version` does not allow `dbtVersion`. */
  readonly versionCheck: boolean;
  readonly dbtVersion: string;
  /** A path that does not exist yet, in a folder that is removed at the end. */
  readonly newFolder: () => string;
  /** Takes secrets out of what a program says. */
  readonly mask: (text: string) => string;
  /** Name of the project in a folder, and the packages it states. */
  readonly readProject: (folder: string) => {
    readonly name: string;
    readonly specs: readonly PackageSpec[];
  };
}

/** A package of which is known what exactly will be installed. */
export interface PinnedPackage {
  /** Name of the project in it: its folder among the installed packages. */
  readonly name: string;
  readonly stated: readonly PackageSpec[];
  /** For people: `version 1.3.0`. */
  readonly label: string;
  /** Its entry in package-lock.yml, without the name. */
  readonly lockEntry: Readonly<Record<string, Json>>;
  readonly warnings: readonly Warning[];
  /** A later version that exists. */
  readonly newer?: string;
  /** True for a folder of the user that is only linked: its content is theirs to change. */
  readonly ownFolder?: boolean;
  /** Puts its files into a folder that does not exist yet. */
  readonly place: (into: string) => Promise<void>;
}

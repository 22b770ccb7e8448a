import type { SqlDialect } from '../adapters/sql-dialect.ts';
import type { RenderText } from '../config/load-project.ts';
import type { TemplateHost } from '../context/node-scope.ts';
import type { Project, Target } from '../contracts/project.ts';
import type { Describe } from './describe.ts';
import type { Diagnostics } from './diagnostics.ts';
import type { PropertySections } from './property-files.ts';

/** What the parsers of one package share. */
export interface ParseContext {
  /** The package being parsed. */
  readonly project: Project;
  /** The project the user is in; equal to `project` but for packages. */
  readonly root: Project;
  readonly target: Target;
  readonly dialect: SqlDialect;
  readonly host: TemplateHost;
  readonly diagnostics: Diagnostics;
  readonly properties: PropertySections;
  /** Renders a description, in which `doc()` gives the text of a docs block. */
  readonly describe: Describe;
  /** Renders a text of a property file natively. */
  readonly renderYaml: RenderText;
}

import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export const repository = resolve(import.meta.dirname, '..');

/** The built command line. */
export const binary = join(repository, 'dist/cli/main.js');

/** The parts of the repository that are the example project. */
const parts = ['project.yml', 'dbt_project.yml', 'models', 'seeds', 'macros', 'tests', 'landing'];

export interface ExampleCopy {
  readonly root: string;
  readonly database: string;
  remove(): void;
}

/** The example project in a temporary folder, so that a spec can change it. */
export function copyExample(): ExampleCopy {
  const root = mkdtempSync(join(tmpdir(), 'tsdbt-example-'));
  for (const part of parts) cpSync(join(repository, part), join(root, part), { recursive: true });
  return {
    root,
    database: join(root, 'target/shop.duckdb'),
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

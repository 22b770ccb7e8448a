import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Files of a project by their path; values are their contents. */
export type ProjectFiles = Readonly<Record<string, string | Uint8Array>>;

/** A project in a folder of its own, removed with `remove`. */
export interface ProjectFixture {
  readonly root: string;
  write(files: ProjectFiles): void;
  remove(): void;
}

/** Writes a project into a new temporary folder. Without a project file it gets a minimal one. */
export function projectFixture(files: ProjectFiles): ProjectFixture {
  const root = mkdtempSync(join(tmpdir(), 'tsdbt-project-'));
  const write = (more: ProjectFiles) => {
    for (const [path, contents] of Object.entries(more)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), contents);
    }
  };
  const hasProject = 'project.yml' in files || 'dbt_project.yml' in files;
  write({ ...(hasProject ? {} : { 'project.yml': 'name: shop\n' }), ...files });
  return { root, write, remove: () => rmSync(root, { recursive: true, force: true }) };
}

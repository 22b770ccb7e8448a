import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type ProjectFiles, projectFixture } from '../src/testing/project-fixture.ts';
import { queryDatabase } from '../src/testing/query-database.ts';
import { type RunResultEntry, readRunResults } from '../src/testing/run-results.ts';
import { runTsdbt } from '../src/testing/run-tsdbt.ts';

/** A project with one landing model `raw_feed` (id, name) and a model `report` that counts its rows. */
export interface LandingProject {
  readonly root: string;
  readonly database: string;
  write(files: ProjectFiles): void;
  remove(path: string): void;
  move(from: string, to: string): void;
  build(
    ...args: readonly string[]
  ): Promise<{ readonly exitCode: number; readonly output: string }>;
  /** The rows of a query, each as its values with blanks between. */
  rows(sql: string): Promise<readonly string[]>;
  result(name: string): RunResultEntry;
  close(): void;
}

export interface LandingProjectOptions {
  /** The `landing:` block, as YAML in one line. */
  readonly landing?: string;
  readonly columns?: string;
  readonly select?: string;
  /** More keys of the model `raw_feed`, as YAML in one line. */
  readonly model?: string;
  readonly files?: ProjectFiles;
}

export const datedLanding = "{path: 'landing/{processing_date}/*.csv', format: csv}";
export const flatLanding = "{path: 'landing/**/*.csv', format: csv}";

/** Writes such a project; landing files are CSV of `id,name` unless `columns` says otherwise. */
export function landingProject(options: LandingProjectOptions = {}): LandingProject {
  const columns = options.columns ?? '[{name: id, data_type: integer}, {name: name}]';
  const select = options.select ?? 'id, name';
  const fixture = projectFixture({
    'project.yml': 'name: shop\n',
    'models/feed.yml': `
sources:
  - name: landing
    tables:
      - name: feed
        landing: ${options.landing ?? datedLanding}
        columns: ${columns}
models:
  - name: raw_feed
    config: {materialized: landing}
    ${options.model ?? 'description: rows as they came'}
`,
    'models/raw_feed.sql': `select ${select}, processing_date, _file, _line from {{ source('landing', 'feed') }}\n`,
    'models/report.sql': "select count(*) as n from {{ ref('raw_feed') }}\n",
    ...options.files,
  });
  const { root, write, remove } = fixture;
  const database = join(root, 'target/shop.duckdb');
  return {
    root,
    database,
    write,
    remove: (path) => rmSync(join(root, path), { recursive: true }),
    move: (from, to) => {
      mkdirSync(dirname(join(root, to)), { recursive: true });
      renameSync(join(root, from), join(root, to));
    },
    build: (...args) => runTsdbt(['build', ...args], { cwd: root }),
    rows: async (sql) =>
      (await queryDatabase(database, sql)).map((row) => Object.values(row).join(' ')),
    result: (name) =>
      readRunResults(root).find(({ unique_id: id }) => id === `model.shop.${name}`)!,
    close: remove,
  };
}

/** The project file and a profile of one DuckDB file.
 * @param {string} more lines of the project file
 * @returns {[string, string][]} */
export function projectFiles(more = '') {
  return [
    [
      'dbt_project.yml',
      `name: bench\nversion: "1.0"\nconfig-version: 2\nprofile: bench\nclean-targets: [target]\n${more}`,
    ],
    [
      'profiles.yml',
      'bench:\n  target: dev\n  outputs:\n    dev:\n      type: duckdb\n      path: bench.duckdb\n      threads: 2\n',
    ],
  ];
}

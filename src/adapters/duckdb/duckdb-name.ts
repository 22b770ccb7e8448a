import { basename } from 'node:path';

/** DuckDB names a database after its file, up to the first dot that is not at its start; the one in memory is `memory`. */
export function databaseName(path: string): string {
  return path === ':memory:' ? 'memory' : basename(path).replace(/^\.+/, '').replace(/\..*$/, '');
}

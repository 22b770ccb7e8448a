import type { Connection } from '../adapters/adapter.ts';
import { adapterFactory } from '../adapters/registry.ts';
import { valueFunctions } from '../ingest/index.ts';
import type { ParsedProject } from './open-project.ts';

/**
 * Runs `body` with a connection to a database in memory, which has the functions that values are read
 * with. The database of the project is not opened, so nothing waits for it.
 */
export async function withScratchDatabase<T>(
  { target, project }: ParsedProject,
  body: (connection: Connection) => Promise<T>,
): Promise<T> {
  const adapter = await adapterFactory(target.type).create(
    { ...target, credentials: { type: target.type, path: ':memory:' } },
    project.root,
    { folders: [], files: [], isDefault: false },
    { mode: 'write' },
  );
  try {
    const connection = await adapter.connect();
    await connection.run(valueFunctions());
    return await body(connection);
  } finally {
    await adapter.close();
  }
}

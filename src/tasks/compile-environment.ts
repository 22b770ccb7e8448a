import type { Connection } from '../adapters/adapter.ts';
import type { CompileEnvironment } from '../compile/compile-node.ts';
import { NameIndex } from '../parse/resolve.ts';
import type { DatabaseSession } from '../run/database-session.ts';
import type { ParsedProject } from './open-project.ts';

/** What compiling needs, with queries going to the connection given, or to any that is free. */
export function compileEnvironments(
  parsed: ParsedProject,
  session: DatabaseSession,
): (connection?: Connection) => CompileEnvironment {
  const { manifest, host } = parsed;
  const names = new NameIndex(
    manifest.nodes.values(),
    manifest.sources.values(),
    manifest.disabled.values(),
    manifest.project.name,
  );
  return (connection) => ({
    manifest,
    host,
    names,
    database: session.templateDatabase(connection),
  });
}

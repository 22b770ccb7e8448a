import { join } from 'node:path';
import type { Connection } from '../adapters/adapter.ts';
import type { CompileEnvironment } from '../compile/compile-node.ts';
import type { Deferral } from '../compile/deferral.ts';
import { NameIndex } from '../parse/resolve.ts';
import type { DatabaseSession } from '../run/database-session.ts';
import type { ParsedProject } from './open-project.ts';

/** What compiling needs, with queries going to the connection given, or to any that is free. */
export function compileEnvironments(
  parsed: ParsedProject,
  session: DatabaseSession,
  deferral?: Deferral,
): (connection?: Connection) => CompileEnvironment {
  const { manifest, host } = parsed;
  const names = new NameIndex(
    manifest.nodes.values(),
    manifest.sources.values(),
    manifest.disabled.values(),
    manifest.project.name,
  );
  const roots = new Map([manifest.project, ...manifest.packages].map((p) => [p.name, p.root]));
  const files = {
    path: (packageName: string, path: string) =>
      join(roots.get(packageName) ?? manifest.project.root, path),
  };
  return (connection) => ({
    manifest,
    host,
    names,
    files,
    deferral,
    database: session.templateDatabase(connection, files),
  });
}

import { join } from 'node:path';
import type { Connection } from '../adapters/adapter.ts';
import type { CompileEnvironment, Names } from '../compile/compile-node.ts';
import type { Deferral } from '../compile/deferral.ts';
import { asUniqueId } from '../contracts/unique-id.ts';
import { NameIndex, type Referable } from '../parse/resolve.ts';
import type { DatabaseSession } from '../run/database-session.ts';
import type { NodeIndex } from './node-index.ts';
import type { ParsedProject } from './open-project.ts';

/** What compiling needs, with queries going to the connection given, or to any that is free. */
export function compileEnvironments(
  parsed: ParsedProject,
  session: DatabaseSession,
  deferral?: Deferral,
): (connection?: Connection) => CompileEnvironment {
  const { manifest, host } = parsed;
  const names = namesOf(parsed);
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

/** Names by the index where there is one, so that only the nodes that are asked for are read. */
function namesOf({ manifest, index }: ParsedProject): Names {
  const nodes = index === undefined ? manifest.nodes.values() : referables(index());
  const { sources, functions, project } = manifest;
  const byName = new NameIndex(nodes, sources.values(), [], project, functions.values());
  return {
    ref: (call, from) => {
      const found = byName.ref(call, from);
      return found && manifest.nodes.get(found.uniqueId);
    },
    quarantine: (call, from) => {
      const found = byName.quarantine(call, from);
      const model = found && manifest.nodes.get(found.model.uniqueId);
      return model && { model, table: found.table };
    },
    source: (call, from) => byName.source(call, from),
    function: (call, from) => {
      const found = byName.function(call, from);
      return found && functions.get(found.uniqueId);
    },
  };
}

function* referables({ graph }: NodeIndex): Generator<Referable> {
  for (const { uniqueId, name, resourceType, packageName, ...node } of graph.nodes.values()) {
    if (resourceType !== 'model' && resourceType !== 'seed' && resourceType !== 'snapshot')
      continue;
    const { version = null, latestVersion = null } = node;
    const id = asUniqueId(uniqueId);
    yield { uniqueId: id, name, resourceType, packageName, version, latestVersion };
  }
}

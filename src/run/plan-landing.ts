import type { Connection } from '../adapters/adapter.ts';
import { relationOf } from '../compile/compile-node.ts';
import type { Node } from '../contracts/node.ts';
import { findPending, outdatedFiles, outdatedText } from '../ingest/index.ts';
import type { RunContext } from './run-context.ts';
import { landingRequest } from './run-landing.ts';

/** What a run would load into a landing model by what its folder and the ledger say now, as sentences. */
export async function planLanding(
  node: Node,
  context: RunContext,
  connection: Connection,
): Promise<readonly string[]> {
  const request = landingRequest(node, context, connection);
  const work = await findPending(request);
  const isThere = (await context.session.relations()).find(relationOf(node)) !== undefined;
  // A ledger of an older version is read after a run has brought it up to date.
  if (isThere && work.ledger.size === 0) return [];
  const files = work.deliveries.flatMap((delivery) => delivery.files);
  const again = files.filter(({ known }) => known !== undefined).length;
  const counted = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`;
  const read = new Set(files.map(({ path }) => path));
  const kept = [...work.ledger.values()].filter(({ file }) => !read.has(file));
  const outdated = outdatedFiles(kept, request.rules);
  const gone = new Set(work.missing.map(({ file }) => file));
  const lost = work.kind === 'reload' ? outdated.filter(({ file }) => gone.has(file)) : [];
  const rows = lost.reduce((sum, { loaded }) => sum + loaded, 0);
  const stays = outdatedText(
    node.name,
    outdated.filter((file) => !lost.includes(file)),
    request.rules,
  );
  return [
    files.length === 0
      ? 'nothing is to be loaded now'
      : `${counted(files.length, 'file')} of ${counted(work.deliveries.length, 'delivery').replace(/deliverys$/, 'deliveries')} would be loaded now${again === 0 ? '' : `, ${again} of them again`}`,
    ...(lost.length === 0
      ? []
      : [
          `${counted(rows, 'row')} of ${counted(lost.length, 'file')} that ${lost.length === 1 ? 'is' : 'are'} gone stay as they were loaded: ${lost.map(({ file }) => file).join(', ')}`,
        ]),
    ...(stays === undefined ? [] : [stays]),
  ];
}

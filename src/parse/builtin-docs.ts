import type { DocBlock } from '../contracts/node.ts';
import { uniqueId } from '../contracts/unique-id.ts';

/** The docs blocks that any project has: the first page of its documentation, unless it writes its own. */
export const builtinDocs: readonly DocBlock[] = [
  {
    uniqueId: uniqueId('doc', 'dbt', '__overview__'),
    name: '__overview__',
    packageName: 'dbt',
    path: 'overview.md',
    originalFilePath: 'docs/overview.md',
    contents: [
      '### What is here',
      '',
      'The models, sources, seeds, snapshots and tests of this project, with their columns, their SQL and what depends on what.',
      '',
      'The list on the left has them by folder, or by the database they stand in. A search finds names, columns and descriptions; the graph shows where the data of a node is from and where it goes.',
      '',
      'To have another text here, write a docs block that is called `__overview__` into a Markdown file of the project.',
    ].join('\n'),
  },
];

import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { nodeWriter } from '../artifacts/manifest-v12.ts';
import { readManifestNode } from '../artifacts/read-manifest-node.ts';
import { openProject, parseOpened } from './open-project.ts';
import { manifestOptions } from './write-artifacts.ts';

const projects = resolve(import.meta.dirname, '../../spec/golden/projects');
const now = () => new Date(0);

test.each(readdirSync(projects))('nodes of %s are read as they were written', (name) => {
  const root = join(projects, name);
  const opened = openProject({
    projectDir: root,
    cwd: root,
    vars: {},
    invocation: { id: 'x', startedAt: now(), now, env: {}, flags: {}, say: () => undefined },
  });
  const { manifest } = parseOpened(opened);
  const write = nodeWriter(manifest, manifestOptions(opened));
  for (const node of manifest.nodes.values()) {
    if (node.resourceType === 'seed') continue;
    const read = readManifestNode(write(node), node.firstLine);
    expect(read).toEqual(node);
    // Runs compare texts of these parts: the order of their keys counts.
    for (const key of Object.keys(node) as (keyof typeof node)[])
      expect(JSON.stringify(read[key])).toBe(JSON.stringify(node[key]));
  }
});

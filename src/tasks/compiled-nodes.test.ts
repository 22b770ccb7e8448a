import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { nodeWriter } from '../artifacts/manifest-v12.ts';
import { CompiledNodes } from './compiled-nodes.ts';
import { openProject, parseOpened } from './open-project.ts';
import { manifestOptions } from './write-artifacts.ts';

const root = resolve(import.meta.dirname, '../../spec/golden/projects/config-contract');
const now = () => new Date(0);
const parsed = parseOpened(
  openProject({
    projectDir: root,
    cwd: root,
    vars: {},
    invocation: { id: 'x', startedAt: now(), now, env: {}, flags: {}, say: () => undefined },
  }),
);
const nodes = [...parsed.manifest.nodes.values()];
const made = { compiledCode: 'select 1 as id', extraCtes: [], macros: ['macro.dbt.is_true'] };

test('the entries are those that are written at the end of a run', () => {
  const compiled = new CompiledNodes(parsed);
  for (const node of nodes) compiled.add(node, made);
  const write = nodeWriter(parsed.manifest, manifestOptions(parsed, compiled.parts));
  expect(nodes.length).toBeGreaterThan(0);
  expect([...compiled.entries]).toEqual(nodes.map((node) => [node.uniqueId, write(node)]));
  expect(JSON.parse(compiled.entries.get(nodes[0]!.uniqueId)!)).toMatchObject({
    compiled: true,
    compiled_code: 'select 1 as id',
    depends_on: { macros: expect.arrayContaining(['macro.dbt.is_true']) },
  });
});

test('what is more than memory is to hold is left for the end', () => {
  const compiled = new CompiledNodes(parsed, 0);
  for (const node of nodes) compiled.add(node, made);
  expect(compiled.parts.size).toBe(nodes.length);
  expect(compiled.entries.size).toBe(1);
});

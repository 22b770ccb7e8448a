import { statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadProject, readProjectHead } from '../config/load-project.ts';
import { projectFixture } from '../testing/project-fixture.ts';
import type { OpenedProject } from './open-project.ts';
import { changedFiles, fileState } from './parse-inputs.ts';

function opened(root: string, targetPath = 'target'): OpenedProject {
  const plain = (text: string) => text;
  const project = loadProject(readProjectHead(root, plain), plain);
  return { project: { ...project, targetPath } } as OpenedProject;
}

describe('fileState', () => {
  test('files that had time to settle are known by size and times alone', () => {
    const { root, write, remove } = projectFixture({ 'models/a.sql': 'select 1' });
    try {
      const later = Date.now() + 60_000;
      const before = fileState(opened(root), [], later)!;
      expect(before.young).toEqual({});
      const { project } = opened(root);
      const changed = () => changedFiles(before, fileState(opened(root), [], later)!, [project]);
      expect(changed()).toEqual([]);
      const { atime, mtime } = statSync(join(root, 'models/a.sql'));
      write({ 'models/a.sql': 'select 2' });
      utimesSync(join(root, 'models/a.sql'), atime, mtime);
      expect(changed()).toEqual([{ package: 0, path: 'models/a.sql' }]);
      write({ 'models/b.sql': 'select 3' });
      expect(changed()).toBeUndefined();
    } finally {
      remove();
    }
  });

  test('young files are known by their contents, and so are those from the future', () => {
    const { root, remove } = projectFixture({ 'models/a.sql': 'select 1' });
    try {
      expect(Object.keys(fileState(opened(root), [], Date.now())!.young)).toEqual([
        join(root, 'models/a.sql'),
      ]);
      utimesSync(join(root, 'models/a.sql'), 4e9, 4e9);
      expect(Object.keys(fileState(opened(root), [], Date.now() + 60_000)!.young)).toHaveLength(1);
    } finally {
      remove();
    }
  });

  test('a target folder among the models leaves nothing to compare', () => {
    const { root, remove } = projectFixture({ 'models/a.sql': 'select 1' });
    try {
      expect(fileState(opened(root, 'models/target'), [], Date.now())).toBeUndefined();
    } finally {
      remove();
    }
  });
});

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type ProjectFixture, projectFixture } from '../../src/testing/project-fixture.ts';
import { runTsdbt } from '../../src/testing/run-tsdbt.ts';
import { binary } from '../example-copy.ts';

let fixture: ProjectFixture;
afterEach(() => fixture.remove());

const codeOfEscape = '\u001b';
const red = '{{ "\\x1b[31mred\\x07\\u202e\\n\\tnext" }}';
const shown = '\\x1b[31mred\\x07\\u202e\n\tnext';

test('control characters of templates are shown by their codes, in messages and errors', async () => {
  fixture = projectFixture({
    'dbt_project.yml': 'name: shop\n',
    'models/m.sql': `{% set red = "\\x1b[31mred\\x07\\u202e\\n\\tnext" %}
{{ log('L ' ~ red, true) }}{{ print('P ' ~ red) }}{% do exceptions.warn('W ' ~ red) %}select 1 as id`,
    'models/bad.sql': `{% if execute %}{{ exceptions.raise_compiler_error("E\\n\\x1b[31mred") }}{% endif %}`,
  });
  const run = await runTsdbt(['run'], { cwd: fixture.root });
  for (const begin of ['L', 'P', 'W']) expect(run.output).toContain(`${begin} ${shown}`);
  expect(run.output).toContain('\\x1b[31mred');
  expect(run.output).not.toContain(codeOfEscape);
});

test('compiled text has its control characters in files and pipes, and their codes on a terminal', async () => {
  fixture = projectFixture({
    'dbt_project.yml': 'name: shop\n',
    'models/m.sql': `select '${red}' as x`,
  });
  const args = ['compile', '-q', '-s', 'm'];
  const run = await runTsdbt(args, { cwd: fixture.root });
  expect(run.stdout).toContain(`${codeOfEscape}[31mred`);
  const file = join(fixture.root, 'target/compiled/shop/models/m.sql');
  expect(readFileSync(file, 'utf8')).toContain(`${codeOfEscape}[31mred`);
  // A terminal of its own, from util-linux.
  expect(existsSync('/usr/bin/script')).toBe(true);
  const command = [process.execPath, binary, ...args].join(' ');
  const seen = execFileSync('/usr/bin/script', ['-qec', command, '/dev/null'], {
    cwd: fixture.root,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
  });
  expect(seen).toContain("select '\\x1b[31mred\\x07\\u202e");
  expect(seen).not.toContain(`${codeOfEscape}[31m`);
});

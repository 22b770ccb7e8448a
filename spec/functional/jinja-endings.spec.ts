import { afterEach, expect, test } from 'vitest';
import { type ProjectFixture, projectFixture } from '../../src/testing/project-fixture.ts';
import { runTsdbt } from '../../src/testing/run-tsdbt.ts';

let fixture: ProjectFixture;
afterEach(() => fixture.remove());

const files = {
  'models/a.sql': 'select 1 as a',
  'models/b.sql.jinja': "select {{ one() }} as b from {{ ref('a') }}",
  'models/c.sql.j2': "select 2 as c from {{ ref('b') }}",
  'models/d.jinja': 'select 3 as d',
  'models/p.yml': 'models: [{name: b, description: "{{ doc(\'text\') }}", columns: [{name: b}]}]\n',
  'models/t.md.jinja2': '{% docs text %}Told.{% enddocs %}',
  'macros/m.sql.jinja2': '{% macro one() %}1{% endmacro %}',
  'tests/t.sql.jinja': "select * from {{ ref('c') }} where c = 3",
};

const flag = 'flags: {allow_jinja_file_extensions: true}\n';

async function list(): Promise<readonly string[]> {
  return (await runTsdbt(['ls'], { cwd: fixture.root })).stdout.split('\n');
}

test('templates whose ending says so are read where a flag lets them', async () => {
  fixture = projectFixture({ 'dbt_project.yml': `name: d\n${flag}`, ...files });
  expect(await list()).toEqual(['d.a', 'd.b', 'd.c', 'd.t']);
  const run = await runTsdbt(['build'], { cwd: fixture.root });
  expect(run.output).toContain('PASS=4');
  const shown = await runTsdbt(
    ['ls', '-s', 'b', '--output', 'json', '--output-keys', 'original_file_path description fqn'],
    { cwd: fixture.root },
  );
  expect(JSON.parse(shown.stdout)).toEqual({
    original_file_path: 'models/b.sql.jinja',
    description: 'Told.',
    fqn: ['d', 'b'],
  });
  fixture.write({ 'models/b.sql.jinja': 'select 7 as b' });
  const compiled = await runTsdbt(['compile', '-s', 'b'], { cwd: fixture.root });
  expect(compiled.stdout).toContain('select 7 as b');
});

test('without it they are no part of the project', async () => {
  const { 'models/p.yml': _, ...others } = files;
  fixture = projectFixture({ 'dbt_project.yml': 'name: d\n', ...others });
  expect(await list()).toEqual(['d.a']);
});

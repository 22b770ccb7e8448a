import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { customers, openTestCase, type TestCase, type TestIngest, unique } from '../test-case.ts';

let project: TestCase;
beforeEach(async () => {
  project = await openTestCase();
});
afterEach(() => project.close());

describe('what is refused', () => {
  const load = (content: string, options: Partial<TestIngest> = {}) => {
    project.write('landing/customers/2026-01-26/c.csv', content);
    return project.ingest({ ...customers, ...options });
  };

  it('a folder that is gone, though not one that is not there yet', async () => {
    const early = await project.ingest(customers);
    expect(early.warnings).toMatchObject([{ name: 'LandingFolderMissing' }]);
    await load('customer_id,name,country\n1,Ada,DE\n');
    rmSync(join(project.directory, 'landing/customers'), { recursive: true });
    await expect(project.ingest(customers)).rejects.toMatchObject({
      name: 'landing-folder-missing',
    });
    expect(await project.rows('select count(*) from things')).toEqual([['1']]);
  });

  it.each([
    ['customer_id,name\n1,a\n', 'missing country', undefined],
    ['customer_id,Name,country\n1,a,b\n', 'missing name and unexpected Name', 'letter case'],
    ['customer_id,name,contry\n1,a,b\n', 'unexpected contry', 'looks like "country"'],
    ['customer_id;name;country\n1;a;b\n', 'missing customer_id, name, country', 'delimiter'],
    ['customer_id,name,country,name\n', 'unexpected name', undefined],
  ])('the header of %j', async (content, message, hint) => {
    const loading = load(content);
    await expect(loading).rejects.toMatchObject({
      name: 'landing-header-mismatch',
      message: expect.stringContaining(message),
      nodeId: 'model.shop.things',
      ...(hint === undefined ? {} : { hint: expect.stringContaining(hint) }),
    });
    await expect(project.rows('from things')).rejects.toThrow(/does not exist/);
  });

  it('a JSON file that is not an array', async () => {
    project.write('landing/orders/2026-01-26/o.json', '{"id": 1}\n{"id": 2}\n');
    const loading = project.ingest({
      landing: { path: 'landing/orders/{processing_date}/*.json', format: 'json' },
      columns: [['id']],
    });
    await expect(loading).rejects.toMatchObject({ name: 'landing-file-unreadable' });
  });

  const good = 'customer_id,name,country\n1,Ada,DE\n2,Bo,FR\n';
  it.each([
    [
      'a filter',
      'select * exclude (_record) from $source where customer_id = 1',
      /gives 1 rows for the 2 records/,
    ],
    [
      'a join that multiplies',
      'select s.* exclude (_record) from $source s, range(2)',
      /gives 4 rows/,
    ],
    [
      'lost provenance',
      'select customer_id, processing_date, _file from $source',
      /does not give _line/,
    ],
    [
      'a repeated line',
      'select * exclude (_record) replace (2 as _line) from $source',
      /changes or repeats _line/,
    ],
    [
      'a changed date',
      "select * exclude (_record) replace (date '2020-01-01' as processing_date) from $source",
      /changes _file or processing_date/,
    ],
    ['its own _batch', 'select * exclude (_record), 1 as _batch from $source', /gives _batch/],
  ])('a model with %s', async (_, model, message) => {
    await expect(load(good, { model })).rejects.toMatchObject({
      name: 'landing-model-invalid',
      message: expect.stringMatching(message),
    });
  });

  it('a rule that can not be evaluated', async () => {
    const loading = load(good, { expectations: [{ name: 'r', expression: 'nmae is not null' }] });
    await expect(loading).rejects.toMatchObject({
      name: 'expectation-invalid',
      message: expect.stringContaining('nmae'),
    });
  });

  it('a table with rows that the ledger does not know', async () => {
    await load(good);
    await project.connection.run('drop schema _tsdbt cascade');
    await expect(load(good)).rejects.toMatchObject({
      hint: expect.stringContaining('--full-refresh'),
    });
    expect((await load(good, { fullRefresh: true })).rowsAffected).toBe(2);
  });
});

it('commits all of a batch or nothing of it', async () => {
  project.write('landing/customers/2026-01-26/c.csv', 'customer_id,name,country\n1,Ada,DE\n');
  await project.ingest(customers);
  const before = await project.rows('from things');
  const lines = Array.from({ length: 500 }, (_, i) => `${i},n,DE`).join('\n');
  project.write('landing/customers/2026-01-26/c.csv', `customer_id,name,country\n${lines}\n`);
  // A rule that answers differently each time can't be accounted for.
  const expectations = [{ name: 'dice', expression: 'random() < 0.5' }];
  await expect(project.ingest({ ...customers, expectations })).rejects.toMatchObject({
    name: 'records-unaccounted',
  });
  expect(await project.rows('from things')).toEqual(before);
  expect(await project.rows('select count(*) from things__quarantine')).toEqual([['0']]);
  expect(await project.rows('select max(batch), count(*) from _tsdbt.batches')).toEqual([
    ['1', '1'],
  ]);
  expect(await project.rows('select count(*) from duckdb_tables() where temporary')).toEqual([
    ['0'],
  ]);
  expect((await project.ingest(customers)).batches).toMatchObject([{ batch: 2, loaded: 500 }]);
});

it('numbers the batches of models that load at the same time', async () => {
  for (const day of ['26', '27', '28']) {
    project.write(`landing/customers/2026-01-${day}/c.csv`, 'customer_id,name,country\n1,Ada,DE\n');
  }
  const names = ['one', 'two', 'three'];
  const connections = await Promise.all(names.map(() => project.adapter.connect()));
  const results = await Promise.all(
    names.map((identifier, index) =>
      project.ingest({
        ...customers,
        connection: connections[index]!,
        nodeId: `model.shop.${identifier}`,
        target: { database: 'memory', schema: 'main', identifier },
        maxFilesPerBatch: 1,
      }),
    ),
  );
  const batches = results.flatMap((result) => result.batches.map(({ batch }) => batch));
  expect(batches.sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

it('refuses a file that changes while it is read', async () => {
  const path = 'landing/customers/2026-01-26/c.csv';
  project.write(path, 'customer_id,name,country\n1,Ada,DE\n');
  const loading = project.ingest({
    ...customers,
    now: () => {
      // The clock is asked after the files are listed and before they are read.
      project.write(path, 'customer_id,name,country\n1,Ada,DE\n2,Bo');
      return new Date('2026-02-01T00:00:00Z');
    },
  });
  await expect(loading).rejects.toMatchObject({
    name: 'landing-file-unreadable',
    message: expect.stringContaining('changed while it was being read'),
  });
});

it('keeps two files apart that have the same line numbers', async () => {
  project.write(
    'landing/customers/2026-01-26/a.csv',
    'customer_id,name,country\n1,Ada,DE\n2,,DE\n',
  );
  project.write('landing/customers/2026-01-26/b.csv', 'customer_id,name,country\n3,,DE\n1,Bo,DE\n');
  await project.ingest({
    ...customers,
    expectations: [{ name: 'named', expression: 'name is not null' }, unique],
  });
  expect(await project.rows('select customer_id, name from things')).toEqual([[1, 'Bo']]);
  expect(
    await project.rows('select code, reason, file, line from things__quarantine order by 3, 4'),
  ).toEqual([
    [
      'customer_id_unique',
      'duplicate of line 3 of landing/customers/2026-01-26/b.csv',
      'landing/customers/2026-01-26/a.csv',
      '2',
    ],
    ['named', 'not true: name is not null', 'landing/customers/2026-01-26/a.csv', '3'],
    ['named', 'not true: name is not null', 'landing/customers/2026-01-26/b.csv', '2'],
  ]);
});

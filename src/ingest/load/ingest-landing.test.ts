import { utimesSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { latestReset } from '../ledger/ledger.ts';
import { customers, openTestCase, type TestCase, type TestIngest, unique } from '../test-case.ts';

let project: TestCase;
beforeEach(async () => {
  project = await openTestCase();
});
afterEach(() => project.close());

describe('loading', () => {
  it('loads new deliveries and writes nothing when nothing is pending', async () => {
    project.write(
      'landing/customers/2026-01-26/c.csv',
      'customer_id,name,country\n1,Ada,DE\n2,Bo,\n',
    );
    project.write('landing/customers/2026-01-27/c.csv', 'country,customer_id,name\nFR,3,Cleo\n');
    const first = await project.ingest(customers);
    expect(first.rowsAffected).toBe(3);
    expect(first.batches).toMatchObject([{ batch: 1, files: 2, records: 3, loaded: 3 }]);
    expect(await project.rows('select * from things order by _file, _line')).toEqual([
      [1, 'Ada', 'DE', '2026-01-26', 'landing/customers/2026-01-26/c.csv', '2', '1'],
      [2, 'Bo', null, '2026-01-26', 'landing/customers/2026-01-26/c.csv', '3', '1'],
      [3, 'Cleo', 'FR', '2026-01-27', 'landing/customers/2026-01-27/c.csv', '2', '1'],
    ]);
    const second = await project.ingest(customers);
    expect(second).toMatchObject({ batches: [], rowsAffected: 0, notices: [] });
    expect(await project.rows('select count(*) from _tsdbt.batches')).toEqual([['1']]);
  });

  it('quarantines what it can not read with the code, the place and the original text', async () => {
    project.write(
      'landing/customers/2026-01-26/c.csv',
      Buffer.concat([
        Buffer.from('customer_id,name,country\n1,"Ada,DE\n2,Bo\nx3,Cleo,FR\n\n1.5,Dev,US\n'),
        Buffer.from([0x34, 0x2c, 0xff, 0x2c, 0x0a]),
        Buffer.from('5,"Ema ""E""\nLind",BR\n6,Finn,IN'),
      ]),
    );
    const result = await project.ingest(customers);
    expect(
      await project.rows('select customer_id, name, _line from things order by _line'),
    ).toEqual([
      [5, 'Ema "E"\nLind', '8'],
      [6, 'Finn', '10'],
    ]);
    expect(
      await project.rows(
        'select code, reason, line, record, raw, batch from things__quarantine order by line',
      ),
    ).toEqual([
      ['malformed_record', 'the quote of field 2 is not closed', '2', '1', '1,"Ada,DE', '1'],
      ['malformed_record', 'the record has 2 fields, not 3', '3', '2', '2,Bo', '1'],
      [
        'unreadable_value',
        "column customer_id can't be read as integer: x3",
        '4',
        '3',
        'x3,Cleo,FR',
        '1',
      ],
      [
        'unreadable_value',
        "column customer_id can't be read as integer: 1.5",
        '6',
        '4',
        '1.5,Dev,US',
        '1',
      ],
      ['malformed_record', 'byte 3 of the record is not UTF-8', '7', '5', '4,\ufffd,', '1'],
    ]);
    expect(result.quarantinedByCode).toEqual({ malformed_record: 3, unreadable_value: 2 });
    expect(
      await project.rows('select records, loaded, quarantined, dropped from _tsdbt.landing_files'),
    ).toEqual([['7', '2', '5', '0']]);
  });

  it('applies the rules in order: codes, reasons, duplicates, drops and warnings', async () => {
    project.write(
      'landing/customers/2026-01-26/c.csv',
      [
        'customer_id,name,country',
        '1,Ada,DE',
        '1,Zed,DE',
        '2,,FR',
        '2,Bo,FR',
        '3,Cleo,XX',
        '4,Dev,',
        '1,Zed,DE',
        '',
      ].join('\n'),
    );
    const result = await project.ingest({
      ...customers,
      expectations: [
        { name: 'name_given', expression: "name <> '' -- not empty", message: 'no name' },
        unique,
        { name: 'known_country', expression: "country <> 'XX'", on_violation: 'drop' },
        { name: 'has_country', expression: 'country is not null', on_violation: 'warn' },
      ],
    });
    expect(await project.rows('select customer_id, name, _line from things order by 1')).toEqual([
      [1, 'Zed', '8'],
      [2, 'Bo', '5'],
    ]);
    expect(
      await project.rows('select code, reason, line from things__quarantine order by line'),
    ).toEqual([
      ['customer_id_unique', 'duplicate of line 8', '2'],
      ['customer_id_unique', 'duplicate of line 8', '3'],
      ['name_given', 'no name', '4'],
    ]);
    expect(result.batches).toMatchObject([
      { records: 7, loaded: 2, quarantined: 3, dropped: 2, warned: {} },
    ]);
  });

  it('counts a warning and keeps the row', async () => {
    project.write(
      'landing/customers/2026-01-26/c.csv',
      'customer_id,name,country\n1,Ada,\n2,Bo,DE\n',
    );
    const result = await project.ingest({
      ...customers,
      expectations: [
        { name: 'has_country', expression: 'country is not null', on_violation: 'warn' },
      ],
    });
    expect(result.batches).toMatchObject([{ loaded: 2, warned: { has_country: 1 } }]);
  });

  it('loads nothing when a rule with on_violation fail is broken', async () => {
    project.write(
      'landing/customers/2026-01-26/c.csv',
      'customer_id,name,country\n1,Ada,DE\n2,Bo,XX\n',
    );
    const failing = project.ingest({
      ...customers,
      expectations: [{ name: 'known', expression: "country = 'DE'", on_violation: 'fail' }],
    });
    await expect(failing).rejects.toMatchObject({
      name: 'expectation-failed',
      message: expect.stringContaining('customer_id: 2, name: Bo'),
    });
    expect(await project.rows('select count(*) from _tsdbt.landing_files')).toEqual([['0']]);
    await expect(project.rows('from things')).rejects.toThrow(/does not exist/);
  });

  it('loads big plain files through the database with the same result', async () => {
    const lines = Array.from(
      { length: 300 },
      (_, i) => `${i},"n, ${i}",${i % 7 === 0 ? '' : 'DE'}`,
    );
    lines[10] = '10,short';
    lines[20] = '20,one,too,many';
    lines[30] = 'x,bad id,DE';
    lines[40] = '39,"again ""quoted""",DE';
    project.write(
      'landing/customers/2026-01-26/c.csv',
      `customer_id,name,country\n${lines.join('\n')}\n\n`,
    );
    const options = {
      ...customers,
      expectations: [unique, { name: 'c', expression: 'country is not null' }],
    };
    const seen = [];
    for (const fastBytes of [0, 1e9]) {
      const result = await project.ingest({ ...options, fastBytes, fullRefresh: true });
      seen.push({
        counts: { ...result.batches[0], batch: 0, reset: 0 },
        rows: await project.rows('select * exclude (_batch) from things order by _line'),
        quarantine: await project.rows(
          'select * exclude (batch) from things__quarantine order by line',
        ),
      });
    }
    expect(seen[0]).toEqual(seen[1]);
    expect(seen[0]?.counts).toMatchObject({ records: 300, loaded: 253, quarantined: 47 });
  });
});

describe('changed deliveries', () => {
  beforeEach(async () => {
    project.write('landing/customers/2026-01-26/a.csv', 'customer_id,name,country\n1,Ada,DE\n');
    project.write('landing/customers/2026-01-26/b.csv', 'customer_id,name,country\n2,Bo,FR\n');
    project.write('landing/customers/2026-01-27/a.csv', 'customer_id,name,country\n3,Cleo,FR\n');
    await project.ingest(customers);
  });
  const all = () => project.rows('select customer_id, name, _batch from things order by 1, 2');
  const resets = () => {
    const { dialect, database } = project.adapter;
    const place = { node: 'model.shop.things', relation: 'main.things' };
    return latestReset(project.connection, dialect, database, [place, { ...place, node: 'other' }]);
  };

  it('recomputes the whole date of a changed file', async () => {
    project.write(
      'landing/customers/2026-01-26/a.csv',
      'customer_id,name,country\n1,Ada F,DE\n4,D,\n',
    );
    const result = await project.ingest({ ...customers, uniqueKey: ['customer_id'] });
    expect(result.batches).toMatchObject([
      { batch: 2, files: 2, loaded: 3, replaced: 2, reset: false },
    ]);
    expect(await all()).toEqual([
      [1, 'Ada F', '2'],
      [2, 'Bo', '2'],
      [3, 'Cleo', '1'],
      [4, 'D', '2'],
    ]);
    expect(await resets()).toEqual(new Map());
  });

  it('notes a reset when a row has no successor', async () => {
    project.write('landing/customers/2026-01-26/a.csv', 'customer_id,name,country\n9,New,DE\n');
    const result = await project.ingest({ ...customers, uniqueKey: ['customer_id'] });
    expect(result.batches).toMatchObject([{ reset: true }]);
    expect(await resets()).toEqual(new Map([['model.shop.things', 2]]));
  });

  it('takes all business columns as identity without a unique key', async () => {
    project.write(
      'landing/customers/2026-01-26/a.csv',
      'customer_id,name,country\n5,E,\n1,Ada,DE\n',
    );
    expect((await project.ingest(customers)).batches).toMatchObject([{ reset: false, loaded: 3 }]);
    project.write(
      'landing/customers/2026-01-26/a.csv',
      'customer_id,name,country\n5,E,\n1,Ada!,DE\n',
    );
    expect((await project.ingest(customers)).batches).toMatchObject([{ reset: true }]);
  });

  it('keeps the rows of files that are gone, unless their date is named', async () => {
    project.remove('landing/customers/2026-01-26/b.csv');
    expect((await project.ingest(customers)).batches).toEqual([]);
    project.write('landing/customers/2026-01-26/a.csv', 'customer_id,name,country\n1,Ada2,DE\n');
    await project.ingest(customers);
    expect(await all()).toEqual([
      [1, 'Ada2', '2'],
      [2, 'Bo', '1'],
      [3, 'Cleo', '1'],
    ]);
    const again = await project.ingest({ ...customers, processDate: '2026-01-26' });
    expect(again.batches).toMatchObject([{ batch: 3, replaced: 2, reset: true }]);
    expect(await all()).toEqual([
      [1, 'Ada2', '3'],
      [3, 'Cleo', '1'],
    ]);
    expect(await project.rows('select file from _tsdbt.landing_files order by 1')).toEqual([
      ['landing/customers/2026-01-26/a.csv'],
      ['landing/customers/2026-01-27/a.csv'],
    ]);
  });

  it('loads the named date again although nothing changed', async () => {
    const result = await project.ingest({ ...customers, processDate: '2026-01-27' });
    expect(result.batches).toMatchObject([{ files: 1, loaded: 1, replaced: 1, reset: false }]);
    const none = await project.ingest({ ...customers, processDate: '2026-03-01' });
    expect(none).toMatchObject({
      batches: [],
      notices: ['landing.things has no delivery for 2026-03-01.'],
    });
  });

  it('sees new content behind the same size and time, and no change in a new time', async () => {
    const file = join(project.directory, 'landing/customers/2026-01-27/a.csv');
    utimesSync(file, 1e9, 1e9);
    expect((await project.ingest(customers)).batches).toEqual([]);
    const now = () => new Date('2026-02-02T00:00:01Z');
    const at = Date.parse('2026-02-02T00:00:00Z') / 1000;
    project.write('landing/customers/2026-01-27/a.csv', 'customer_id,name,country\n3,Cleo,BR\n');
    utimesSync(file, at, at);
    expect((await project.ingest({ ...customers, now })).rowsAffected).toBe(1);
    project.write('landing/customers/2026-01-27/a.csv', 'customer_id,name,country\n3,Cleo,US\n');
    utimesSync(file, at, at);
    expect((await project.ingest({ ...customers, now })).rowsAffected).toBe(1);
    expect((await project.ingest({ ...customers, now })).rowsAffected).toBe(0);
  });

  it('takes a renamed file for the same file', async () => {
    project.remove('landing/customers/2026-01-26/b.csv');
    project.write('landing/customers/2026-01-26/c.csv', 'customer_id,name,country\n2,Bo,FR\n');
    const result = await project.ingest(customers);
    expect(result.notices).toEqual([
      'landing/customers/2026-01-26/c.csv is landing/customers/2026-01-26/b.csv under a new name.',
    ]);
    expect(result.batches).toMatchObject([{ reset: false, replaced: 2 }]);
    expect(await project.rows('select count(*) from things')).toEqual([['3']]);
    expect(await project.rows('select count(*) from _tsdbt.landing_files')).toEqual([['3']]);
  });

  it('refuses a full refresh that would lose rows, until the table is dropped', async () => {
    project.remove('landing/customers/2026-01-26/b.csv');
    await expect(project.ingest({ ...customers, fullRefresh: true })).rejects.toMatchObject({
      name: 'landing-model-invalid',
      message: expect.stringContaining('landing/customers/2026-01-26/b.csv would be lost'),
    });
    await project.connection.run('drop table things');
    const result = await project.ingest(customers);
    expect(result.rowsAffected).toBe(2);
    expect(result.notices).toContain(
      'The table of things is gone; all files on disk are loaded again.',
    );
    expect(await project.rows('select count(*) from _tsdbt.landing_files')).toEqual([['2']]);
  });

  it('rebuilds everything with full refresh and notes a reset', async () => {
    const result = await project.ingest({ ...customers, fullRefresh: true });
    expect(result.batches).toMatchObject([{ batch: 2, loaded: 3, reset: true }]);
    expect(await project.rows('select count(*), min(_batch) from things')).toEqual([['3', '2']]);
  });

  it('adds new columns and refuses removed or retyped ones', async () => {
    project.write('landing/customers/2026-01-28/a.csv', 'customer_id,name,country\n7,G,DE\n');
    const wider = `select *, upper(name) as shout from (select customer_id, name, country, processing_date, _file, _line from $source)`;
    await project.ingest({ ...customers, model: wider });
    expect(await project.rows('select customer_id, shout from things order by 1')).toEqual([
      [1, null],
      [2, null],
      [3, null],
      [7, 'G'],
    ]);
    project.write('landing/customers/2026-01-29/a.csv', 'customer_id,name,country\n8,H,DE\n');
    const model =
      'select customer_id::bigint as customer_id, name, processing_date, _file, _line from $source';
    await expect(project.ingest({ ...customers, model })).rejects.toMatchObject({
      message: expect.stringMatching(
        /country is gone, shout is gone, customer_id was INTEGER and is BIGINT/,
      ),
      hint: expect.stringContaining('--full-refresh'),
    });
    expect((await project.ingest({ ...customers, model, fullRefresh: true })).rowsAffected).toBe(5);
  });
});

describe('files without a date', () => {
  const events: TestIngest = {
    landing: {
      path: ['landing/events/{processing_date}-*.jsonl', 'landing/events/*.jsonl'],
      format: 'jsonl',
      delivery: 'file',
    },
    columns: [['event_id', 'integer'], ['payload']],
  };

  it('gives them the day of the run and keeps it', async () => {
    project.write(
      'landing/events/2026-01-28-0001.jsonl',
      '{"event_id": 1, "payload": {"a": [1.50]}}\n',
    );
    project.write(
      'landing/events/late.jsonl',
      '{"event_id": 2, "extra": 1}\n\n{"event_id": 3}\nnull\n{"event_id"',
    );
    const first = await project.ingest(events);
    expect(first.notices).toEqual([
      'The key "extra" of 1 record(s) is not declared as a column and was left out.',
    ]);
    expect(
      await project.rows('select event_id, payload, processing_date, _line from things order by 1'),
    ).toEqual([
      [1, '{"a": [1.50]}', '2026-01-28', '1'],
      [2, null, '2026-02-01', '1'],
      [3, null, '2026-02-01', '3'],
    ]);
    expect(
      await project.rows('select line, record, raw from things__quarantine order by line'),
    ).toEqual([
      ['4', '3', 'null'],
      ['5', '4', '{"event_id"'],
    ]);
    project.write('landing/events/late.jsonl', '{"event_id": 2}\n{"event_id": 4}\n');
    const later = await project.ingest({ ...events, now: () => new Date('2026-03-01T00:00:00Z') });
    expect(later.batches).toMatchObject([{ files: 1, loaded: 2, replaced: 2 }]);
    expect(await project.rows('select event_id, processing_date from things order by 1')).toEqual([
      [1, '2026-01-28'],
      [2, '2026-02-01'],
      [4, '2026-02-01'],
    ]);
    expect(await project.rows('select count(*) from things__quarantine')).toEqual([['0']]);
  });

  it('loads in batches of whole deliveries and numbers them', async () => {
    for (let i = 0; i < 5; i++)
      project.write(`landing/events/2026-01-2${i}-1.jsonl`, `{"event_id": ${i}}\n`);
    const result = await project.ingest({ ...events, maxFilesPerBatch: 2 });
    expect(result.batches.map(({ batch, files }) => [batch, files])).toEqual([
      [1, 2],
      [2, 2],
      [3, 1],
    ]);
    expect(result.rowsAffected).toBe(5);
  });
});

describe('JSON arrays', () => {
  it('reads elements, however they are laid out, and keeps what is broken', async () => {
    project.write(
      'landing/orders/2026-01-26/orders.json',
      '[{"id": 1, "amount": 10.50},{"id": 2, "amount": null},\n "x", {"id": NaN},\n{"id": 3, "amount": "5"}, {"id": 4',
    );
    await project.ingest({
      landing: {
        path: 'landing/orders/{processing_date}/*.json',
        format: 'json',
        incomplete_file: 'warn',
      },
      columns: [['id', 'integer'], ['amount']],
    });
    expect(await project.rows('select id, amount, _line from things order by _line')).toEqual([
      [1, '10.50', '1'],
      [2, null, '2'],
      [3, '5', '5'],
    ]);
    expect(
      await project.rows('select code, line, record, raw from things__quarantine order by record'),
    ).toEqual([
      ['malformed_record', '2', '3', '"x"'],
      ['malformed_record', '2', '4', '{"id": NaN}'],
      ['malformed_record', '3', '6', '{"id": 4'],
    ]);
  });
});

it('loads empty files and files with a header alone as deliveries of no records', async () => {
  project.write('landing/customers/2026-01-26/c.csv', '');
  project.write('landing/customers/2026-01-27/c.csv', '\ufeffcustomer_id,name,country\r\n');
  const result = await project.ingest(customers);
  expect(result.batches).toMatchObject([{ files: 2, records: 0, loaded: 0 }]);
  expect(result.notices).toEqual(['landing/customers/2026-01-26/c.csv is empty: 0 bytes.']);
  expect((await project.ingest(customers)).batches).toEqual([]);
  expect(await project.rows('select count(*) from things')).toEqual([['0']]);
});

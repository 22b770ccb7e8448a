import { describe, expect, test } from 'vitest';
import { isTsdbtError } from '../errors/tsdbt-error.ts';
import { type TarPart, tarArchive } from '../testing/tar-builder.ts';
import { readTar } from './tar.ts';

const read = (parts: readonly TarPart[], limits?: Parameters<typeof readTar>[2]) =>
  readTar(tarArchive(parts), 'pkg', limits).map(({ path, data }) => [
    path,
    data === undefined ? null : Buffer.from(data).toString(),
  ]);

function refusal(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (isTsdbtError(error, 'package-archive-refused')) return error.message;
    throw error;
  }
  return 'not refused';
}

describe('what is read', () => {
  test('files and folders, names made plain', () => {
    expect(
      read([
        { path: 'p/', type: '5' },
        { path: './p/a.sql', data: 'select 1' },
        { path: 'p//b/./c.sql', data: 'x'.repeat(600) },
      ]),
    ).toEqual([
      ['p', null],
      ['p/a.sql', 'select 1'],
      ['p/b/c.sql', 'x'.repeat(600)],
    ]);
  });

  test('pax and GNU long names, global pax headers passed over', () => {
    const long = `p/${'d'.repeat(90)}/${'f'.repeat(90)}.sql`;
    const record = ` path=${long}\n`;
    const length = record.length + String(record.length + 3).length;
    expect(
      read([
        {
          path: 'pax_global_header',
          type: 'g',
          data: '52 comment=0123456789012345678901234567890123456789\n',
        },
        { path: 'x', type: 'x', data: `${length}${record}` },
        { path: 'short', data: '1' },
        { path: '././@LongLink', type: 'L', data: `${long}2\0` },
        { path: 'short', data: '2' },
      ]),
    ).toEqual([
      [long, '1'],
      [`${long}2`, '2'],
    ]);
  });
});

describe('what is refused', () => {
  const names = [
    '/etc/passwd',
    '../x',
    'p/../../x',
    'p/..',
    'p\\..\\x',
    'C:/x',
    'c:x',
    '\\\\server\\share',
    'p/a:b',
    'p/a\u0001b',
    'p/ends ',
    'p/ends.',
    'p/.. /x',
    'p/.../x',
  ];
  test.each(names)('a name that leads elsewhere: %j', (path) => {
    expect(refusal(() => read([{ path, data: 'x' }]))).toContain('leads out of the folder');
  });

  test('such a name in a pax header or a GNU long name', () => {
    expect(
      refusal(() => read([{ path: 'x', type: 'x', data: '17 path=../../x\n' }, { path: 'a' }])),
    ).toContain('leads out');
    expect(
      refusal(() => read([{ path: 'L', type: 'L', data: '/abs\0' }, { path: 'a' }])),
    ).toContain('leads out');
  });

  const kinds: readonly (readonly [string, string])[] = [
    ['1', 'a hard link'],
    ['2', 'a symbolic link'],
    ['3', 'a device'],
    ['4', 'a device'],
    ['6', 'a pipe'],
    ['7', 'unknown type'],
    ['S', 'unknown type'],
    ['K', 'unknown type'],
  ];
  test.each(kinds)('an entry of type %s: %s', (type, named) => {
    expect(refusal(() => read([{ path: 'p/a', type, link: '../../x' }]))).toContain(named);
  });

  test('one name twice, also in other letters', () => {
    const parts = [
      { path: 'p/a', data: '1' },
      { path: 'p/A', data: '2' },
    ];
    expect(refusal(() => read(parts))).toContain('twice');
    const composed = [
      { path: 'p/\u00e9', data: '1' },
      { path: 'p/e\u0301', data: '2' },
    ];
    expect(refusal(() => read(composed))).toContain('twice');
  });

  test('too many entries, too many bytes', () => {
    const parts = [1, 2, 3].map((n) => ({ path: `p/${n}`, data: 'xxxx' }));
    expect(refusal(() => read(parts, { entries: 2, bytes: 100 }))).toContain('more than 2 entries');
    expect(refusal(() => read(parts, { entries: 9, bytes: 10 }))).toContain('bigger than 10 bytes');
  });

  test('damage', () => {
    const whole = tarArchive([{ path: 'p/a', data: 'x'.repeat(2000) }]);
    const bent = Buffer.from(whole);
    bent[3] = 0x7a;
    for (const [archive, problem] of [
      [bent, 'not a tar archive'],
      [whole.subarray(0, 700), 'longer than the archive'],
      [whole.subarray(0, 100), 'ends in the middle'],
      [tarArchive([{ path: 'p/a', size: 5_000_000 }]), 'longer than the archive'],
      [Buffer.from('x'.repeat(512)), 'not a tar archive'],
    ] as const) {
      expect(refusal(() => readTar(archive, 'pkg'))).toContain(problem);
    }
  });
});

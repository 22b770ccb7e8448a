import type { UnitTest, UnitTestRows } from '../contracts/node.ts';
import { fromJs, repr } from '../jinja/index.ts';
import { sha256 } from './source-file.ts';

/** What of a unit test, beside its model's own text, decides its result. */
export interface ChecksumParts
  extends Pick<
    UnitTest,
    'model' | 'given' | 'expect' | 'overrides' | 'expectAfterMerge' | 'expectCtes' | 'macro'
  > {
  /** `versions:` as it is written. */
  readonly versions: unknown;
}

const formats = { dict: 'Dict', csv: 'CSV', sql: 'SQL' } as const;

/**
 * What dbt's manifest has as the checksum of a unit test: of its parts as Python prints them (core
 * `contracts/graph/nodes.py`, `build_unit_test_checksum`). What only tsdbt's unit tests have comes behind.
 */
export function unitTestChecksum(test: ChecksumParts): string {
  const given = test.given.map(
    (one) => `UnitTestInputFixture(input=${repr(one.input)}, ${rowsText(one)})`,
  );
  const expect = test.expect ?? { rows: null, format: 'dict', fixture: null };
  const parts = [
    test.model,
    versionsText(test.versions),
    `[${given.join(', ')}]`,
    `UnitTestOutputFixture(${rowsText(expect)})`,
    overridesText(test.overrides),
    ...test.given.flatMap(({ fixture, rows }) => (fixture === null ? [] : [strOf(rows)])),
    ...ownParts(test),
  ];
  return sha256(parts.join('-'));
}

function rowsText({ rows, format, fixture }: UnitTestRows): string {
  const [shownRows, shownFixture] = [repr(fromJs(rows)), repr(fixture)];
  const shownFormat = `<UnitTestFormat.${formats[format]}: '${format}'>`;
  return `rows=${shownRows}, format=${shownFormat}, fixture=${shownFixture}`;
}

function versionsText(versions: unknown): string {
  if ((versions ?? null) === null) return 'None';
  const { include = null, exclude = null } = versions as Record<string, unknown>;
  const [included, excluded] = [repr(fromJs(include)), repr(fromJs(exclude))];
  return `UnitTestNodeVersions(include=${included}, exclude=${excluded})`;
}

function overridesText(overrides: ChecksumParts['overrides']): string {
  if (overrides === null) return 'None';
  const texts = ['macros', 'vars', 'env_vars'].map(
    (key) => `${key}=${repr(fromJs(overrides[key] ?? {}))}`,
  );
  return `UnitTestOverrides(${texts.join(', ')})`;
}

function strOf(value: unknown): string {
  return typeof value === 'string' ? value : repr(fromJs(value));
}

function ownParts({ expectAfterMerge, expectCtes, macro, expect }: ChecksumParts): string[] {
  const isPlain =
    macro === null &&
    expect !== null &&
    expectAfterMerge === null &&
    Object.keys(expectCtes).length === 0;
  return isPlain ? [] : [JSON.stringify([expectAfterMerge, expectCtes, macro])];
}

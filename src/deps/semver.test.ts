import { expect, test } from 'vitest';
import { compareVersions, parseVersion, parseVersionRule, satisfies } from './semver.ts';

test('versions in order', () => {
  const ordered =
    '0.9.9 1.0.0-alpha 1.0.0-alpha.1 1.0.0-alpha.beta 1.0.0-beta.2 1.0.0-beta.11 1.0.0-rc.1 1.0.0 1.2.0 1.10.0'.split(
      ' ',
    );
  const shuffled = [...ordered].reverse().map(parseVersion).sort(compareVersions);
  expect(shuffled.map((version) => version.text)).toEqual(ordered);
});

test.each([
  ['1.2.3', '1.2.3', true],
  ['1.2.3', '=1.2.3', true],
  ['1.2.4', '1.2.3', false],
  ['1.2.3', '>1.2.3', false],
  ['1.2.3', '>=1.2.3', true],
  ['1.2.3', '<=1.2.3', true],
  ['1.2.3', '<1.2.3', false],
  ['2.0.0-rc1', '<2.0.0', false],
  ['2.0.0-rc1', '<=2.0.0', true],
  ['1.9.0-rc1', '<2.0.0', true],
  ['2.0.0-rc1', '2.0.0', false],
])('%s and %s: %s', (version, rule, kept) => {
  expect(satisfies(parseVersion(version), [parseVersionRule(rule)])).toBe(kept);
});

test.each(['1', '1.0', 'v1.0.0', '~1.0.0', '^1.0.0', '1.x.0', '01.0.0', '', '>='])(
  '%j is no version',
  (text) => {
    expect(() => parseVersionRule(text)).toThrow(/is not a version/);
  },
);

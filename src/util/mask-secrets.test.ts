import { expect, test } from 'vitest';
import { secretMasker } from './mask-secrets.ts';

test.each([
  ['as it is', 'pa"ss/word', 'url pa"ss/word end'],
  ['as JSON', 'pa"ss/word', '{"p":"pa\\"ss/word"}'],
  ['URL-encoded', 'pa"ss/word', 'x?p=pa%22ss%2Fword'],
  ['as base64', 'pa"ss/word', `Basic ${Buffer.from('pa"ss/word').toString('base64')}`],
])('a secret %s is masked', (_form, secret, text) => {
  const masked = secretMasker({ DBT_ENV_SECRET_P: secret })(text);
  expect(masked).toContain('*****');
  expect(masked).not.toContain('ss');
});

test('other variables and empty secrets are left', () => {
  const text = 'home is where the heart is';
  expect(
    secretMasker({ HOME: 'home', DBT_ENV_SECRET_EMPTY: '', DBT_ENV_SECRET_SHORT: 'is' })(text),
  ).toBe(text);
});

test('of two secrets the longer is masked whole', () => {
  expect(secretMasker({ DBT_ENV_SECRET_A: 'abc', DBT_ENV_SECRET_B: 'abcdef' })('abcdef')).toBe(
    '*****',
  );
});

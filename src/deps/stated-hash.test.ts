import { expect, test } from 'vitest';
import { readPackageSpecs } from '../config/package-spec.ts';
import { parseYaml } from '../config/yaml-file.ts';
import { statedHash } from './stated-hash.ts';

/** Hashes as dbt 1.12 makes them of the same entries. */
test.each([
  ['{package: dbt-labs/dbt_utils, version: 1.1.1}', 'a158c48c59c2bb7d729d2a4e215aabe5bb4f3353'],
  [
    '{package: dbt-labs/dbt_utils, version: [">=1.0.0", "<2.0.0"], install_prerelease: true}',
    '0e2aafdfe3b75c5e70f121fa79cd7a8618b7b499',
  ],
  [
    '{git: "https://x/y.git", revision: "1.0", warn-unpinned: false}',
    '9af80c364dc4a492411d2c89247965943bd9333e',
  ],
  ['{git: "https://x/y.git", revision: 1}', '97d6105b3f6054c6f8760c64c80ce89f4e99098c'],
  [
    '{git: "https://x/y.git", revision: 1.5, subdirectory: a}',
    'eef0b7d55c090945748df8e5fd6e4557d4d5c1a7',
  ],
  ['{local: "../é"}', 'f34fd9f28a23f5a337439aab676354df238b917a'],
  ['{tarball: "https://x", name: n}', '1be8a2373c57146da999b4e1059642b92fb08ccd'],
  ['{private: a/b}', '786a78dd6b5d5b46dd82c95bce3ce2594d241624'],
])('%s', (entry, hash) => {
  const yaml = parseYaml(`packages: [${entry}]`, 'packages.yml');
  expect(statedHash(readPackageSpecs(yaml, (text) => text))).toBe(hash);
});

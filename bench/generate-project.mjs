#!/usr/bin/env node
/**
 * Generates a dbt project of any size that tsdbt and dbt read alike. The same options give the same
 * bytes. `simple` is a model and a YAML file each; `realistic` has layers, folders of 50 models with
 * one YAML file, sources, macros, packages, docs blocks, seeds, snapshots, exposures, unit tests.
 * Models that read nothing select three literal rows, so the project can be built on DuckDB.
 *
 *   node bench/generate-project.mjs --models 10000 --shape realistic --seed 1 --out /tmp/project
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { seededRandom } from './generate-landing.mjs';
import { readFlags } from './measure.mjs';
import { projectFiles } from './project-files.mjs';
import { realisticProject } from './realistic-project.mjs';

/**
 * @typedef {object} ProjectOptions
 * @property {number} models how many model files
 * @property {'realistic' | 'simple'} shape
 * @property {number} seed
 * @property {string} out the project's folder
 */

/** Writes the project; gives how many files it has.
 * @param {ProjectOptions} options @returns {number} */
export function generateProject({ models, shape, seed, out }) {
  const random = seededRandom(seed);
  const files =
    shape === 'simple' ? simpleProject(models, random) : realisticProject(models, random);
  let count = 0;
  for (const [path, contents] of files) {
    mkdirSync(dirname(join(out, path)), { recursive: true });
    writeFileSync(join(out, path), contents);
    count++;
  }
  return count;
}

/** @param {number} models @param {() => number} random
 * @returns {Generator<[string, string]>} */
function* simpleProject(models, random) {
  yield* projectFiles();
  for (let i = 0; i < models; i++) {
    const path = `models/path_${Math.floor(i / 100)}/node_${i}`;
    const parent = i === 0 ? null : `node_${Math.max(0, i - 1 - Math.floor(random() * 200))}`;
    const union = parent === null ? '' : `union\nselect * from {{ ref('${parent}') }}\n`;
    yield [`${path}.sql`, `select 1 as id\n${union}`];
    const relationships =
      parent === null
        ? ''
        : `          - relationships:\n              arguments:\n                to: ref('${parent}')\n                field: id\n`;
    yield [
      `${path}.yml`,
      `version: 2\n\nmodels:\n  - name: node_${i}\n    columns:\n      - name: id\n        data_tests:\n          - unique\n          - not_null\n${relationships}`,
    ];
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const flags = readFlags(process.argv.slice(2));
  const out = flags['out'];
  if (out === undefined) throw new Error('--out <folder> is missing');
  const shape = flags['shape'] === 'simple' ? 'simple' : 'realistic';
  const files = generateProject({
    models: Number(flags['models'] ?? 1000),
    shape,
    seed: Number(flags['seed'] ?? 1),
    out,
  });
  console.log(`${files} files in ${out}`);
}

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Json } from '../contracts/json.ts';
import { tsdbtError } from '../errors/tsdbt-error.ts';
import { isPlainObject } from '../util/map-strings.ts';
import { readText } from '../util/read-text.ts';
import { parseYaml } from './yaml-file.ts';

const name = 'vars.yml';

/**
 * The variables of `vars.yml` beside the project file, under its key `vars`; none when there is no such
 * file. They may be used inside the project file (core `config/project.py`, `vars_data_from_root`).
 */
export function readVarsFile(root: string): Readonly<Record<string, Json>> {
  const path = join(root, name);
  if (!existsSync(path)) return {};
  const yaml = parseYaml(readText(path), name, { dbt: true, times: true });
  const vars = isPlainObject(yaml.value) ? (yaml.value['vars'] ?? {}) : {};
  if (isPlainObject(vars)) return vars as Record<string, Json>;
  throw tsdbtError(
    'invalid-value',
    { key: 'vars', where: name, problem: 'must be a mapping of names to values' },
    { location: yaml.locate(['vars']) },
  );
}

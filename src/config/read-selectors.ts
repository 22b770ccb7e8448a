import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { isPlainObject, mapStrings } from '../util/map-strings.ts';
import { readText } from '../util/read-text.ts';
import type { RenderText } from './load-project.ts';
import { validated } from './validate.ts';
import { parseYaml } from './yaml-file.ts';

const selectorsSchema = z.strictObject({
  selectors: z.array(
    z.strictObject({
      name: z.string(),
      description: z.string().nullable().optional(),
      default: z.boolean().nullable().optional(),
      definition: z.unknown(),
    }),
  ),
});

/** A selector as selectors.yml has it; its definition is rendered, not read. */
export interface SelectorEntry {
  readonly name: string;
  readonly isDefault: boolean;
  readonly definition: unknown;
}

/** The entries of a project's selectors.yml; none without one. */
export function readSelectorEntries(root: string, render: RenderText): readonly SelectorEntry[] {
  return readWrittenSelectors(root, render).map(({ name, definition, ...rest }) => ({
    name,
    definition,
    isDefault: rest.default === true,
  }));
}

/** As {@link readSelectorEntries}, with all that the file says of them, and where. */
export function readWrittenSelectors(root: string, render: RenderText) {
  const file = 'selectors.yml';
  const path = join(root, file);
  if (!existsSync(path)) return [];
  const yaml = parseYaml(readText(path), file, { dbt: true });
  const value = isPlainObject(yaml.value) ? yaml.value : { selectors: [] };
  const rendered = mapStrings(value, (text, at) => render(text, { file: yaml, path: at }));
  const { selectors } = validated(selectorsSchema, rendered, yaml, [], file);
  return selectors.map((selector, i) => ({
    ...selector,
    location: yaml.locate(['selectors', i, 'definition']),
  }));
}

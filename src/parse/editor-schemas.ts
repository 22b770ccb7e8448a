import * as z from 'zod';
import { projectSchema } from '../config/project-schema.ts';
import { entrySchemas, propertyFileSchema } from './properties-schema.ts';

type JsonSchema = Readonly<Record<string, unknown>>;

/**
 * JSON Schemas (draft 2020-12) by file name, for editors: of project files and of property files. They
 * are made from the schemas that parsing uses, so that an editor and `tsdbt parse` say the same. A
 * template may stand wherever a value may.
 */
export function editorSchemas(): ReadonlyMap<string, JsonSchema> {
  const file = jsonSchema(propertyFileSchema);
  const sections = { ...(file['properties'] as Record<string, JsonSchema>) };
  for (const [name, schema] of Object.entries(entrySchemas)) {
    const { $schema: _, ...items } = jsonSchema(schema);
    sections[name] = { type: ['array', 'null'], items };
  }
  // `tests` at the top of a file is the older name of `data_tests`.
  sections['tests'] = sections['data_tests']!;
  return new Map([
    ['project.json', titled('A project of tsdbt or dbt', jsonSchema(projectSchema))],
    [
      'properties.json',
      titled('Properties of models, sources, tests …', { ...file, properties: sections }),
    ],
  ]);
}

function titled(title: string, schema: JsonSchema): JsonSchema {
  const { $schema, ...rest } = schema;
  return { $schema, title, ...rest };
}

function jsonSchema(schema: z.ZodType): JsonSchema {
  return withTemplates(
    z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }),
  ) as JsonSchema;
}

const template = { type: 'string', pattern: '\\{\\{' };

/** The schema with templates allowed in the place of numbers, yes or no, and words of a list. */
function withTemplates(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withTemplates);
  if (typeof schema !== 'object' || schema === null) return schema;
  const fields = schema as JsonSchema;
  const { type } = fields;
  const narrow = type === 'boolean' || type === 'number' || type === 'integer' || 'enum' in fields;
  if (narrow) return { anyOf: [fields, template] };
  return Object.fromEntries(
    Object.entries(fields).map(([key, part]) => [key, withTemplates(part)]),
  );
}

import { expect, test } from 'vitest';
import { editorSchemas } from './editor-schemas.ts';
import { propertyFileSchema } from './properties-schema.ts';

const at = (schema: unknown, ...path: readonly string[]): unknown =>
  path.reduce((part, key) => (part as Record<string, unknown>)[key], schema);

test('the schema of property files has every section, and the keys of what stands in it', () => {
  const schema = editorSchemas().get('properties.json');
  const sections = at(schema, 'properties') as Record<string, unknown>;
  expect(Object.keys(sections).sort()).toEqual(Object.keys(propertyFileSchema.shape).sort());
  expect(at(schema, 'additionalProperties')).toBe(false);
  const model = at(schema, 'properties', 'models', 'items');
  expect(at(model, 'required')).toEqual(['name']);
  expect(Object.keys(at(model, 'properties') as object)).toContain('columns');
  expect(at(model, 'additionalProperties')).toBe(false);
});

test('a template may stand for a word of a list and for yes or no', () => {
  const schema = editorSchemas().get('properties.json');
  const template = { type: 'string', pattern: '\\{\\{' };
  const model = at(schema, 'properties', 'models', 'items', 'properties');
  expect(at(model, 'access', 'anyOf')).toContainEqual(template);
  expect(at(model, 'quote_columns', 'anyOf')).toContainEqual(template);
});

test('the schema of project files refuses keys that no project has', () => {
  const schema = editorSchemas().get('project.json');
  expect(at(schema, 'additionalProperties')).toBe(false);
  expect(at(schema, 'required')).toEqual(['name']);
  expect(Object.keys(at(schema, 'properties') as object)).toContain('model-paths');
});

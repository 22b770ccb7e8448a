import type { Relation } from '../../contracts/relation.ts';
import { tsdbtError } from '../../errors/tsdbt-error.ts';
import type { SqlDialect } from '../sql-dialect.ts';

function quote(identifier: string): string {
  if (identifier === '' || identifier.includes('\0')) {
    throw tsdbtError('sql-failed', {
      message: `"${identifier.replaceAll('\0', '\\0')}" can't be the name of a relation or column`,
    });
  }
  return `"${identifier.replaceAll('"', '""')}"`;
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function relationName(relation: Relation): string {
  return `${quote(relation.database)}.${quote(relation.schema)}.${quote(relation.identifier)}`;
}

/** SQL text as DuckDB spells it. */
export const duckdbSql: SqlDialect = {
  name: 'duckdb',
  quote,
  literal,
  relation: relationName,
  createSchema: (database, schema) =>
    `create schema if not exists ${quote(database)}.${quote(schema)}`,
  createTableAs: (relation, selectSql, options) => {
    const create = `create ${options.replace ? 'or replace ' : ''}${options.temporary ? 'temporary ' : ''}table`;
    const name = options.temporary ? quote(relation.identifier) : relationName(relation);
    return `${create} ${name} as (\n${selectSql}\n)`;
  },
  createViewAs: (relation, selectSql) =>
    `create or replace view ${relationName(relation)} as (\n${selectSql}\n)`,
  drop: (relation, type) => `drop ${type} if exists ${relationName(relation)} cascade`,
  rename: (relation, identifier, type) =>
    `alter ${type} ${relationName(relation)} rename to ${quote(identifier)}`,
  commentOnRelation: (relation, type, comment) =>
    `comment on ${type} ${relationName(relation)} is ${literal(comment)}`,
  commentOnColumn: (relation, column, comment) =>
    `comment on column ${relationName(relation)}.${quote(column)} is ${literal(comment)}`,
};

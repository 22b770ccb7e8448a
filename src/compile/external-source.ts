import type { Json } from '../contracts/json.ts';
import type { SourceNode } from '../contracts/node.ts';
import { tsdbtError } from '../errors/tsdbt-error.ts';

/** How `external_location` names its fields, by the `formatter` of the source. */
const formatters: Readonly<Record<string, RegExp>> = {
  newstyle: /\{\{|\}\}|\{(?<name>\w+)\}/g,
  oldstyle: /%%|%\((?<name>\w+)\)s/g,
  template: /\$\$|\$\{?(?<name>\w+)\}?/g,
};

/**
 * What stands for a source that is a file or the call of a function: its `external_location` with
 * the source's fields filled in, in quotes unless it has its own or is a call; undefined for a
 * source that is a table (dbt-duckdb `relation.py`, `create_from_source`).
 */
export function externalLocation(source: SourceNode): string | undefined {
  const settings: Readonly<Record<string, Json>> = { ...source.meta, ...source.config };
  const { plugin, external_location: location } = settings;
  const failed = (message: string) => tsdbtError('compiler-error', { message });
  if (typeof plugin === 'string')
    throw failed(
      `source ${source.sourceName}.${source.name} is read by the plugin "${plugin}": tsdbt has no plugins of dbt-duckdb. Give it an external_location`,
    );
  if (typeof location !== 'string') return undefined;
  const { name, identifier, schema, database } = source;
  const fields: Readonly<Record<string, Json>> = {
    name,
    identifier,
    schema,
    database,
    ...settings,
  };
  const style = String(settings['formatter'] ?? 'newstyle');
  const pattern = Object.hasOwn(formatters, style) ? formatters[style] : undefined;
  if (pattern === undefined)
    throw failed(
      `the formatter of source ${source.sourceName}.${name} must be newstyle, oldstyle or template, not "${style}"`,
    );
  const text = location.replace(pattern, (match: string, field: string | undefined) => {
    if (field === undefined) return match[0]!;
    if (!Object.hasOwn(fields, field))
      throw failed(
        `the external_location of source ${source.sourceName}.${name} names "${field}", which the source does not have`,
      );
    return String(fields[field]);
  });
  return text.includes('(') || text.startsWith("'") ? text : `'${text.replaceAll("'", "''")}'`;
}

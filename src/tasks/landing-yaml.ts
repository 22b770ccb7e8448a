import { Document, isMap, isSeq, visit } from 'yaml';

/** A column as it is written under `columns:` of a landing source. */
export interface WrittenColumn {
  readonly name: string;
  readonly from?: string | undefined;
  readonly data_type?: string | undefined;
  readonly format?: string | undefined;
  readonly decimal_separator?: string | undefined;
  readonly thousands_separator?: string | undefined;
  readonly optional?: true | undefined;
}

/** The text of a property file with one landing source. */
export function landingYaml(source: {
  readonly sourceName: string;
  readonly table: string;
  readonly landing: Readonly<Record<string, unknown>>;
  readonly columns: readonly WrittenColumn[];
}): string {
  const { sourceName, table, landing, columns } = source;
  const document = yamlDocument({
    sources: [
      {
        name: sourceName,
        tables: [{ name: table, landing, columns: columns.map(withoutGaps) }],
      },
    ],
  });
  visit(document, {
    Pair: (_, { key, value }) => {
      if (String(key) !== 'columns' || !isSeq(value)) return;
      for (const item of value.items) if (isMap(item)) item.flow = true;
    },
  });
  return document.toString({ lineWidth: 0 });
}

/** A column as a flow mapping in one line: `{ name: id, data_type: integer }`. */
export function columnText(column: WrittenColumn): string {
  const document = yamlDocument(withoutGaps(column));
  if (isMap(document.contents)) document.contents.flow = true;
  return document.toString({ lineWidth: 0 }).trimEnd();
}

/** A value as YAML in one line; inside of brackets or braces, commas in it need quotes. */
export function yamlText(value: unknown, isInFlow: boolean): string {
  const document = yamlDocument(isInFlow ? [value] : value);
  if (isSeq(document.contents)) document.contents.flow = true;
  const text = document.toString({ lineWidth: 0 }).trimEnd();
  return isInFlow ? text.replace(/^\[ ?/, '').replace(/ ?\]$/, '') : text;
}

/** YAML 1.1 puts in quotes what PyYAML takes for a boolean or a number. */
function yamlDocument(value: unknown): Document {
  return new Document(value, { version: '1.1', aliasDuplicateObjects: false });
}

function withoutGaps(column: WrittenColumn): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(column).filter(([, value]) => value !== undefined));
}

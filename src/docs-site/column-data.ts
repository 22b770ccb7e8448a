import {
  compact,
  entriesOf,
  isEmpty,
  listOf,
  numberOf,
  own,
  pairsOf,
  type Raw,
  record,
  shown,
  textOf,
  textsOf,
} from './artifact-value.ts';
import { visibleText } from './shared/visible-text.ts';
import type { ColumnWire } from './shared/wire.ts';
import type { SiteModel, SiteNode } from './site-model.ts';

/**
 * The columns of a node: the catalog's in the table's order, joined without regard to case with
 * what the properties say; then those only the properties know.
 */
export function columnsOf(
  model: SiteModel,
  node: SiteNode,
  tests: readonly number[],
): ColumnWire[] {
  const documented = new Map(
    entriesOf(own(node.raw, 'columns')).map(([key, value]) => [
      key.toLowerCase(),
      { key, raw: record(value) },
    ]),
  );
  const inTable = entriesOf(own(node.catalog ?? {}, 'columns'))
    .map(([key, value]) => ({ key, raw: record(value) }))
    .sort((a, b) => (numberOf(own(a.raw, 'index')) ?? 0) - (numberOf(own(b.raw, 'index')) ?? 0));
  const testsOf = testsByColumn(model, tests);
  const columns = inTable.map((column) => {
    const known = documented.get(column.key.toLowerCase());
    documented.delete(column.key.toLowerCase());
    return columnOf(
      model,
      column.key,
      column.raw,
      known?.raw,
      testsOf.get(column.key.toLowerCase()),
    );
  });
  for (const [lower, { key, raw }] of documented) {
    const column = columnOf(model, key, undefined, raw, testsOf.get(lower));
    columns.push(inTable.length > 0 ? { ...column, missing: true } : column);
  }
  return columns;
}

function columnOf(
  model: SiteModel,
  key: string,
  table: Raw | undefined,
  documented: Raw | undefined,
  tests: readonly number[] | undefined,
): ColumnWire {
  const said = documented ?? {};
  const meta = isEmpty(own(said, 'meta'))
    ? record(own(record(own(said, 'config')), 'meta'))
    : record(own(said, 'meta'));
  const description = textOf(own(said, 'description')) || textOf(own(table ?? {}, 'comment'));
  return compact({
    name: visibleText(textOf(own(said, 'name')) || key),
    type: visibleText(textOf(own(table ?? {}, 'type')) || textOf(own(said, 'data_type'))),
    doc: model.markdown(description),
    pii: own(meta, 'pii') === true ? true : undefined,
    tests,
    constraints: listOf(own(said, 'constraints')).map((item) => constraintText(record(item))),
    meta: pairsOf(meta).filter(([name]) => name !== 'pii'),
    tags: textsOf(own(said, 'tags')).map(visibleText),
  } as unknown as ColumnWire);
}

function constraintText(constraint: Raw): string {
  const type = textOf(own(constraint, 'type')).replaceAll('_', ' ');
  const expression = own(constraint, 'expression');
  return visibleText(
    typeof expression === 'string' && expression !== '' ? `${type} (${shown(expression)})` : type,
  );
}

function testsByColumn(model: SiteModel, tests: readonly number[]): Map<string, number[]> {
  const found = new Map<string, number[]>();
  for (const test of tests) {
    const column = textOf(own(model.nodes[test]!.raw, 'column_name'))
      .replace(/^"|"$/g, '')
      .toLowerCase();
    if (column === '') continue;
    const list = found.get(column);
    if (list) list.push(test);
    else found.set(column, [test]);
  }
  return found;
}

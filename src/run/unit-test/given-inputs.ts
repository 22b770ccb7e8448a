import type { Connection } from '../../adapters/adapter.ts';
import { type CompileEnvironment, relationOf, type StandIn } from '../../compile/compile-node.ts';
import { refArguments, sourceArguments } from '../../context/ref-arguments.ts';
import type { Json } from '../../contracts/json.ts';
import type { Node, UnitTest, UnitTestRows } from '../../contracts/node.ts';
import { type Column, relationKey } from '../../contracts/relation.ts';
import type { UniqueId } from '../../contracts/unique-id.ts';
import {
  type SourceLocation,
  TsdbtError,
  toTsdbtError,
  tsdbtError,
} from '../../errors/tsdbt-error.ts';
import { hostFunction, parseTemplate, renderSync, scopeFromMap } from '../../jinja/index.ts';
import { typedSeedSql } from '../../materializations/seed-sql.ts';
import { fixtureSql } from '../../materializations/unit-test/fixture-sql.ts';
import type { RunContext } from '../run-context.ts';
import { readSeedColumns } from '../seed-columns.ts';
import { inputColumns, standInName } from './input-columns.ts';

/** The rows that a unit test gives, as queries by what they stand for: a unique id, or `this`. */
export async function givenInputs(
  test: UnitTest,
  model: Node | undefined,
  context: RunContext,
  environment: CompileEnvironment,
  connection: Connection,
): Promise<ReadonlyMap<string, StandIn>> {
  const given = new Map<string, StandIn>();
  for (const [i, input] of test.given.entries()) {
    const where = `The input ${input.input} of unit test "${test.name}"`;
    if (input.input.trim() === 'this') {
      const columns = model && (await ownColumns(model, context, connection));
      const name = `__dbt__cte__${model?.alias ?? 'this'}__this`;
      given.set('this', { name, sql: rowsSql(input, columns, where, context) });
      continue;
    }
    const id = inputId(test, input.input, test.givenPlaces[i], environment);
    if (input.rows === null && input.format === 'dict') {
      given.set(id, await seedItself(test, id, input.input, context, connection));
      continue;
    }
    const columns =
      input.format === 'sql' ? undefined : await inputColumns(id, context, connection);
    given.set(id, {
      name: standInName(id, context),
      sql: rowsSql(input, columns, where, context),
    });
  }
  return given;
}

/** An input that names a seed and no rows: the rows of its file. */
async function seedItself(
  test: UnitTest,
  id: UniqueId,
  input: string,
  context: RunContext,
  connection: Connection,
): Promise<StandIn> {
  const node = context.manifest.nodes.get(id);
  if (node?.resourceType !== 'seed') {
    const problem = `the input ${input} has no rows, which only a seed may leave out`;
    throw tsdbtError('unit-test-invalid', { test: test.uniqueId, problem });
  }
  const { source, columns } = await readSeedColumns(node, context, connection);
  const types = new Map(columns.map(({ name, type }) => [name, type]));
  return { name: standInName(id, context), sql: typedSeedSql(context.dialect, source, types) };
}

/** Rows of a unit test as a query: written as SQL, or as rows for known columns. */
export function rowsSql(
  given: UnitTestRows,
  columns: readonly Column[] | undefined,
  where: string,
  { dialect }: RunContext,
): string {
  if (given.format === 'sql')
    return String(given.rows ?? '')
      .trim()
      .replace(/;$/, '');
  const rows = (given.rows ?? []) as readonly Readonly<Record<string, Json>>[];
  return fixtureSql({ dialect, rows, columns, where });
}

/** Columns of the table that the model has built, for rows given for `this`. */
async function ownColumns(model: Node, context: RunContext, connection: Connection) {
  const relation = relationOf(model);
  if ((await context.session.relations()).find(relation) === undefined) {
    return await inputColumns(model.uniqueId, context, connection);
  }
  const { adapter } = context.session;
  return (await adapter.listColumns(connection, [relation])).get(relationKey(relation));
}

/** What `ref('orders')` or `source('shop', 'orders')` of `given` leads to. */
function inputId(
  test: UnitTest,
  text: string,
  location: SourceLocation | undefined,
  { names }: CompileEnvironment,
): UniqueId {
  let found: UniqueId | undefined;
  const scope = scopeFromMap(
    new Map([
      [
        'ref',
        hostFunction('ref', (args, kwargs) => {
          const asked = refArguments(args, kwargs);
          const node = names.ref(asked, test.packageName);
          found = (node ?? names.quarantine(asked, test.packageName)?.table)?.uniqueId;
          return '';
        }),
      ],
      [
        'source',
        hostFunction('source', (args, kwargs) => {
          found = names.source(sourceArguments(args, kwargs), test.packageName)?.uniqueId;
          return '';
        }),
      ],
    ]),
  );
  const place = location === undefined ? {} : { location };
  try {
    renderSync(parseTemplate(`{{ ${text} }}`, { file: test.originalFilePath }), scope);
  } catch (error) {
    // The place in the few words of the input says less than the input's own.
    const { name, message, hint } = toTsdbtError(error);
    throw new TsdbtError(name, message, hint, place);
  }
  if (found !== undefined) return found;
  const problem = `the input ${text} leads to no model, seed, snapshot or source`;
  throw tsdbtError('unit-test-invalid', { test: test.uniqueId, problem }, place);
}

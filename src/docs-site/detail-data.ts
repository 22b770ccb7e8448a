import {
  compact,
  entriesOf,
  isEmpty,
  listOf,
  own,
  pairsOf,
  type Raw,
  record,
  shown,
  textOf,
  textsOf,
} from './artifact-value.ts';
import { macroUsers } from './boot-data.ts';
import { columnsOf } from './column-data.ts';
import { buildHistory, catalogStats } from './run-data.ts';
import { safeUrl } from './shared/safe-url.ts';
import { visibleText } from './shared/visible-text.ts';
import type { CodeWire, DetailWire, ExpectationWire, HistoryPoint, Pair } from './shared/wire.ts';
import { type SiteModel, type SiteNode, testOwners } from './site-model.ts';

/** Shown elsewhere on the page, or true of every node. */
const configElsewhere = new Set([
  'enabled',
  'meta',
  'tags',
  'expectations',
  'landing',
  'docs',
  'contract',
  'freshness',
  'group',
  'access',
  'packages',
  'static_analysis',
  'lookback',
  'on_configuration_change',
  'loaded_at_field',
  'loaded_at_query',
]);

/** The details of every node, in node order. */
export function buildDetails(model: SiteModel): DetailWire[] {
  const users = macroUsers(model);
  const history = buildHistory(model);
  return model.nodes.map((node) => detailOf(model, node, users, history.get(node.id)));
}

function detailOf(
  model: SiteModel,
  node: SiteNode,
  users: ReadonlyMap<string, readonly number[]>,
  history: readonly HistoryPoint[] | undefined,
): DetailWire {
  const { raw, result } = node;
  const config = record(own(raw, 'config'));
  const tests = model.testsOf.get(node.index) ?? [];
  const columns = columnsOf(model, node, tests);
  const ofColumns = new Set(columns.flatMap((column) => column.tests ?? []));
  const columnTests = tests.filter((test) => !ofColumns.has(test));
  const metadata = record(own(node.catalog ?? {}, 'metadata'));
  return compact<Partial<DetailWire>>({
    doc: model.markdown(own(raw, 'description')),
    columns,
    tests: columnTests,
    expectations: expectationsOf(config),
    landing: pairsOf(own(config, 'landing')),
    config: configOf(config),
    meta: pairsOf(isEmpty(own(raw, 'meta')) ? own(config, 'meta') : own(raw, 'meta')),
    relation: visibleText(textOf(own(raw, 'relation_name'))),
    definedIn: visibleText(textOf(own(raw, 'patch_path')).replace(/^[^:]*:\/\//, '')),
    contract: own(record(own(config, 'contract')), 'enforced') === true ? true : undefined,
    message: result === undefined ? '' : visibleText(textOf(own(result, 'message'))),
    thread: result === undefined ? '' : visibleText(textOf(own(result, 'thread_id'))),
    startedAt: result === undefined ? '' : startOf(result),
    history,
    stats: catalogStats(node.catalog),
    owner: visibleText(textOf(own(metadata, 'owner'))),
    comment: visibleText(textOf(own(metadata, 'comment'))),
    freshness: freshnessOf(raw, config, result),
    sourceDoc: model.markdown(own(raw, 'source_description')),
    macros: macrosOf(model, raw),
    exposure: node.type === 'exposure' ? exposureOf(raw) : undefined,
    macro:
      node.type === 'macro'
        ? { arguments: argumentsOf(model, raw), usedBy: users.get(node.id) ?? [] }
        : undefined,
    signature: node.type === 'function' ? signatureOf(model, raw) : undefined,
    test:
      node.type === 'test' || node.type === 'unit_test' ? testOf(model, node, config) : undefined,
  } as Partial<DetailWire>);
}

function expectationsOf(config: Raw): ExpectationWire[] {
  return listOf(own(config, 'expectations')).map((item): ExpectationWire => {
    const rule = record(item);
    const unique = textsOf(own(rule, 'unique'));
    const order = textsOf(own(rule, 'order_by'));
    const expression = textOf(own(rule, 'expression'));
    const parts = [
      ...(expression === '' ? [] : [expression]),
      ...(unique.length === 0
        ? []
        : [
            `unique (${unique.join(', ')})${order.length === 0 ? '' : ` keep first by ${order.join(', ')}`}`,
          ]),
    ];
    return {
      name: visibleText(textOf(own(rule, 'name'))),
      rule: visibleText(parts.join('; ')),
      onViolation: visibleText(textOf(own(rule, 'on_violation')) || 'quarantine'),
      message: visibleText(textOf(own(rule, 'message'))),
    };
  });
}

function configOf(config: Raw): Pair[] {
  return entriesOf(config)
    .filter(([key, value]) => !configElsewhere.has(key) && !isEmpty(value))
    .map(([key, value]) => [visibleText(key), shown(value)]);
}

function startOf(result: Raw): string {
  return textOf(own(record(listOf(own(result, 'timing'))[0]), 'started_at'));
}

function freshnessOf(raw: Raw, config: Raw, result: Raw | undefined): Pair[] {
  const freshness = record(
    isEmpty(own(raw, 'freshness')) ? own(config, 'freshness') : own(raw, 'freshness'),
  );
  const pairs: Pair[] = [];
  for (const [key, label] of [
    ['warn_after', 'warn after'],
    ['error_after', 'error after'],
  ] as const) {
    const limit = record(own(freshness, key));
    const count = textOf(own(limit, 'count'));
    if (count !== '')
      pairs.push([label, `${count} ${textOf(own(limit, 'period'))}${count === '1' ? '' : 's'}`]);
  }
  const field = textOf(own(raw, 'loaded_at_field'));
  if (field !== '') pairs.push(['loaded at', visibleText(field)]);
  const loaded = result === undefined ? '' : textOf(own(result, 'max_loaded_at'));
  if (loaded !== '') pairs.push(['last loaded', visibleText(loaded)]);
  return pairs;
}

function macrosOf(model: SiteModel, raw: Raw): (readonly [string, number])[] {
  return textsOf(own(record(own(raw, 'depends_on')), 'macros'))
    .filter(
      (id) =>
        !/^macro\.dbt\.(get_where_subquery|should_store_failures|statement|is_incremental)$/.test(
          id,
        ),
    )
    .map((id) => [visibleText(id.replace(/^macro\./, '')), model.indexOf.get(id) ?? -1] as const);
}

function exposureOf(raw: Raw): NonNullable<DetailWire['exposure']> {
  const owner = record(own(raw, 'owner'));
  const url = textOf(own(raw, 'url'));
  const safe = url === '' ? undefined : safeUrl(url);
  return {
    kind: visibleText(textOf(own(raw, 'type'))),
    maturity: visibleText(textOf(own(raw, 'maturity'))),
    // Only links out of the site: a relative target makes no sense for a dashboard.
    url: safe !== undefined && /^https?:/i.test(safe) ? safe : '',
    owner: visibleText(textOf(own(owner, 'name'))),
    email: visibleText(textsOf(own(owner, 'email')).join(', ')),
  };
}

function argumentsOf(model: SiteModel, raw: Raw): NonNullable<DetailWire['macro']>['arguments'] {
  return listOf(own(raw, 'arguments')).map((item) => {
    const argument = record(item);
    const doc = model.markdown(own(argument, 'description'));
    return {
      name: visibleText(textOf(own(argument, 'name'))),
      type: visibleText(textOf(own(argument, 'type')) || textOf(own(argument, 'data_type'))),
      ...(doc === undefined ? {} : { doc }),
    };
  });
}

function signatureOf(model: SiteModel, raw: Raw): NonNullable<DetailWire['signature']> {
  const returns = visibleText(textOf(own(record(own(raw, 'returns')), 'data_type')));
  return { arguments: argumentsOf(model, raw), returns };
}

function testOf(model: SiteModel, node: SiteNode, config: Raw): NonNullable<DetailWire['test']> {
  const { raw } = node;
  const kwargs = entriesOf(own(record(own(raw, 'test_metadata')), 'kwargs'));
  return {
    node: testOwners(node, model.indexOf)[0] ?? -1,
    column: visibleText(textOf(own(raw, 'column_name'))),
    severity: visibleText(textOf(own(config, 'severity')).toLowerCase()),
    arguments: kwargs
      .filter(([key]) => key !== 'model' && key !== 'column_name')
      .map(([key, value]) => [visibleText(key), shown(value)]),
  };
}

/** The SQL of every node, in node order; null for what has none. */
export function buildCode(model: SiteModel): (CodeWire | null)[] {
  return model.nodes.map((node) => {
    const raw = textOf(own(node.raw, node.type === 'macro' ? 'macro_sql' : 'raw_code')).trim();
    const compiled =
      textOf(own(node.raw, 'compiled_code')).trim() ||
      textOf(own(node.result ?? {}, 'compiled_code')).trim();
    const language = textOf(own(node.raw, 'language'));
    const code = compact<CodeWire>({ raw, compiled, language: language === 'sql' ? '' : language });
    return code.raw === undefined && code.compiled === undefined ? null : code;
  });
}

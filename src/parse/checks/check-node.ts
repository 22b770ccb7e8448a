import type { NodeConfig } from '../../config/node-config.ts';
import type { Json } from '../../contracts/json.ts';
import type { Node } from '../../contracts/node.ts';
import { type SourceLocation, tsdbtError } from '../../errors/tsdbt-error.ts';
import { isPlainObject } from '../../util/map-strings.ts';
import type { Diagnostics } from '../diagnostics.ts';
import { colorNames } from './color-names.ts';
import { mistypedSettings, mistypedTestSettings } from './config-types.ts';

/** Kinds that have one materialization. */
const materializations: Readonly<Record<string, string>> = {
  seed: 'seed',
  snapshot: 'snapshot',
  test: 'test',
};

const constraintTypes = ['check', 'not_null', 'unique', 'primary_key', 'foreign_key', 'custom'];

/**
 * What can be known to be wrong with a node before anything runs: its materialization, the colour of
 * its docs, its contract (core `contracts/graph/model_config.py`, `parser/schemas.py`). `written` is its
 * configuration with what is null in it, `described` where a property file describes it.
 */
export function checkNode(
  node: Node,
  written: NodeConfig,
  described: (() => SourceLocation) | undefined,
  diagnostics: Diagnostics,
): void {
  const { config, resourceType, name } = node;
  const { enabled = true } = config;
  if (enabled === false) return;
  const where = `${resourceType} "${name}"`;
  const refuse = (key: string, problem: string) =>
    diagnostics.add(
      tsdbtError(
        'invalid-value',
        { key, where, problem },
        { location: described?.() ?? { file: node.originalFilePath } },
      ),
    );
  if (enabled !== true) refuse('enabled', `must be true or false, not ${JSON.stringify(enabled)}`);
  const mistyped =
    resourceType === 'test'
      ? mistypedTestSettings(written, diagnostics)
      : mistypedSettings(written);
  if (resourceType !== 'function')
    for (const [key, problem] of mistyped) {
      const location = placeInText(node, key) ?? described?.() ?? { file: node.originalFilePath };
      diagnostics.add(tsdbtError('invalid-value', { key, where, problem }, { location }));
    }
  const only = materializations[resourceType];
  const { materialized } = config;
  if (only !== undefined && (materialized ?? only) !== only)
    refuse('materialized', `must be ${only}, not ${String(materialized)}`);
  const color = isPlainObject(config['docs']) ? config['docs']['node_color'] : undefined;
  if (typeof color === 'string' && !isColor(color))
    refuse('node_color', `must be the name of an HTML color or #rgb or #rrggbb, not ${color}`);
  if (resourceType !== 'model' && resourceType !== 'function') return;
  const { access = null } = config;
  if (access !== null && !['private', 'protected', 'public'].includes(String(access)))
    refuse('access', `must be private, protected or public, not ${String(access)}`);
  if (resourceType === 'function') {
    checkFunction(node, refuse);
    return;
  }
  if (access === 'public' && materialized === 'ephemeral')
    refuse('access', 'must not be public: the model is ephemeral');
  checkBuildAfter(node, refuse);
  checkKeys(node, refuse);
  checkContract(node, described, diagnostics);
}

/** Where a node's own `config()` names a setting; undefined where it does not. */
function placeInText(node: Node, key: string): SourceLocation | undefined {
  const { rawCode, firstLine, originalFilePath: file } = node;
  const named = new RegExp(
    `\\bconfig\\([^]*?\\b(${key.replace('-', '[-_]')})\\b['"]?\\s*[=:]`,
    'd',
  );
  const at = named.exec(rawCode)?.indices?.[1]?.[0];
  if (at === undefined) return undefined;
  const before = rawCode.slice(0, at).split('\n');
  return { file, line: firstLine + before.length - 1, column: before.at(-1)!.length + 1 };
}

/** What a function is (core `artifacts/resources/types.py`). */
function checkFunction({ config }: Node, refuse: (key: string, problem: string) => void): void {
  const { type = null, volatility = null } = config;
  if (!['scalar', 'aggregate', 'table'].includes(String(type)))
    refuse('type', `must be scalar, aggregate or table, not ${String(type)}`);
  if (
    volatility !== null &&
    !['deterministic', 'stable', 'non-deterministic'].includes(String(volatility))
  )
    refuse(
      'volatility',
      `must be deterministic, stable or non-deterministic, not ${String(volatility)}`,
    );
}

function isColor(text: string): boolean {
  return text.startsWith('#')
    ? /^#(?:[\da-f]{3}|[\da-f]{6})$/i.test(text)
    : colorNames.has(text.toLowerCase());
}

/** `freshness: {build_after: {count: 4, period: hour}}` has both or neither. */
function checkBuildAfter({ config }: Node, refuse: (key: string, problem: string) => void): void {
  const freshness = config['freshness'];
  const written = isPlainObject(freshness) ? freshness['build_after'] : undefined;
  if (!isPlainObject(written)) return;
  const { count = null, period = null } = written as Readonly<Record<string, Json>>;
  if ((count === null) !== (period === null))
    refuse('build_after', `has \`${count === null ? 'period' : 'count'}\` alone: give it both`);
}

/** A primary key stands in one place. */
function checkKeys(node: Node, refuse: (key: string, problem: string) => void): void {
  const isKey = (constraint: Json) =>
    isPlainObject(constraint) && constraint['type'] === 'primary_key';
  const columns = Object.values(node.columns).filter((column) => column.constraints.some(isKey));
  if (columns.length > 1) {
    const names = columns.map((column) => column.name).join(', ');
    refuse(
      'constraints',
      `have several columns as primary keys (${names}): name them in one key of the model`,
    );
  }
  if (columns.length > 0 && (node.constraints ?? []).some(isKey))
    refuse('constraints', 'have a primary key of the model and one of a column: keep one of them');
}

function checkContract(
  node: Node,
  described: (() => SourceLocation) | undefined,
  diagnostics: Diagnostics,
): void {
  const { config } = node;
  if (!isPlainObject(config['contract']) || config['contract']['enforced'] !== true) return;
  const refuse = (problem: string, hint: string) =>
    diagnostics.add(
      tsdbtError(
        'contract-incomplete',
        { node: node.uniqueId, problem },
        { nodeId: node.uniqueId, hint, location: described?.() ?? { file: node.originalFilePath } },
      ),
    );
  const { on_schema_change: change = 'ignore', materialized } = config;
  if (materialized === 'incremental' && change !== 'append_new_columns' && change !== 'fail')
    refuse(
      `on_schema_change is ${String(change ?? 'ignore')}`,
      'Set on_schema_change to append_new_columns or fail.',
    );
  // Without a word in a property file it is the run that fails, as in dbt.
  if (described === undefined) return;
  const columns = Object.values(node.columns);
  if (columns.length === 0)
    refuse('the model declares no columns', 'Declare `columns`, each with a `data_type`.');
  const all = [...(node.constraints ?? []), ...columns.flatMap((column) => column.constraints)];
  const types = all.map((one) => (isPlainObject(one) ? one['type'] : null));
  const unknown = types.find((type) => !constraintTypes.includes(String(type)));
  if (unknown !== undefined)
    refuse(
      `a constraint has the type "${String(unknown)}"`,
      `Known are ${constraintTypes.join(', ')}.`,
    );
  const isEnforcing = materialized === 'table' || materialized === 'incremental';
  const isWarned = all.some((one) => isPlainObject(one) && one['warn_unsupported'] !== false);
  if (isWarned && !isEnforcing)
    diagnostics.warn(
      'UnsupportedConstraintMaterialization',
      `${node.uniqueId} has constraints, which the materialization ${String(materialized)} does not enforce.`,
    );
}

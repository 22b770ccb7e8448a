import type { Node } from '../../contracts/node.ts';
import type { NodeResult } from '../../contracts/result.ts';

/** `data.node_info` of dbt's events: which node, and how far it is. */
export function nodeInfo(
  node: Node,
  status: string,
  startedAt: Date | undefined,
  finishedAt: Date | undefined,
): Readonly<Record<string, unknown>> {
  const meta = node.config['meta'];
  return {
    materialized: node.config['materialized'] ?? node.resourceType,
    meta: typeof meta === 'object' && meta !== null ? meta : {},
    node_checksum: node.resourceType === 'test' ? '' : node.checksum,
    node_finished_at: timeText(finishedAt),
    node_name: node.name,
    node_path: node.path,
    node_relation: {
      alias: node.alias,
      database: node.database,
      relation_name: hasRelation(node) ? quotedName(node) : '',
      schema: node.schema,
    },
    node_started_at: timeText(startedAt),
    node_status: status,
    resource_type: node.resourceType,
    unique_id: node.uniqueId,
  };
}

/** `data.run_result` of NodeFinished. */
export function runResult(result: NodeResult): Readonly<Record<string, unknown>> {
  return {
    adapter_response: result.rowsAffected === null ? {} : { rows_affected: result.rowsAffected },
    execution_time: result.executionTime,
    message: result.error?.message ?? result.message ?? '',
    num_failures: result.failures ?? 0,
    status: result.status,
    thread: result.threadId,
    timing_info: result.timing.map(({ name, startedAt, completedAt }) => ({
      completed_at: `${timeText(completedAt)}Z`,
      name,
      started_at: `${timeText(startedAt)}Z`,
    })),
  };
}

/** What a node is in a sentence: `sql table model main.orders`. */
export function describe(node: Node): string {
  const relation = `${node.schema}.${node.alias}`;
  switch (node.resourceType) {
    case 'model':
      return `sql ${String(node.config['materialized'])} model ${relation}`;
    case 'seed':
      return `seed file ${relation}`;
    case 'snapshot':
      return `snapshot ${relation}`;
    case 'function':
      return `function ${relation}`;
    case 'unit_test':
      return `unit_test ${node.fqn.slice(-2).join('::')}`;
    default:
      return `${node.resourceType} ${node.name}`;
  }
}

/** `1 of 3 OK … [OK in 0.11s]`, as wide as dbt's lines are. */
export function fancyLine(index: number, total: number, text: string, status: string): string {
  const progress = `${index} of ${total} `;
  return `${`${progress}${text} `.padEnd(80, '.')} [${status}]`;
}

function timeText(time: Date | undefined): string {
  return time === undefined ? '' : time.toISOString().replace('Z', '000');
}

function hasRelation(node: Node): boolean {
  const own = node.config['materialized'] !== 'ephemeral';
  return own && ['model', 'seed', 'snapshot', 'function'].includes(node.resourceType);
}

function quotedName({ database, schema, alias }: Node): string {
  return [database, schema, alias].map((part) => `"${part.replaceAll('"', '""')}"`).join('.');
}

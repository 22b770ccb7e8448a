import type { Node } from '../../contracts/node.ts';
import type { NodeResult, NodeStatus } from '../../contracts/result.ts';
import type { UniqueId } from '../../contracts/unique-id.ts';
import { formatError } from '../../errors/format-error.ts';
import type { LogEvent } from './log-event.ts';
import { nodeInfo } from './node-info.ts';
import { type Reporter, withSource } from './reporter.ts';

type Nodes = ReadonlyMap<UniqueId, Node>;

/** `Finished running 2 table models, 1 data test in …`. */
export function finishedStats(
  results: readonly NodeResult[],
  elapsed: number,
  nodes: Nodes,
): readonly LogEvent[] {
  if (results.length === 0) return [];
  const counts = new Map<string, number>();
  for (const { nodeId } of results) {
    const kind = kindOf(nodeId, nodes.get(nodeId));
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  const parts = [...counts].map(([kind, n]) => `${n} ${kind}${n === 1 ? '' : 's'}`);
  const line = parts.join(', ');
  const whole = Math.floor(elapsed);
  const rest = (elapsed % 60).toFixed(2);
  const execution = ` in ${Math.floor(whole / 3600)} hours ${Math.floor(whole / 60) % 60} minutes and ${rest} seconds`;
  return [
    {
      name: 'FinishedRunningStats',
      level: 'info',
      msg: `Finished running ${line}${execution} (${elapsed.toFixed(2)}s).`,
      data: { stat_line: line, execution, execution_time: elapsed },
    },
  ];
}

/** What failed and what warned, one after the other, and the line that counts. */
export function endOfRun(
  results: readonly NodeResult[],
  nodes: Nodes,
  readSource: Reporter['readSource'],
): readonly LogEvent[] {
  if (results.length === 0) return [];
  const having = (...statuses: readonly NodeStatus[]) =>
    results.filter((result) => statuses.includes(result.status));
  const failed = having('error', 'fail', 'partial success');
  const warned = having('warn');
  const partial = having('partial success').length;
  const data = {
    keyboard_interrupt: false,
    num_errors: failed.length - partial,
    num_partial_success: partial,
    num_warnings: warned.length,
  };
  const stats = {
    error: failed.length,
    noop: having('no-op').length,
    pass: having('success', 'pass').length,
    reused: 0,
    skip: having('skipped').length,
    total: results.length,
    warn: warned.length,
  };
  return [
    { name: 'EndOfRunSummary', level: 'info', msg: summaryText(data), data },
    ...failed.flatMap((result) => failure(result, nodes.get(result.nodeId), readSource)),
    ...warned.flatMap((result) => warning(result, nodes.get(result.nodeId))),
    {
      name: 'StatsLine',
      level: 'info',
      msg: `Done. PASS=${stats.pass} WARN=${stats.warn} ERROR=${stats.error} SKIP=${stats.skip} NO-OP=${stats.noop} REUSED=0 TOTAL=${stats.total}`,
      data: { stats },
    },
  ];
}

function summaryText({
  num_errors: errors,
  num_partial_success: partial,
  num_warnings: warnings,
}: {
  readonly num_errors: number;
  readonly num_partial_success: number;
  readonly num_warnings: number;
}): string {
  const counted = (n: number, one: string, many = `${one}s`) => `${n} ${n === 1 ? one : many}`;
  if (errors + partial > 0)
    return `Completed with ${counted(errors, 'error')}, ${counted(partial, 'partial success', 'partial successes')}, and ${counted(warnings, 'warning')}:`;
  return warnings > 0
    ? `Completed with ${counted(warnings, 'warning')}:`
    : 'Completed successfully';
}

function failure(
  result: NodeResult,
  node: Node | undefined,
  readSource: Reporter['readSource'],
): readonly LogEvent[] {
  const of = place(result, node);
  const text =
    result.error === null
      ? (result.message ?? '')
      : formatError(withSource(result.error, readSource));
  const first: LogEvent = {
    name: 'RunResultFailure',
    level: 'error',
    msg: `[ERROR]: in ${of.text}`,
    data: of.data,
  };
  if (text === '')
    return [
      first,
      {
        name: 'RunResultErrorNoMessage',
        level: 'error',
        msg: `Status: ${result.status}`,
        data: { status: result.status, ...of.info },
      },
    ];
  return [
    first,
    { name: 'RunResultError', level: 'error', msg: text, data: { msg: text, ...of.info } },
  ];
}

function warning(result: NodeResult, node: Node | undefined): readonly LogEvent[] {
  const of = place(result, node);
  const text = result.message ?? '';
  return [
    { name: 'RunResultWarning', level: 'warn', msg: `in ${of.text}`, data: of.data },
    { name: 'RunResultWarningMessage', level: 'warn', msg: text, data: { msg: text, ...of.info } },
  ];
}

function place({ nodeId, status }: NodeResult, node: Node | undefined) {
  const name = node?.name ?? nodeId.split('.').slice(2).join('.');
  const path = node?.originalFilePath ?? '';
  const type = node?.resourceType ?? nodeId.split('.')[0]!;
  const info =
    node === undefined ? {} : { node_info: nodeInfo(node, status, undefined, undefined) };
  return {
    text: `${type} ${name}${path === '' ? '' : ` (${path})`}`,
    info,
    data: { node_name: name, path, resource_type: type, ...info },
  };
}

function kindOf(id: UniqueId, node: Node | undefined): string {
  const type = node?.resourceType ?? id.split('.')[0]!;
  if (type === 'operation') return 'project hook';
  if (type === 'test') return 'data test';
  if (type === 'unit_test') return 'unit test';
  return type === 'model' ? `${String(node!.config['materialized'])} model` : type;
}

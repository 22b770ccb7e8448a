import type { RunEvent } from '../../contracts/event.ts';
import type { Node } from '../../contracts/node.ts';
import type { NodeResult } from '../../contracts/result.ts';
import { formatError } from '../../errors/format-error.ts';
import type { Io } from '../io.ts';
import { version } from '../version.ts';
import { type Reporter, withSource } from './reporter.ts';

/**
 * One JSON object a line, under dbt's event names (docs.getdbt.com/reference/events-logging), for
 * orchestrators: `{"info": {"name": "LogModelResult", "level": …, "msg": …}, "data": {…}}`.
 */
export function jsonReporter(
  io: Io,
  invocationId: string,
  now: () => Date,
  readSource: Reporter['readSource'],
): Reporter {
  const write = (name: string, level: 'info' | 'warn' | 'error', msg: string, data: object) => {
    const info = {
      name,
      level,
      msg,
      ts: now().toISOString(),
      invocation_id: invocationId,
      thread: 'MainThread',
      category: '',
      code: '',
      extra: {},
      pid: process.pid,
    };
    io.out(JSON.stringify({ info, data }));
  };
  return {
    readSource,
    begin: () =>
      write('MainReportVersion', 'info', `Running with tsdbt=${version()}`, {
        version: version(),
        log_version: 3,
      }),
    emit: (event) => emit(event, write, readSource),
  };
}

type Write = (name: string, level: 'info' | 'warn' | 'error', msg: string, data: object) => void;

function emit(event: RunEvent, write: Write, readSource: Reporter['readSource']): void {
  switch (event.type) {
    case 'run-started':
      write('FoundNodes', 'info', `Found ${event.total} nodes`, {
        counts: event.counts,
        threads: event.threads,
      });
      break;
    case 'node-started':
      write('LogStartLine', 'info', `${event.index} of ${event.total} START ${event.node.name}`, {
        index: event.index,
        total: event.total,
        node_info: nodeInfo(event.node, 'started'),
      });
      break;
    case 'node-finished': {
      const { node, result } = event;
      write(
        resultName(node),
        levelOf(result),
        `${event.index} of ${event.total} ${result.status.toUpperCase()} ${node.name}`,
        {
          index: event.index,
          total: event.total,
          status: result.status,
          execution_time: result.executionTime,
          num_failures: result.failures,
          rows_affected: result.rowsAffected,
          notices: result.notices,
          error: result.error === null ? null : errorData(result, readSource),
          node_info: nodeInfo(node, result.status),
        },
      );
      break;
    }
    case 'message':
      write('Note', event.level, event.text, {});
      break;
    case 'run-finished':
      write('CommandCompleted', 'info', `Done in ${event.elapsed.toFixed(2)}s`, {
        elapsed: event.elapsed,
        success: !event.results.some((r) =>
          ['error', 'fail', 'skipped', 'partial success'].includes(r.status),
        ),
      });
      break;
  }
}

function resultName(node: Node): string {
  if (node.resourceType === 'test') return 'LogTestResult';
  return node.resourceType === 'seed' ? 'LogSeedResult' : 'LogModelResult';
}

function levelOf(result: NodeResult): 'info' | 'warn' | 'error' {
  if (result.status === 'error' || result.status === 'fail') return 'error';
  return result.status === 'warn' || result.status === 'skipped' ? 'warn' : 'info';
}

function errorData(result: NodeResult, readSource: Reporter['readSource']): object {
  const error = withSource(result.error!, readSource);
  return {
    code: error.code,
    name: error.name,
    message: error.message,
    hint: error.hint ?? null,
    location: error.location ?? null,
    text: formatError(error),
  };
}

function nodeInfo(node: Node, status: string): object {
  return {
    unique_id: node.uniqueId,
    node_name: node.name,
    node_path: node.path,
    resource_type: node.resourceType,
    materialized: node.config['materialized'] ?? null,
    node_status: status,
    node_relation: { database: node.database, schema: node.schema, alias: node.alias },
  };
}

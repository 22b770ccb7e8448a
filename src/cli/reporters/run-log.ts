import type { RunEvent } from '../../contracts/event.ts';
import type { Group, Node } from '../../contracts/node.ts';
import type { NodeResult } from '../../contracts/result.ts';
import type { UniqueId } from '../../contracts/unique-id.ts';
import { formatError } from '../../errors/format-error.ts';
import { fromJs, toStr } from '../../jinja/index.ts';
import type { LogEvent, LogLevel } from './log-event.ts';
import { describe, fancyLine, nodeInfo, runResult } from './node-info.ts';
import { type Reporter, withSource } from './reporter.ts';
import { endOfRun, finishedStats } from './run-summary.ts';

/** Tells a run in dbt's log events: what orchestrators read while it goes on. */
export class RunLog {
  readonly #now: () => Date;
  readonly #readSource: Reporter['readSource'];
  readonly #nodes = new Map<UniqueId, { readonly node: Node; readonly startedAt: Date }>();
  readonly #seen = new Map<UniqueId, Node>();
  #groups: ReadonlyMap<string, object> = new Map();

  constructor(now: () => Date, readSource: Reporter['readSource']) {
    this.#now = now;
    this.#readSource = readSource;
  }

  /** The events of one event of the run, in order. */
  of(event: RunEvent): readonly LogEvent[] {
    switch (event.type) {
      case 'run-started':
        this.#groups = new Map(event.groups.map((group) => [group.name, groupData(group)]));
        return this.#started(event);
      case 'node-started':
        return this.#nodeStarted(event);
      case 'node-finished':
        return this.#nodeFinished(event);
      case 'message':
        return [this.#message(event)];
      case 'statement-sent':
      case 'statement-done':
        return [this.#statement(event)];
      case 'hook-started':
      case 'hook-finished':
        return [this.#hook(event)];
      case 'run-finished':
        return [
          ...finishedStats(event.results, event.elapsed, this.#seen),
          ...endOfRun(event.results, this.#seen, this.#readSource).map((one) =>
            this.#withGroup(one),
          ),
        ];
    }
  }

  #statement(event: Extract<RunEvent, { type: 'statement-sent' | 'statement-done' }>): LogEvent {
    const { node, threadId: thread } = event;
    const startedAt = this.#nodes.get(node.uniqueId)?.startedAt;
    const info = { node_info: nodeInfo(node, 'started', startedAt, undefined) };
    if (event.type === 'statement-sent') {
      const msg = `On ${node.uniqueId}: ${event.sql}`;
      const data = { conn_name: node.uniqueId, sql: event.sql, ...info };
      return { name: 'SQLQuery', level: 'debug', msg, data, thread };
    }
    const msg = `SQL status: OK in ${event.elapsed.toFixed(3)} seconds`;
    const data = { status: 'OK', elapsed: event.elapsed, ...info };
    return { name: 'SQLQueryStatus', level: 'debug', msg, data, thread };
  }

  #hook(event: Extract<RunEvent, { type: 'hook-started' | 'hook-finished' }>): LogEvent {
    const { node, label, index, total } = event;
    const base = { index, statement: label, total };
    if (event.type === 'hook-started') {
      const info = { node_info: nodeInfo(node, 'started', this.#now(), undefined) };
      const msg = fancyLine(index, total, `START hook: ${label}`, 'RUN');
      return { name: 'LogHookStartLine', level: 'info', msg, data: { ...base, ...info } };
    }
    const { status, executionTime, timing } = event.result;
    this.#seen.set(node.uniqueId, node);
    const word = status === 'success' ? 'OK' : status === 'skipped' ? 'SKIP' : 'ERROR';
    const info = {
      node_info: nodeInfo(node, status, timing[0]?.startedAt, timing[0]?.completedAt),
    };
    return {
      name: 'LogHookEndLine',
      level: 'info',
      msg: fancyLine(
        index,
        total,
        `${word} hook: ${label}`,
        `${word} in ${executionTime.toFixed(2)}s`,
      ),
      data: { ...base, status, execution_time: executionTime, ...info },
    };
  }

  #message(event: Extract<RunEvent, { type: 'message' }>): LogEvent {
    const name = event.level === 'warn' ? event.name : 'Note';
    return { name, level: event.level, msg: event.text, data: { msg: event.text } };
  }

  #started(event: Extract<RunEvent, { type: 'run-started' }>): readonly LogEvent[] {
    const parts = Object.entries(event.counts).map(
      ([type, n]) => `${n} ${type}${n === 1 ? '' : 's'}`,
    );
    const line = parts.join(', ');
    if (event.total === 0) return [];
    return [
      info('FoundStats', `Found ${line}`, { stat_line: line }),
      info('ConcurrencyLine', `Concurrency: ${event.threads} threads (target='${event.target}')`, {
        node_count: event.total,
        num_threads: event.threads,
        target_name: event.target,
      }),
    ];
  }

  #nodeStarted({
    node,
    index,
    total,
    threadId,
  }: Extract<RunEvent, { type: 'node-started' }>): readonly LogEvent[] {
    const startedAt = this.#now();
    this.#nodes.set(node.uniqueId, { node, startedAt });
    const description = describe(node);
    const info = { node_info: nodeInfo(node, 'started', startedAt, undefined) };
    const debug = (name: string, msg: string): LogEvent => ({
      name,
      level: 'debug',
      msg,
      data: info,
      thread: threadId,
    });
    return [
      debug('NodeStart', `Began running node ${node.uniqueId}`),
      {
        name: 'LogStartLine',
        level: 'info',
        msg: fancyLine(index, total, `START ${description}`, 'RUN'),
        data: { description, index, total, ...info },
        thread: threadId,
      },
      debug('NodeCompiling', `Began compiling node ${node.uniqueId}`),
      debug('NodeExecuting', `Began executing node ${node.uniqueId}`),
    ];
  }

  #nodeFinished({
    node,
    result,
    index,
    total,
  }: Extract<RunEvent, { type: 'node-finished' }>): readonly LogEvent[] {
    this.#seen.set(node.uniqueId, node);
    const startedAt = this.#nodes.get(node.uniqueId)?.startedAt;
    const finishedAt = result.status === 'skipped' ? undefined : this.#now();
    const info = { node_info: nodeInfo(node, result.status, startedAt, finishedAt) };
    const thread = result.threadId;
    const finished: LogEvent = {
      name: 'NodeFinished',
      level: 'debug',
      msg: `Finished running node ${node.uniqueId}`,
      data: {
        ...info,
        run_result: runResult(result),
        execution_time: result.executionTime,
        ...(result.failures === null ? {} : { num_failures: result.failures }),
      },
      thread,
    };
    const told = resultEvent(node, result, index, total);
    const own = {
      notices: result.notices,
      error: result.error === null ? null : this.#errorData(result),
    };
    const main = this.#withGroup({
      ...told,
      data: { ...told.data, ...info, ...own },
      thread,
    });
    if (!['error', 'fail', 'skipped'].includes(result.status)) return [main, finished];
    const marked: LogEvent = {
      name: 'MarkSkippedChildren',
      level: 'debug',
      msg: `Marking all children of '${node.uniqueId}' to be skipped because of status '${result.status}'.`,
      data: { status: result.status, unique_id: node.uniqueId },
      thread,
    };
    return [main, finished, marked];
  }

  /** The event of a node of a group says whose it is. */
  #withGroup(event: LogEvent): LogEvent {
    const { unique_id: id } = (event.data?.['node_info'] ?? {}) as { unique_id?: UniqueId };
    const name = id === undefined ? undefined : this.#seen.get(id)?.group;
    const group = this.#groups.get(name ?? '');
    return group === undefined ? event : { ...event, data: { ...event.data, group } };
  }

  /** What dbt's events don't have: our error, with its code and place. */
  #errorData(result: NodeResult): object {
    const error = withSource(result.error!, this.#readSource);
    return {
      code: error.code,
      name: error.name,
      message: error.message,
      hint: error.hint ?? null,
      location: error.location ?? null,
      text: formatError(error),
    };
  }
}

function groupData({ name, packageName, owner }: Group): object {
  const texts = Object.entries(owner).flatMap(([key, value]) =>
    value === null ? [] : [[key, toStr(fromJs(value))]],
  );
  return { name, package_name: packageName, owner: Object.fromEntries(texts) };
}

function info(name: string, msg: string, data: LogEvent['data']): LogEvent {
  return { name, level: 'info', msg, data };
}

/** The event that says what a node came to, under the name that dbt has for its kind. */
function resultEvent(node: Node, result: NodeResult, index: number, total: number): LogEvent {
  const { status, executionTime } = result;
  const seconds = `${executionTime.toFixed(2)}s`;
  const level = levelOf(result);
  const base = { index, total, execution_time: executionTime };
  if (status === 'skipped') {
    const isTest = node.resourceType === 'test' || node.resourceType === 'unit_test';
    const what =
      isTest || node.resourceType === 'function'
        ? `${node.resourceType} ${node.name}`
        : `relation ${node.schema}.${node.alias}`;
    return {
      name: 'SkippingDetails',
      level: 'info',
      msg: fancyLine(index, total, `SKIP ${what}`, 'SKIP'),
      data: {
        index,
        total,
        node_name: node.name,
        resource_type: node.resourceType,
        schema: node.schema,
      },
    };
  }
  const description = describe(node);
  const numbers = { num_failures: result.failures, rows_affected: result.rowsAffected };
  if (node.resourceType === 'test' || node.resourceType === 'unit_test') {
    const failed = result.failures ?? 0;
    const word =
      status === 'pass'
        ? 'PASS'
        : status === 'error'
          ? 'ERROR'
          : `${status.toUpperCase()} ${failed}`;
    return {
      name: 'LogTestResult',
      level,
      msg: fancyLine(index, total, `${word} ${node.name}`, `${word} in ${seconds}`),
      data: {
        ...base,
        name: node.name,
        status,
        num_failures: failed,
        num_models: total,
        attached_node: node.attachedNode ?? '',
      },
    };
  }
  if (status === 'no-op') {
    const msg = fancyLine(index, total, `NO-OP ${description}`, `NO-OP in ${seconds}`);
    return {
      name: 'LogNodeNoOpResult',
      level,
      msg,
      data: { ...base, description, status: 'no-op' },
    };
  }
  const failed = status === 'error';
  const [name, doing, done] = words(node);
  const isFunction = name === 'LogFunctionResult';
  const isPlain = status === 'success' && !isFunction;
  const message = failed ? 'ERROR' : isPlain ? 'OK' : status.toUpperCase();
  const line = failed ? `ERROR ${doing} ${description}` : `OK ${done} ${description}`;
  const msg = fancyLine(index, total, line, `${message} in ${seconds}`);
  const state = failed
    ? 'error'
    : status === 'success' && name === 'LogModelResult'
      ? 'OK'
      : status;
  return {
    name,
    level,
    msg,
    data: {
      ...base,
      ...(isFunction ? {} : numbers),
      description,
      status: state,
      ...(name === 'LogModelResult' || isFunction
        ? {}
        : { result_message: message, relation: node.alias, schema: node.schema }),
    },
  };
}

function words({ resourceType }: Node): readonly [string, string, string] {
  if (resourceType === 'seed') return ['LogSeedResult', 'loading', 'loaded'];
  if (resourceType === 'snapshot') return ['LogSnapshotResult', 'snapshotting', 'snapshotted'];
  if (resourceType === 'function') return ['LogFunctionResult', 'creating', 'created'];
  return ['LogModelResult', 'creating', 'created'];
}

function levelOf({ status }: NodeResult): LogLevel {
  if (status === 'error' || status === 'fail' || status === 'partial success') return 'error';
  return status === 'warn' ? 'warn' : 'info';
}

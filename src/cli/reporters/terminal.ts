import { join } from 'node:path';
import type { RunEvent } from '../../contracts/event.ts';
import type { Node } from '../../contracts/node.ts';
import type { NodeResult } from '../../contracts/result.ts';
import { formatError } from '../../errors/format-error.ts';
import type { OpenedProject } from '../../tasks/open-project.ts';
import { sqlPath } from '../../tasks/sql-path.ts';
import { printable, printableLines } from '../../util/printable.ts';
import { textTable } from '../../util/text-table.ts';
import type { Io } from '../io.ts';
import { type Paint, type Style, style } from '../style.ts';
import { version } from '../version.ts';
import { isShown, type LogEvent, type LogLevel } from './log-event.ts';
import { type Reporter, withSource } from './reporter.ts';
import type { Sink } from './sink.ts';

/**
 * Lines for people: one as a node starts, one as it ends, a summary with what failed. `least` is the lowest
 * level that is shown; `quiet` leaves errors and the summary.
 */
export function terminalSink(
  io: Io,
  {
    least,
    quiet,
    color,
  }: { readonly least: LogLevel | 'none'; readonly quiet: boolean; readonly color: boolean },
  readSource: Reporter['readSource'],
): Sink {
  const paint = style(color);
  const shows = (level: LogLevel) => isShown(level, least) && (!quiet || level === 'error');
  const say = (text: string) => {
    if (shows('info')) io.out(text);
  };
  const debug = (events: readonly LogEvent[]) => {
    if (!shows('debug')) return;
    for (const event of events)
      if (event.level === 'debug') io.out(paint.dim(printable(event.msg)));
  };
  const names = new Map<string, string>();
  const tests = new Map<string, Node>();
  let opened: OpenedProject | undefined;
  return {
    begin: (project) => {
      opened = project;
      say(paint.dim(header(project)));
    },
    log: (event) => debug([event]),
    tell: (event, isAsked) => {
      // A template may print anything; what a command prints is written to files as it is.
      const isSafe = !templateEvents.has(event.name) && io.isTerminal !== true;
      const text = isSafe ? event.msg : printableLines(event.msg);
      if (isAsked ? least !== 'none' : shows(event.level)) io.out(text);
    },
    failed: (errors) => {
      if (!isShown('error', least)) return;
      for (const error of errors) io.err(formatError(withSource(error, readSource), paint.error));
    },
    run: (event, logged) => {
      debug(logged);
      switch (event.type) {
        case 'run-started':
          if (event.total > 0) say(started(event));
          break;
        case 'node-started':
          names.set(event.node.uniqueId, event.node.name);
          say(
            paint.dim(
              `${counter(event.index, event.total)} START   ${kindOf(event.node)} ${printable(event.node.name)}`,
            ),
          );
          break;
        case 'node-finished': {
          names.set(event.node.uniqueId, event.node.name);
          if (isTest(event.node)) tests.set(event.node.uniqueId, event.node);
          const level = levelOf(event.result);
          if (!shows(level) || (quiet && level !== 'info')) break;
          const status = statusWord(event.result, paint);
          const kind = kindOf(event.node);
          const facts = factsOf(event.result);
          io.out(
            `${counter(event.index, event.total)} ${status} ${kind} ${printable(event.node.name)}${facts === '' ? '' : `  ${paint.dim(facts)}`}`,
          );
          for (const notice of event.result.notices)
            io.out(
              `${' '.repeat(counter(0, event.total).length)}         ${paint.yellow(printable(notice))}`,
            );
          break;
        }
        case 'message':
          if (event.level === 'info') say(printableLines(event.text));
          else if (event.level === 'error' && shows('error')) io.err(printableLines(event.text));
          else if (event.level === 'warn' && isShown('warn', least))
            io.err(paint.yellow(`Warning: ${printableLines(event.text)}`));
          break;
        case 'run-finished':
          summary(event.results, event.elapsed, io, paint, names, {
            least,
            readSource,
            placeOf: (result) => testPlace(result, tests.get(result.nodeId), opened),
          });
          break;
      }
    },
  };
}

/** Events of `log` and `print` in templates. */
const templateEvents: ReadonlySet<string> = new Set([
  'PrintEvent',
  'JinjaLogInfo',
  'JinjaLogDebug',
]);

function levelOf({ status }: NodeResult): LogLevel {
  if (status === 'error' || status === 'fail' || status === 'partial success') return 'error';
  return status === 'warn' ? 'warn' : 'info';
}

function header(opened: OpenedProject): string {
  const { project, target } = opened;
  return `tsdbt ${version()} · ${project.name} → ${target.name} (${target.type} ${target.database}.${target.schema}) · ${target.threads} thread${target.threads === 1 ? '' : 's'}`;
}

function started(event: Extract<RunEvent, { type: 'run-started' }>): string {
  const parts = Object.entries(event.counts).map(
    ([type, n]) => `${n} ${type}${n === 1 ? '' : 's'}`,
  );
  return `${event.command}: ${parts.join(', ')}\n`;
}

function counter(index: number, total: number): string {
  const width = String(total).length;
  return `${String(index).padStart(width)}/${total}`;
}

function kindOf(node: { resourceType: string; config: Readonly<Record<string, unknown>> }): string {
  const kind =
    node.resourceType === 'model' ? String(node.config['materialized']) : node.resourceType;
  return kind.padEnd(11);
}

function statusWord(result: NodeResult, paint: Style): string {
  const words: Record<NodeResult['status'], readonly [string, Paint]> = {
    success: ['OK', paint.green],
    'partial success': ['PARTIAL', paint.red],
    pass: ['PASS', paint.green],
    warn: ['WARN', paint.yellow],
    fail: ['FAIL', paint.red],
    error: ['ERROR', paint.red],
    skipped: ['SKIP', paint.yellow],
    'no-op': ['NO-OP', paint.dim],
  };
  const [word, color] = words[result.status];
  return color(word.padEnd(7));
}

function factsOf(result: NodeResult): string {
  if (result.status === 'skipped') return '';
  const facts: string[] = [];
  if (result.failures !== null && result.failures > 0) facts.push(`${result.failures} failing`);
  else if (result.rowsAffected !== null)
    facts.push(`${result.rowsAffected} row${result.rowsAffected === 1 ? '' : 's'}`);
  const { rows_removed: removed = 0, deliveries_refused: refused = 0 } = result.response ?? {};
  if (removed > 0) facts.push(`${removed} removed`);
  if (refused > 0) facts.push(`${refused} refused`);
  if (result.message === 'nothing new') facts.push('nothing new');
  facts.push(`${result.executionTime.toFixed(2)}s`);
  return facts.join(', ');
}

function summary(
  results: readonly NodeResult[],
  elapsed: number,
  io: Io,
  paint: Style,
  names: ReadonlyMap<string, string>,
  {
    least,
    readSource,
    placeOf,
  }: {
    readonly least: LogLevel | 'none';
    readonly readSource: Reporter['readSource'];
    /** Where a test is written, and its query. */
    readonly placeOf: (result: NodeResult) => string | undefined;
  },
): void {
  if (results.length === 0) return;
  for (const result of results) {
    if (!isShown(levelOf(result), least)) continue;
    const name = names.get(result.nodeId) ?? result.nodeId;
    if (result.error !== null) {
      io.out(`\n${paint.red(`Error in ${printable(name)}`)}`);
      io.out(formatError(withSource(result.error, readSource), paint.error));
    } else if (result.status === 'fail' || result.status === 'warn') {
      const color = result.status === 'fail' ? paint.red : paint.yellow;
      io.out(
        `\n${color(`${result.status === 'fail' ? 'Failed' : 'Warning'}: ${printable(name)}`)}  ${printableLines(result.message ?? '')}`,
      );
      if (result.sample !== null && result.sample.rows.length > 0) io.out(sampleTable(result));
      if (result.relationName !== null)
        io.out(paint.dim(`  kept in ${printable(result.relationName)}`));
    }
    const place = placeOf(result);
    if (place !== undefined) io.out(paint.dim(`  ${printable(place)}`));
  }
  if (!isShown('info', least)) return;
  const count = (...statuses: readonly NodeResult['status'][]) =>
    results.filter((r) => statuses.includes(r.status)).length;
  const failed = count('error', 'fail', 'partial success');
  const line = `Done in ${elapsed.toFixed(2)}s. PASS=${count('success', 'pass')} WARN=${count('warn')} ERROR=${failed} SKIP=${count('skipped')}${count('no-op') === 0 ? '' : ` NO-OP=${count('no-op')}`} TOTAL=${results.length}`;
  io.out(
    `\n${failed > 0 ? paint.red(line) : count('warn', 'skipped') > 0 ? paint.yellow(line) : paint.green(line)}`,
  );
}

const isTest = ({ resourceType }: Node) => resourceType === 'test' || resourceType === 'unit_test';

/** Where a test that did not pass is written, and where its compiled query is. */
function testPlace(
  { status, compiledCode, error }: NodeResult,
  test: Node | undefined,
  opened: OpenedProject | undefined,
): string | undefined {
  if (test === undefined || opened === undefined || !['fail', 'warn', 'error'].includes(status))
    return undefined;
  const written = error === null ? [`${test.originalFilePath}:${test.firstLine}`] : [];
  const compiled =
    compiledCode === null || compiledCode === ''
      ? []
      : [`compiled in ${join(opened.project.targetPath, 'compiled', ...sqlPath(test))}`];
  const place = [...written, ...compiled].join(', ');
  return place === '' ? undefined : place;
}

function sampleTable(result: NodeResult): string {
  const { columns, rows } = result.sample!;
  const table = textTable({ columns: columns.map((name) => ({ name })), rows });
  const more = (result.failures ?? 0) - rows.length;
  return more > 0 ? `${table}\n  … and ${more} more` : table;
}

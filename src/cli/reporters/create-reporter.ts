import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { RunEvent } from '../../contracts/event.ts';
import { formatError } from '../../errors/format-error.ts';
import { ProjectErrors } from '../../errors/project-errors.ts';
import { type TsdbtError, toTsdbtError, tsdbtError } from '../../errors/tsdbt-error.ts';
import { customEnv } from '../../util/custom-env.ts';
import { jsonText } from '../../util/exact-json.ts';
import type { Io } from '../io.ts';
import { type CommonOptions, isColored, levelOfWarning } from '../options.ts';
import { version } from '../version.ts';
import { DeprecationCount } from './deprecation-count.ts';
import type { LogEvent } from './log-event.ts';
import { LogFile } from './log-file.ts';
import { jsonLine, type LineContext, textLine } from './log-line.ts';
import { type Reporter, withSource } from './reporter.ts';
import { RunLog } from './run-log.ts';
import { lineSink, type Sink } from './sink.ts';
import { terminalSink } from './terminal.ts';

/** The reporter that the options ask for: the console, and a file where one is wanted. */
export function createReporter(options: CommonOptions, io: Io): Reporter {
  const invocationId = randomUUID();
  const now = () => new Date();
  const started = now();
  let root = io.cwd;
  // Many errors may be of one file.
  let last: { readonly path: string; readonly text: string | undefined } | undefined;
  const readSource = (file: string): string | undefined => {
    const path = join(root, file);
    if (last?.path !== path) {
      let text: string | undefined;
      try {
        text = readFileSync(path, 'utf8');
      } catch {
        text = undefined;
      }
      last = { path, text };
    }
    return last.text;
  };
  const line = { invocationId, now, extra: customEnv(io.env) };
  const runLog = new RunLog(now, readSource);
  const deprecations = new DeprecationCount(options.showAllDeprecations === true);
  const least = options.debug === true ? 'debug' : (options.logLevel ?? 'info');
  const quiet = options.quiet === true;
  const json = (event: LogEvent) => jsonLine(event, line);
  const isJson = options.logFormat === 'json';
  const console: Sink = isJson
    ? lineSink(io.out, json, quiet && least !== 'none' ? 'error' : least, forReaders)
    : terminalSink(io, { least, quiet, color: isColored(options, io) }, readSource);
  const terminal = isJson ? undefined : console;
  const file = fileSink(options, io, line);
  const sinks = file === undefined ? [console] : [console, file];
  const needsLog = sinks.length > 1 || isJson || least === 'debug';
  const isDetailed =
    least === 'debug' || (file !== undefined && (options.logLevelFile ?? 'debug') === 'debug');
  const log = (event: LogEvent) => {
    for (const sink of sinks) sink.log(event);
  };
  const isHidden = (event: RunEvent) =>
    event.type === 'node-finished' &&
    event.result.status === 'warn' &&
    levelOfWarning('LogTestResult', options) === 'silence';
  const emit = (event: RunEvent) => {
    if (event.type === 'message' && event.level === 'warn') {
      const level = levelOfWarning(event.name, options);
      if (level === 'error')
        throw tsdbtError('warning-is-error', { name: event.name, text: event.text });
      if (!deprecations.isNews(event.name) || level === 'silence') return;
    }
    const logged = needsLog ? runLog.of(event) : [];
    if (!isHidden(event)) for (const sink of sinks) sink.run(event, logged);
    io.onEvent?.(event);
  };
  const warn: Reporter['warn'] = (warnings) => {
    const refused: TsdbtError[] = [];
    for (const { name, text } of warnings) {
      try {
        emit({ type: 'message', level: 'warn', name, text });
      } catch (error) {
        refused.push(toTsdbtError(error));
      }
    }
    if (refused.length > 0) throw new ProjectErrors(refused);
  };
  /** What was judged one by one is not judged again: the sum is no error. */
  const sumUp = () => {
    const event = deprecations.summary();
    if (event === undefined || levelOfWarning(event.name, options) === 'silence') return;
    const { name, msg: text } = event;
    const message: RunEvent = { type: 'message', level: 'warn', name, text };
    for (const sink of sinks)
      if (sink !== terminal || deprecations.hasUntold) sink.run(message, [event]);
    io.onEvent?.(message);
  };
  return {
    invocationId,
    isDetailed,
    readSource,
    emit,
    warn,
    begin: (opened) => {
      root = opened.project.root;
      const event: LogEvent = {
        name: 'MainReportVersion',
        level: 'info',
        msg: `Running with tsdbt=${version()}`,
        data: { log_version: 3, version: `=${version()}` },
      };
      for (const sink of sinks) sink.begin(opened, event);
      const { args = {} } = opened.request.invocation;
      const { vars: _, ...shown } = args;
      const texts = Object.entries(shown).map(([name, value]) => [name, jsonText(value)]);
      log({
        name: 'MainReportArgs',
        level: 'debug',
        msg: `running tsdbt with arguments ${jsonText(shown)}`,
        data: { args: Object.fromEntries(texts) },
      });
    },
    say: (text, by) => {
      if (by?.startsWith('warning')) {
        const name = by.slice('warning:'.length) || 'JinjaLogWarning';
        emit({ type: 'message', level: 'warn', name, text });
        return;
      }
      if (by === 'print' && options.print === false) return;
      const level = by === 'debug' ? 'debug' : 'info';
      const name =
        by === 'print' ? 'PrintEvent' : level === 'debug' ? 'JinjaLogDebug' : 'JinjaLogInfo';
      const event: LogEvent = { name, level, msg: text, data: { msg: text } };
      for (const sink of sinks) sink.tell(event, by === 'print');
    },
    print: (event) => {
      for (const sink of sinks) sink.tell({ level: 'info', ...event }, true);
    },
    failed: (errors) => {
      const logged = errors.map((error): LogEvent => {
        const text = formatError(withSource(error, readSource));
        const data = {
          exc: text,
          code: error.code,
          error_name: error.name,
          location: error.location,
        };
        return {
          name: 'MainEncounteredError',
          level: 'error',
          msg: `Encountered an error:\n${text}`,
          data,
        };
      });
      for (const sink of sinks) sink.failed(errors, logged);
    },
    finished: (command, success) => {
      sumUp();
      const at = now();
      const elapsed = (at.getTime() - started.getTime()) / 1000;
      log({
        name: 'CommandCompleted',
        level: 'debug',
        msg: `Command \`${command}\` ${success ? 'succeeded' : 'failed'} at ${at.toISOString().slice(11, 23)} after ${elapsed.toFixed(2)} seconds`,
        data: { command, completed_at: at.toISOString(), elapsed, success },
      });
    },
  };
}

/**
 * Programs that read the events of dbt 2 wait for NodeFinished at the level that is shown, as Dagster does
 * (`dagster_dbt/core/dbt_cli_event.py`); those that read the ones of dbt 1 pass it over.
 */
function forReaders(event: LogEvent): LogEvent {
  return event.name === 'NodeFinished' ? { ...event, level: 'info' } : event;
}

/** `dbt.log`, where a flag asks for it: none is written otherwise. */
function fileSink(options: CommonOptions, io: Io, line: LineContext): Sink | undefined {
  const { logPath, logLevelFile = 'debug', logFormatFile = 'debug' } = options;
  if (logPath === undefined || logLevelFile === 'none') return undefined;
  const file = new LogFile(resolve(io.cwd, logPath), options.logFileMaxBytes ?? 10_485_760);
  const write = (text: string) => file.write(withoutColor(io.mask?.(text) ?? text));
  if (logFormatFile === 'json')
    return lineSink(write, (event) => jsonLine(event, line), logLevelFile);
  const time = line.now().toISOString().slice(11, 23);
  write(`\n\n${'='.repeat(30)} ${time}000 | ${line.invocationId} ${'='.repeat(30)}`);
  return lineSink(write, (event) => textLine(event, line, logFormatFile !== 'text'), logLevelFile);
}

function withoutColor(text: string): string {
  return text.replaceAll(new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g'), '');
}

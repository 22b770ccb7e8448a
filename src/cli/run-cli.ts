import { CommanderError } from 'commander';
import { withDotEnv } from '../config/dot-env.ts';
import { fileProblem } from '../errors/file-problem.ts';
import { formatError } from '../errors/format-error.ts';
import { ProjectErrors } from '../errors/project-errors.ts';
import { toTsdbtError, tsdbtError } from '../errors/tsdbt-error.ts';
import { secretMasker } from '../util/mask-secrets.ts';
import { type Io, wantsColor } from './io.ts';
import { createProgram } from './program.ts';
import { type StreamFailure, standardOutput } from './standard-output.ts';
import { exitCodeOf, stopSignals } from './stop-signals.ts';
import { style } from './style.ts';

/** Runs the command line of this process; gives the exit code (0 fine, 1 something failed, 2 could not run). */
export async function runCli(args: readonly string[]): Promise<number> {
  const controller = new AbortController();
  let stops = 0;
  const stop = (signal: NodeJS.Signals) => {
    stops++;
    // A second Ctrl-C does not wait for anything; committed data is safe at any moment.
    if (stops > 1) process.exit(exitCodeOf(signal));
    controller.abort(signal);
  };
  for (const signal of Object.keys(stopSignals)) process.on(signal, stop);
  const isEndless = args.some((arg) => /^--watch(=|$)/.test(arg)) || args.includes('serve');
  let hasEnded = false;
  const streams = standardOutput(
    (failure) => {
      if (hasEnded) process.exitCode = reportStream(failure, streams.err, process.exitCode);
    },
    () => {
      if (isEndless) controller.abort('SIGINT');
    },
  );
  const io: Io = {
    out: (text) => streams.out(`${text}\n`),
    err: (text) => streams.err(`${text}\n`),
    cwd: process.cwd(),
    env: process.env,
    isTerminal: process.stdout.isTTY === true,
    color: wantsColor(process.env, process.stdout.isTTY === true),
    signal: controller.signal,
  };
  try {
    const exitCode = await invokeCli(args, io);
    hasEnded = true;
    const failure = streams.failure();
    return failure === undefined ? exitCode : reportStream(failure, streams.err, exitCode);
  } finally {
    for (const signal of Object.keys(stopSignals)) process.off(signal, stop);
  }
}

/** Says that a stream could not be written; the exit code is that of the command, or 2 where that was 0. */
function reportStream(
  { stream, error }: StreamFailure,
  write: (text: string) => void,
  exitCode: number | string | null | undefined,
): number {
  const problem = fileProblem(error);
  const failed = tsdbtError('file-not-writable', { path: stream, problem }, { cause: error });
  write(`${formatError(failed)}\n`);
  return Number(exitCode ?? 0) || 2;
}

/** Parses the arguments and runs the command; errors are printed, never thrown. */
export async function invokeCli(args: readonly string[], surroundings: Io): Promise<number> {
  // The one place where text leaves the program: values of secret variables never do.
  const env = withDotEnv(surroundings.cwd, surroundings.env);
  const mask = secretMasker(env);
  const io: Io = {
    ...surroundings,
    env,
    args,
    mask,
    reporting: {},
    out: (text) => surroundings.out(mask(text)),
    err: (text) => surroundings.err(mask(text)),
  };
  let exitCode = 0;
  const program = createProgram(io, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync([...args], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    exitCode = 2;
    reportError(error, io);
  } finally {
    const { reporter, command = 'tsdbt' } = io.reporting ?? {};
    try {
      reporter?.finished(command, exitCode === 0);
    } catch (error) {
      // The log file may become full with its last line.
      reportError(error, io);
      exitCode = 2;
    }
  }
  return exitCode;
}

function reportError(error: unknown, io: Io): void {
  const { error: colors } = style(io.color);
  const errors = error instanceof ProjectErrors ? error.errors : [toTsdbtError(error)];
  io.onErrors?.(errors);
  const reporter = io.reporting?.reporter;
  const write = () => {
    for (const one of errors) io.err(formatError(one, colors));
  };
  try {
    if (reporter === undefined) write();
    else reporter.failed(errors);
  } catch (failed) {
    // The log file can't be written either.
    write();
    io.err(formatError(toTsdbtError(failed), colors));
  }
  if (errors.length > 1) io.err(`\n${errors.length} errors. Nothing was run.`);
  if (io.env['TSDBT_DEBUG'] !== undefined && error instanceof Error) io.err(stackOf(error));
}

function stackOf(error: Error): string {
  const cause = error.cause instanceof Error ? `\ncaused by ${error.cause.stack}` : '';
  return `${error.stack}${cause}`;
}

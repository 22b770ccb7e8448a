import { CommanderError } from 'commander';
import { withDotEnv } from '../config/dot-env.ts';
import { formatError } from '../errors/format-error.ts';
import { ProjectErrors } from '../errors/project-errors.ts';
import { toTsdbtError } from '../errors/tsdbt-error.ts';
import { secretMasker } from '../util/mask-secrets.ts';
import { type Io, wantsColor } from './io.ts';
import { createProgram } from './program.ts';
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
  // A reader that has enough (`tsdbt ls | head`) closes the pipe: that is no error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
  });
  const io: Io = {
    out: (text) => process.stdout.write(`${text}\n`),
    err: (text) => process.stderr.write(`${text}\n`),
    cwd: process.cwd(),
    env: process.env,
    color: wantsColor(process.env, process.stdout.isTTY === true),
    signal: controller.signal,
  };
  try {
    return await invokeCli(args, io);
  } finally {
    for (const signal of Object.keys(stopSignals)) process.off(signal, stop);
  }
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
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    exitCode = 2;
    const { error: colors } = style(io.color);
    const errors = error instanceof ProjectErrors ? error.errors : [toTsdbtError(error)];
    io.onErrors?.(errors);
    const reporter = io.reporting?.reporter;
    if (reporter !== undefined) reporter.failed(errors);
    else for (const one of errors) io.err(formatError(one, colors));
    if (errors.length > 1) io.err(`\n${errors.length} errors. Nothing was run.`);
    if (io.env['TSDBT_DEBUG'] !== undefined && error instanceof Error) io.err(stackOf(error));
    return 2;
  } finally {
    const { reporter, command = 'tsdbt' } = io.reporting ?? {};
    reporter?.finished(command, exitCode === 0);
  }
}

function stackOf(error: Error): string {
  const cause = error.cause instanceof Error ? `\ncaused by ${error.cause.stack}` : '';
  return `${error.stack}${cause}`;
}

import { invokeCli } from '../cli/run-cli.ts';

/** What a command printed and how it ended. */
export interface TsdbtRun {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Both streams, in the order in which they were written. */
  readonly output: string;
}

export interface TsdbtRunOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal;
  /** Sees each line as it is written. */
  readonly onLine?: (line: string) => void;
}

/** Runs a command line inside this process, as the binary would; never throws. */
export async function runTsdbt(
  args: readonly string[],
  options: TsdbtRunOptions,
): Promise<TsdbtRun> {
  const stdout: string[] = [];
  const stderr: string[] = [];
  const output: string[] = [];
  const take = (into: string[]) => (text: string) => {
    into.push(text);
    output.push(text);
    options.onLine?.(text);
  };
  const exitCode = await invokeCli(args, {
    out: take(stdout),
    err: take(stderr),
    cwd: options.cwd,
    env: options.env ?? {},
    color: false,
    signal: options.signal ?? new AbortController().signal,
  });
  return {
    exitCode,
    stdout: stdout.join('\n'),
    stderr: stderr.join('\n'),
    output: output.join('\n'),
  };
}

import type { RunEvent } from '../contracts/event.ts';
import type { NodeResult } from '../contracts/result.ts';
import type { TsdbtError } from '../errors/tsdbt-error.ts';
import { invokeCli } from './run-cli.ts';

export interface InvokeOptions {
  /** Folder the command is called in. */
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Stops the run: what is under way is rolled back. */
  readonly signal?: AbortSignal;
  /** Sees what happens while it happens. */
  readonly onEvent?: (event: RunEvent) => void;
}

/** How a command ended. */
export interface InvokeResult {
  readonly success: boolean;
  /** 0 fine, 1 something failed, 2 could not run. */
  readonly exitCode: number;
  /** One for each node that was run or skipped; empty for commands that run none. */
  readonly results: readonly NodeResult[];
  /** What was wrong with the call or the project. */
  readonly diagnostics: readonly TsdbtError[];
  /** What the command printed. */
  readonly output: string;
}

/**
 * Runs a command line as the binary does, inside this process: `invoke(['build', '--select', 'curated+'],
 * {cwd})`. User errors are in the result, never thrown.
 */
export async function invoke(
  args: readonly string[],
  options: InvokeOptions,
): Promise<InvokeResult> {
  const output: string[] = [];
  const diagnostics: TsdbtError[] = [];
  let results: readonly NodeResult[] = [];
  const exitCode = await invokeCli(args, {
    out: (text) => output.push(text),
    err: (text) => output.push(text),
    cwd: options.cwd,
    env: options.env ?? {},
    color: false,
    signal: options.signal ?? new AbortController().signal,
    onEvent: (event) => {
      if (event.type === 'run-finished') results = event.results;
      options.onEvent?.(event);
    },
    onErrors: (errors) => diagnostics.push(...errors),
  });
  return { success: exitCode === 0, exitCode, results, diagnostics, output: output.join('\n') };
}

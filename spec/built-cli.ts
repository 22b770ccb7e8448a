import { type ChildProcess, spawn } from 'node:child_process';
import { binary } from './example-copy.ts';

export interface Started {
  readonly process: ChildProcess;
  /** Everything printed so far. */
  output(): string;
  /** Resolves when a line with `text` was printed; rejects when the process ends before. */
  until(text: string | RegExp): Promise<void>;
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
}

/** Starts the built command line as a process of its own. */
export function startCli(args: readonly string[], cwd: string): Started {
  const child = spawn(process.execPath, [binary, ...args], {
    cwd,
    env: { ...process.env, NO_COLOR: '1' },
  });
  let printed = '';
  const listeners = new Set<() => void>();
  const take = (chunk: Buffer) => {
    printed += chunk.toString();
    for (const listener of listeners) listener();
  };
  child.stdout.on('data', take);
  child.stderr.on('data', take);
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal }));
  });
  const has = (text: string | RegExp) =>
    typeof text === 'string' ? printed.includes(text) : text.test(printed);
  return {
    process: child,
    output: () => printed,
    ended,
    until: (text) =>
      new Promise<void>((resolve, reject) => {
        const look = () => {
          if (!has(text)) return;
          listeners.delete(look);
          resolve();
        };
        listeners.add(look);
        void ended.then(() =>
          has(text) ? resolve() : reject(new Error(`ended without ${text}:\n${printed}`)),
        );
        look();
      }),
  };
}

/** Runs the built command line to its end. */
export async function runCliProcess(args: readonly string[], cwd: string) {
  const started = startCli(args, cwd);
  const { code, signal } = await started.ended;
  return { code, signal, output: started.output() };
}

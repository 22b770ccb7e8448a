import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { tsdbtError } from '../errors/tsdbt-error.ts';

/** Runs git with arguments, in a folder; gives what it prints. */
export type RunGit = (args: readonly string[], cwd: string) => Promise<string>;

/**
 * git as a program of its own, never through a shell. Its configuration can't bring in hooks, other
 * transports or symbolic links, and it never asks for a password.
 */
export function gitRunner(
  env: Readonly<Record<string, string | undefined>>,
  transports: readonly string[],
): RunGit {
  const safe = ['core.hooksPath=/dev/null', 'core.symlinks=false', 'protocol.ext.allow=never'];
  const settings = safe.flatMap((setting) => ['-c', setting]);
  const environment = {
    ...env,
    GIT_ALLOW_PROTOCOL: transports.join(':'),
    GIT_TERMINAL_PROMPT: '0',
    LC_ALL: 'C',
  };
  return async (args, cwd) => {
    try {
      const { stdout } = await promisify(execFile)('git', [...settings, ...args], {
        cwd,
        env: environment,
        timeout: 600_000,
        maxBuffer: 16 * 1024 * 1024,
      });
      return stdout.trim();
    } catch (error) {
      const { code, stderr, message } = error as {
        code?: unknown;
        stderr?: string;
        message: string;
      };
      if (code === 'ENOENT') {
        const problem = 'the program git is not there, which packages of kind git need';
        throw tsdbtError('package-download-failed', { what: 'a git package', problem });
      }
      throw new Error((stderr ?? message).trim().split('\n').at(-1) ?? message, { cause: error });
    }
  };
}

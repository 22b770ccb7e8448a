import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { formatError } from '../../errors/format-error.ts';
import { readOptions } from '../flag-options.ts';
import { type CommonOptions, commonOptions, isColored, projectRequest } from '../options.ts';
import { style } from '../style.ts';
import { version } from '../version.ts';
import type { CommandContext } from './command.ts';

interface DebugOptions extends CommonOptions {
  readonly connection?: boolean;
  readonly configDir?: boolean;
}

/** `tsdbt debug`: is everything in place to run? */
export const debugCommand = ({ io, exit }: CommandContext): Command =>
  commonOptions(
    new Command('debug').description('check the project, the profile and the connection'),
  )
    .option('--connection', 'check the connection only')
    .option('--config-dir', 'print where profiles.yml is looked for, and nothing else')
    .action(async (_options: unknown, self: Command) => {
      const options = await readOptions<DebugOptions>(self, io);
      if (options.configDir === true) {
        const isHere = existsSync(join(io.cwd, 'profiles.yml'));
        const folder = options.profilesDir ?? (isHere ? '.' : join(homedir(), '.dbt'));
        io.out(resolve(io.cwd, folder));
        exit(0);
        return;
      }
      const paint = style(isColored(options, io));
      io.out(`tsdbt ${version()}, Node ${process.version}, ${process.platform} ${process.arch}`);
      const { debugTask } = await import('../../tasks/debug.ts');
      const request = await projectRequest(options, io, 'debug');
      const checks = await debugTask(request, options.connection === true);
      for (const check of checks) {
        io.out(
          `${check.ok ? paint.green('OK   ') : paint.red('ERROR')} ${check.name.padEnd(10)} ${check.detail}`,
        );
        for (const error of check.errors) io.out(formatError(error, paint.error));
      }
      exit(checks.every((check) => check.ok) ? 0 : 1);
    });

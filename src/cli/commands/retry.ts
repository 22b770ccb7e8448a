import { Command } from 'commander';
import { tsdbtError } from '../../errors/tsdbt-error.ts';
import { addFlags, readCall } from '../flag-options.ts';
import { type CommonOptions, commonOptions, projectRequest } from '../options.ts';
import { type CommandContext, reporterOf } from './command.ts';
import { type ExecuteOptions, execute } from './execute.ts';

/** `tsdbt retry`: what failed or was skipped in the last run, with the flags of that run. */
export const retryCommand = (context: CommandContext): Command =>
  addFlags(
    commonOptions(
      new Command('retry').description('run again what failed or was skipped, with the same flags'),
    ),
    ['full_refresh'],
  ).action(async (_options: unknown, self: Command) => {
    const { io, exit } = context;
    const { options: called, given } = await readCall<CommonOptions>(self, io);
    const { threads: _, vars: __, ...forOpening } = called;
    const { openProject } = await import('../../tasks/open-project.ts');
    const { readRetry } = await import('../../tasks/retry.ts');
    const retry = readRetry(openProject(await projectRequest(forOpening, io, 'retry')));
    if (retry.ids.length === 0) {
      const text = 'Nothing to do: nothing failed in the last run.';
      reporterOf(called, io).emit({ type: 'message', level: 'info', text });
      exit(0);
      return;
    }
    if (retry.hadVars && given.vars === undefined) {
      throw tsdbtError(
        'usage',
        {
          message: 'The last run had --vars. Their values are not recorded, as they may be secret.',
        },
        { hint: "Give them again: tsdbt retry --vars '{…}'." },
      );
    }
    const options: ExecuteOptions = { ...called, ...(retry.options as ExecuteOptions), ...given };
    exit(await execute(retry.command, options, context, retry));
  });

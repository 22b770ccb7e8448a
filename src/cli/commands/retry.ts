import { Command } from 'commander';
import { tsdbtError } from '../../errors/tsdbt-error.ts';
import { addFlags, readCall } from '../flag-options.ts';
import { type CommonOptions, commonOptions, projectRequest, stateFolder } from '../options.ts';
import { type CommandContext, reporterOf } from './command.ts';
import { type ExecuteOptions, execute } from './execute.ts';

interface RetryOptions extends CommonOptions {
  readonly state?: string;
}

/** `tsdbt retry`: what failed or was skipped in the last run, with the flags of that run. */
export const retryCommand = (context: CommandContext): Command =>
  addFlags(
    commonOptions(
      new Command('retry').description('run again what failed or was skipped, with the same flags'),
    ),
    ['full_refresh'],
  ).action(async (_options: unknown, self: Command) => {
    const { io, exit } = context;
    const { options, given: told } = await readCall<RetryOptions>(self, io);
    const { state, ...called } = options;
    // The state that the run was compared with is among its own flags.
    const { state: _, ...given } = told;
    const { threads: __, vars: ___, ...forOpening } = called;
    const { openProject } = await import('../../tasks/open-project.ts');
    const { readRetry } = await import('../../tasks/retry.ts');
    const retry = readRetry(
      openProject(await projectRequest(forOpening, io, 'retry')),
      called.warnError === true,
      state === undefined ? undefined : stateFolder(state, called, io),
    );
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
    const again: ExecuteOptions = { ...called, ...(retry.options as ExecuteOptions), ...given };
    exit(await execute(retry.command, again, context, retry));
  });

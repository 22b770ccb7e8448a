import { Command } from 'commander';
import { addFlags, readOptions } from '../flag-options.ts';
import { commonOptions, resourceTypeOptions, selectOptions } from '../options.ts';
import type { CommandContext } from './command.ts';
import { type ExecuteOptions, execute } from './execute.ts';

/** `tsdbt clone`: makes nodes as views of what another state of the project has. */
export const cloneCommand = (context: CommandContext): Command =>
  addFlags(
    resourceTypeOptions(
      selectOptions(
        commonOptions(
          new Command('clone').description(
            'make the selected models, seeds and snapshots as views of those of --state',
          ),
        ),
      ),
    ),
    ['full_refresh'],
    { full_refresh: 'replace what stands there already' },
  ).action(async (_options: unknown, self: Command) => {
    const options = await readOptions<ExecuteOptions>(self, context.io);
    context.exit(await execute('clone', options, context));
  });

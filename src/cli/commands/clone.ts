import { Command } from 'commander';
import { commonOptions, resourceTypeOptions, selectOptions } from '../options.ts';
import type { CommandContext } from './command.ts';
import { type ExecuteOptions, execute } from './execute.ts';

/** `tsdbt clone`: makes nodes as views of what another state of the project has. */
export const cloneCommand = (context: CommandContext): Command =>
  resourceTypeOptions(
    selectOptions(
      commonOptions(
        new Command('clone').description(
          'make the selected models, seeds and snapshots as views of those of --state',
        ),
      ),
    ),
  )
    .option('-f, --full-refresh', 'replace what stands there already')
    .option('--defer-state <folder>', 'the manifest to clone from, where it is not that of --state')
    .option('-x, --fail-fast', 'stop at the first failure')
    .action(async (_options: unknown, self: Command) => {
      context.exit(await execute('clone', self.optsWithGlobals<ExecuteOptions>(), context));
    });

import { Command } from 'commander';
import { readOptions } from '../flag-options.ts';
import { type CommonOptions, commonOptions } from '../options.ts';
import { type CommandContext, startIndexed } from './command.ts';

/** `tsdbt parse`: reads and checks the whole project, writes the manifest. */
export const parseCommand = ({ io, exit }: CommandContext): Command =>
  commonOptions(
    new Command('parse').description('check the whole project and write manifest.json'),
  ).action(async (_options: unknown, self: Command) => {
    const options = await readOptions<CommonOptions>(self, io);
    const { counts } = await startIndexed(options, io, 'parse', { needsManifest: true });
    if (options.quiet !== true) {
      io.out(
        `Parsed ${counts.nodes} nodes, ${counts.sources} sources, ${counts.exposures} exposures: no errors.`,
      );
    }
    exit(0);
  });

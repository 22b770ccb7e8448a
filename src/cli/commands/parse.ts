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
    const { indexed, reporter } = await startIndexed(options, io, 'parse', { needsManifest: true });
    const { nodes, sources, exposures } = indexed.counts;
    reporter.emit({
      type: 'message',
      level: 'info',
      text: `Parsed ${nodes} nodes, ${sources} sources, ${exposures} exposures: no errors.`,
    });
    exit(0);
  });

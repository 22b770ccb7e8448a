import { Command } from 'commander';
import { writeManifest } from '../../tasks/write-artifacts.ts';
import { type CommonOptions, commonOptions } from '../options.ts';
import { type CommandContext, start } from './command.ts';

/** `tsdbt parse`: reads and checks the whole project, writes the manifest. */
export const parseCommand = ({ io, exit }: CommandContext): Command =>
  commonOptions(
    new Command('parse').description('check the whole project and write manifest.json'),
  ).action((_options: unknown, self: Command) => {
    const options = self.optsWithGlobals<CommonOptions>();
    const { parsed } = start(options, io, 'parse');
    writeManifest(parsed);
    const { nodes, sources, exposures } = parsed.manifest;
    if (options.quiet !== true) {
      io.out(
        `Parsed ${nodes.size} nodes, ${sources.size} sources, ${exposures.size} exposures: no errors.`,
      );
    }
    exit(0);
  });

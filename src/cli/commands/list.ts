import { Command, Option } from 'commander';
import { type ListOutput, listNodes, listNodesAsJson } from '../../tasks/list.ts';
import {
  type CommonOptions,
  commonOptions,
  type SelectOptions,
  selectionOf,
  selectOptions,
} from '../options.ts';
import { type CommandContext, start, startIndexed } from './command.ts';

interface ListOptions extends CommonOptions, SelectOptions {
  readonly output?: ListOutput;
  readonly outputKeys?: readonly string[];
  readonly resourceType?: readonly string[];
}

/** `tsdbt ls`: the selected nodes, one a line, parents first. */
export const listCommand = ({ io, exit }: CommandContext): Command =>
  selectOptions(
    commonOptions(new Command('ls').alias('list').description('list the selected nodes')),
  )
    .addOption(
      new Option('--output <format>', 'what a line is').choices([
        'selector',
        'name',
        'path',
        'json',
      ]),
    )
    .option('--output-keys <key...>', 'keys of --output json')
    .option(
      '--resource-type <type...>',
      'only these: model, seed, test, source, exposure, analysis',
    )
    .action((_options: unknown, self: Command) => {
      const options = self.optsWithGlobals<ListOptions>();
      const types = (options.resourceType ?? [])
        .flatMap((type) => type.split(/\s+/))
        .filter((type) => type !== 'all');
      const selection = {
        ...selectionOf(options),
        ...(types.length === 0 ? {} : { resourceTypes: new Set(types) }),
      };
      const { output = 'selector', outputKeys = [] } = options;
      const quiet = { ...options, quiet: true };
      const { lines, warnings } =
        output === 'json'
          ? listNodesAsJson(start(quiet, io, 'list').parsed, {
              ...selection,
              keys: outputKeys.flatMap((keys) => keys.split(/\s+/)),
            })
          : listNodes(startIndexed(quiet, io, 'list').index(), { ...selection, output });
      for (const text of warnings) io.err(`Warning: ${text}`);
      for (const line of lines) io.out(line);
      if (lines.length === 0) io.err('No nodes selected.');
      exit(0);
    });

import { Command, Option } from 'commander';
import {
  type ListOutput,
  listedTypes,
  listNodes,
  listNodesAsJson,
  listProject,
  needsProject,
} from '../../tasks/list.ts';
import {
  type CommonOptions,
  commonOptions,
  projectRequest,
  resourceTypeOptions,
  type SelectOptions,
  selectionOf,
  selectOptions,
  typesOf,
} from '../options.ts';
import { type CommandContext, start, startIndexed } from './command.ts';

interface ListOptions extends CommonOptions, SelectOptions {
  readonly output?: ListOutput;
  readonly outputKeys?: readonly string[];
}

/** `tsdbt ls`: the selected nodes, one a line, parents first. */
export const listCommand = ({ io, exit }: CommandContext): Command =>
  resourceTypeOptions(
    selectOptions(
      commonOptions(new Command('ls').alias('list').description('list the selected nodes')),
    ),
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
    .action((_options: unknown, self: Command) => {
      const options = self.optsWithGlobals<ListOptions>();
      const asked = typesOf(options);
      // `--models` of ls means models only, as in dbt.
      const only = options.models === undefined ? asked.resourceTypes : ['model'];
      const types = only.length === 0 ? listedTypes : only.flatMap(expandType);
      const selection = {
        ...selectionOf(options, io.cwd),
        resourceTypes: new Set(types.filter((type) => !asked.excludedTypes.includes(type))),
      };
      const { output = 'selector', outputKeys = [] } = options;
      const quiet = { ...options, quiet: true };
      const list = () => {
        if (output === 'json') {
          const keys = outputKeys.flatMap((text) => text.split(/\s+/));
          return listNodesAsJson(start(quiet, io, 'list').parsed, { ...selection, keys });
        }
        const { projectDir } = projectRequest(options, io, 'list');
        return needsProject(projectDir, selection)
          ? listProject(start(quiet, io, 'list').parsed, { ...selection, output })
          : listNodes(startIndexed(quiet, io, 'list').index(), { ...selection, output });
      };
      const { lines, warnings } = list();
      for (const text of warnings) io.err(`Warning: ${text}`);
      for (const line of lines) io.out(line);
      if (lines.length === 0) io.err('No nodes selected.');
      exit(0);
    });

function expandType(type: string): readonly string[] {
  if (type === 'all') return [...listedTypes, 'analysis'];
  return type === 'default' ? listedTypes : [type];
}

import { Command, Option } from 'commander';
import type { ListOutput } from '../../tasks/list.ts';
import { readOptions } from '../flag-options.ts';
import {
  type CommonOptions,
  commonOptions,
  projectRequest,
  resourceTypeOptions,
  type SelectOptions,
  selectionOf,
  selectOptions,
  typesOf,
  withoutProgress,
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
    .action(async (_options: unknown, self: Command) => {
      const task = await import('../../tasks/list.ts');
      const { listedTypes } = task;
      const options = await readOptions<ListOptions>(self, io);
      const asked = typesOf(options);
      // `--models` of ls means models only, as in dbt.
      const only = options.models === undefined ? asked.resourceTypes : ['model'];
      const types =
        only.length === 0 ? listedTypes : only.flatMap((type) => expandType(type, listedTypes));
      const selection = {
        ...selectionOf(options, io),
        resourceTypes: new Set(types.filter((type) => !asked.excludedTypes.includes(type))),
      };
      const { output = 'selector', outputKeys = [] } = options;
      const quiet = withoutProgress(options);
      const writes = { needsManifest: 'where-possible' } as const;
      const list = async () => {
        if (output === 'json') {
          const keys = outputKeys.flatMap((text) => text.split(/\s+/));
          const { parsed, reporter } = await start(quiet, io, 'list', writes);
          return { reporter, ...task.listNodesAsJson(parsed, { ...selection, keys }) };
        }
        const { projectDir } = await projectRequest(options, io, 'list');
        if (task.needsProject(projectDir, selection)) {
          const { parsed, reporter } = await start(quiet, io, 'list', writes);
          return { reporter, ...task.listProject(parsed, { ...selection, output }) };
        }
        const { indexed, reporter } = await startIndexed(quiet, io, 'list', writes);
        return { reporter, ...task.listNodes(indexed.index(), { ...selection, output }) };
      };
      const { lines, warnings, reporter } = await list();
      const none = { name: 'NoNodesSelected', text: 'No nodes selected.' };
      reporter.warn([...warnings, ...(lines.length === 0 ? [none] : [])]);
      for (const msg of lines) reporter.print({ name: 'PrintEvent', msg, data: { msg } });
      exit(0);
    });

function expandType(type: string, listedTypes: readonly string[]): readonly string[] {
  if (type === 'all') return [...listedTypes, 'analysis'];
  return type === 'default' ? listedTypes : [type];
}

import { Command, Option } from 'commander';
import type { Node } from '../../contracts/node.ts';
import { asUniqueId } from '../../contracts/unique-id.ts';
import type { ParsedProject } from '../../tasks/open-project.ts';
import { addFlags, readOptions } from '../flag-options.ts';
import {
  type CommonOptions,
  commonOptions,
  deferralOf,
  recordedArgs,
  type SelectOptions,
  selectionOf,
  selectOptions,
  withoutProgress,
} from '../options.ts';
import { type CommandContext, start } from './command.ts';

interface CompileOptions extends CommonOptions, SelectOptions {
  readonly inline?: string;
  readonly output?: 'text' | 'json';
  readonly empty?: boolean;
  readonly injectEphemeralCtes?: boolean;
}

/** `tsdbt compile`: SQL files under target/compiled; one selected node is printed too. */
export const compileCommand = ({ io, exit }: CommandContext): Command =>
  addFlags(
    selectOptions(
      commonOptions(
        new Command('compile').description('write the compiled SQL to target/compiled'),
      ),
    ),
    ['full_refresh', 'empty', 'introspect', 'inject_ephemeral_ctes', 'sqlparse'],
    { full_refresh: 'as if incremental models were built anew', empty: 'as if nothing had rows' },
  )
    .option('--inline <sql>', 'compile this text and print it')
    .addOption(new Option('--output <format>', 'how nodes are printed').choices(['text', 'json']))
    .action(async (_options: unknown, self: Command) => {
      const options = await readOptions<CompileOptions>(self, io);
      const { defer } = deferralOf(options, io);
      const filter = { empty: options.empty === true };
      const injectsCtes = options.injectEphemeralCtes !== false;
      const isInline = options.inline !== undefined;
      const { parsed, reporter } = await start(
        isInline ? withoutProgress(options) : options,
        io,
        'compile',
        { needsManifest: isInline },
      );
      const print = (node: string, uniqueId: string, compiled: string) => {
        const isJson = options.output === 'json';
        reporter.print({
          name: 'CompiledNode',
          msg: isJson ? JSON.stringify({ node, compiled }, null, 2) : compiled,
          data: {
            node_name: node,
            compiled,
            is_inline: isInline,
            output_format: options.output ?? 'text',
            unique_id: uniqueId,
          },
        });
      };
      const args = recordedArgs('compile', options, io);
      const { compileInlineTask, compileTask } = await import('../../tasks/compile.ts');
      if (options.inline !== undefined) {
        const given = { defer, filter, injectsCtes, args };
        const compiled = await compileInlineTask(parsed, options.inline, given);
        print('inline_query', `sql_operation.${parsed.project.name}.inline_query`, compiled);
        exit(0);
        return;
      }
      const selection = selectionOf(options, io);
      const result = await compileTask(parsed, { ...selection, defer, filter, injectsCtes, args });
      reporter.warn(result.warnings);
      const named = namedNodes(parsed, result.compiled, options.select ?? options.models ?? []);
      for (const { name, uniqueId } of named) print(name, uniqueId, result.compiled.get(uniqueId)!);
      if (named.length === 0)
        reporter.emit({
          type: 'message',
          level: 'info',
          text: `Compiled ${result.compiled.size} nodes to ${parsed.project.targetPath}/compiled.`,
        });
      if (result.errors.length > 0) reporter.failed(result.errors);
      // As in dbt, whose compile ends at the first error.
      exit(result.errors.length === 0 ? 0 : 2);
    });

/** The compiled nodes that are printed: those selected by name, or the only one there is (core `task/compile.py`). */
function namedNodes(
  { manifest }: ParsedProject,
  compiled: ReadonlyMap<string, string>,
  select: readonly string[],
): readonly Node[] {
  if (select.length === 0) return [];
  const nodes = [...compiled.keys()].flatMap(
    (id) => manifest.nodes.get(asUniqueId(id)) ?? manifest.functions.get(asUniqueId(id)) ?? [],
  );
  const words = new Set(select.flatMap((text) => text.split(/[\s,]+/)));
  return nodes.length === 1 ? nodes : nodes.filter((node) => words.has(node.name));
}

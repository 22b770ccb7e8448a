import { Command, Option } from 'commander';
import { tsdbtError } from '../../errors/tsdbt-error.ts';
import { jsonText } from '../../util/exact-json.ts';
import { textTable } from '../../util/text-table.ts';
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
import { jsonRows } from '../reporters/json-rows.ts';
import { type CommandContext, start } from './command.ts';

interface ShowOptions extends CommonOptions, SelectOptions {
  readonly inline?: string;
  readonly inlineDirect?: string;
  readonly limit?: string;
  readonly output?: 'text' | 'json';
}

/** `tsdbt show`: the first rows of nodes' queries. */
export const showCommand = ({ io, exit }: CommandContext): Command =>
  addFlags(
    selectOptions(
      commonOptions(
        new Command('show').description('print the first rows of a model, or of a query'),
      ),
    ),
    ['full_refresh', 'introspect', 'sqlparse'],
    { full_refresh: 'as if incremental models were built anew' },
  )
    .option('--inline <sql>', 'a query, with Jinja')
    .option('--inline-direct <sql>', 'a query that is no template')
    .option('--limit <n>', 'rows to print, -1 for all', '5')
    .addOption(new Option('--output <format>').choices(['text', 'json']))
    .action(async (_options: unknown, self: Command) => {
      const options = await readOptions<ShowOptions>(self, io);
      const limit = Number(options.limit);
      if (!Number.isInteger(limit) || limit < -1) {
        throw tsdbtError('usage', {
          message: `--limit must be a whole number, or -1 for all rows, not "${options.limit}".`,
        });
      }
      const { parsed, reporter } = await start(withoutProgress(options), io, 'show', {
        needsManifest: true,
      });
      const { select, exclude } = selectionOf(options, io);
      const { showTask } = await import('../../tasks/show.ts');
      const all = await showTask(parsed, {
        select,
        exclude,
        inline: options.inlineDirect ?? options.inline,
        isTemplate: options.inlineDirect === undefined,
        limit,
        ...deferralOf(options, io),
        args: recordedArgs('show', options, io),
      });
      const isInline = (options.inlineDirect ?? options.inline) !== undefined;
      for (const shown of all) {
        const isJson = options.output === 'json';
        const rows = isJson ? jsonRows(shown.result) : [];
        const table = isJson ? '' : textTable(shown.result, 60);
        const title = all.length > 1 ? `${shown.name}\n` : '';
        reporter.print({
          name: 'ShowNode',
          msg: isJson
            ? jsonText({ ...(isInline ? {} : { node: shown.name }), show: rows }, 2)
            : `${title}${shown.result.rows.length === 0 ? `${table}\n  (no rows)` : table}`,
          data: {
            node_name: shown.name,
            preview: isJson ? jsonText(rows) : table,
            is_inline: isInline,
            output_format: options.output ?? 'text',
            unique_id: shown.uniqueId,
          },
        });
      }
      exit(0);
    });

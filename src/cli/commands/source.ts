import { resolve } from 'node:path';
import { Command } from 'commander';
import { executionTime } from '../../artifacts/sources-v3.ts';
import { formatError } from '../../errors/format-error.ts';
import { addFlags, readOptions } from '../flag-options.ts';
import {
  type CommonOptions,
  commonOptions,
  isColored,
  levelOfWarning,
  type SelectOptions,
  selectionOf,
  selectOptions,
} from '../options.ts';
import { style } from '../style.ts';
import { type CommandContext, start } from './command.ts';

interface FreshnessOptions extends CommonOptions, SelectOptions {
  readonly output?: string;
}

/** `tsdbt source freshness`: how old the newest data of each source is. */
export const sourceCommand = ({ io, exit }: CommandContext): Command =>
  new Command('source').description('look at the sources').addCommand(
    addFlags(
      selectOptions(
        commonOptions(
          new Command('freshness')
            .alias('snapshot-freshness')
            .description('check how old the newest data of each source is'),
        ),
      ),
      ['sqlparse'],
    )
      .option(
        '-o, --output <file>',
        'file of the report (default: sources.json of the target folder)',
      )
      .action(async (_options: unknown, self: Command) => {
        const options = await readOptions<FreshnessOptions>(self, io);
        const { parsed, reporter } = await start(options, io, 'freshness', {
          needsManifest: true,
        });
        if (options.output !== undefined) {
          const text =
            '`--output` of source freshness is deprecated: name a folder with --target-path instead.';
          reporter.warn([{ name: 'CustomOutputPathInSourceFreshnessDeprecation', text }]);
        }
        const { sourceFreshnessTask } = await import('../../tasks/source-freshness.ts');
        const { results, hooksPass } = await sourceFreshnessTask(parsed, {
          emit: reporter.emit,
          ...selectionOf(options, io),
          output: options.output === undefined ? undefined : resolve(io.cwd, options.output),
        });
        const paint = style(isColored(options, io));
        for (const [i, result] of results.entries()) {
          const color =
            result.status === 'pass'
              ? paint.green
              : result.status === 'warn'
                ? paint.yellow
                : paint.red;
          const age =
            result.failed === undefined
              ? (result.error ?? `newest data is ${duration(result.ageSeconds ?? 0)} old`)
              : formatError(result.failed);
          const source = parsed.manifest.sources.get(result.uniqueId)!;
          reporter.print({
            name: 'LogFreshnessResult',
            level: result.status === 'pass' ? 'info' : result.status === 'warn' ? 'warn' : 'error',
            msg: `${color(result.status.toUpperCase().padEnd(7))} ${source.sourceName}.${source.name}  ${paint.dim(age)}`,
            data: {
              status: result.status,
              index: i + 1,
              total: results.length,
              source_name: source.sourceName,
              table_name: source.name,
              execution_time: executionTime(result),
              node_info: {
                unique_id: result.uniqueId,
                node_name: source.name,
                resource_type: 'source',
                node_status: result.status,
              },
            },
          });
        }
        if (results.length === 0)
          reporter.emit({
            type: 'message',
            level: 'warn',
            name: 'NothingToDo',
            text: 'No selected source has a freshness rule.',
          });
        const warningsFail = levelOfWarning('LogFreshnessResult', options) === 'error';
        const fails = (status: string) =>
          status.endsWith('error') || (warningsFail && status === 'warn');
        exit(!hooksPass || results.some((result) => fails(result.status)) ? 1 : 0);
      }),
  );

function duration(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} seconds`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} minutes`;
  if (seconds < 172_800) return `${Math.round(seconds / 3600)} hours`;
  return `${Math.round(seconds / 86_400)} days`;
}

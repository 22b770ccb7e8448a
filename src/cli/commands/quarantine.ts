import { Command, Option } from 'commander';
import { tsdbtError } from '../../errors/tsdbt-error.ts';
import { printable } from '../../util/printable.ts';
import { textTable } from '../../util/text-table.ts';
import { readOptions } from '../flag-options.ts';
import {
  type CommonOptions,
  commonOptions,
  type SelectOptions,
  selectionOf,
  selectOptions,
  withoutProgress,
} from '../options.ts';
import { jsonRows } from '../reporters/json-rows.ts';
import { type CommandContext, start } from './command.ts';

interface QuarantineOptions extends CommonOptions, SelectOptions {
  readonly code?: readonly string[];
  readonly limit?: string;
  readonly yes?: boolean;
  readonly output?: 'text' | 'json';
}

/** `tsdbt quarantine`: what landing models did not load, and what becomes of it. */
export const quarantineCommand = (context: CommandContext): Command =>
  new Command('quarantine')
    .description('list, show, replay or drop what landing models did not load')
    .addCommand(subcommand('list', 'count quarantined records by model and code', context, list))
    .addCommand(
      subcommand('show', 'print quarantined records', context, show).option(
        '--limit <n>',
        'records to print of each model, -1 for all',
        '20',
      ),
    )
    .addCommand(
      subcommand(
        'replay',
        'load what passes the types and expectations of today, from the stored text',
        context,
        replay,
      ),
    )
    .addCommand(
      subcommand('drop', 'forget quarantined records', context, drop).option(
        '--yes',
        'really forget them: there is no way back but loading their files again',
      ),
    );

type Action = (options: QuarantineOptions, context: CommandContext) => Promise<void>;

function subcommand(
  name: string,
  description: string,
  context: CommandContext,
  action: Action,
): Command {
  return selectOptions(commonOptions(new Command(name).description(description)))
    .option('--code <code...>', 'only records with these codes')
    .addOption(new Option('--output <format>').choices(['text', 'json']))
    .action(async (_options: unknown, self: Command) => {
      await action(await readOptions<QuarantineOptions>(self, context.io), context);
      context.exit(0);
    });
}

async function opened(options: QuarantineOptions, { io }: CommandContext, name: string) {
  const { parsed } = await start(withoutProgress(options), io, `quarantine ${name}`);
  const { select } = selectionOf(options, io);
  const tasks = await import('../../tasks/quarantine.ts');
  return { parsed, tasks, request: { select, codes: options.code ?? [] } };
}

const list: Action = async (options, context) => {
  const { parsed, tasks, request } = await opened(options, context, 'list');
  const counts = await tasks.listQuarantine(parsed, request);
  const { io } = context;
  if (options.output === 'json') io.out(JSON.stringify(counts, null, 2));
  else if (counts.length === 0) io.out('Nothing is in quarantine.');
  else
    for (const { model, code, records, files } of counts)
      io.out(
        `${printable(model)}  ${printable(code)}  ${counted(records, 'record')} of ${counted(files, 'file')}`,
      );
};

const show: Action = async (options, context) => {
  const limit = Number(options.limit);
  if (!Number.isInteger(limit) || limit < -1)
    throw tsdbtError('usage', {
      message: `--limit must be a whole number, or -1 for all records, not "${options.limit}".`,
    });
  const { parsed, tasks, request } = await opened(options, context, 'show');
  const shown = await tasks.showQuarantine(parsed, { ...request, limit });
  const { io } = context;
  if (options.output === 'json') {
    const all = shown.map(({ model, result }) => ({ model, records: jsonRows(result) }));
    io.out(JSON.stringify(all, null, 2));
    return;
  }
  for (const { model, result } of shown) io.out(`${printable(model)}\n${textTable(result, 60)}`);
};

const replay: Action = async (options, context) => {
  const { parsed, tasks, request } = await opened(options, context, 'replay');
  const results = await tasks.replayTask(parsed, request);
  const { io } = context;
  if (options.output === 'json') {
    const all = results.map(({ unreadable, ...counts }) => ({
      ...counts,
      unreadable: Object.fromEntries(unreadable),
    }));
    io.out(JSON.stringify(all, null, 2));
    return;
  }
  for (const { model, records, loaded, dropped, remaining, unreadable } of results) {
    io.out(
      `${printable(model)}: of ${counted(records, 'record')} ${loaded} loaded, ${dropped} dropped, ${remaining} still in quarantine.`,
    );
    for (const [reason, count] of unreadable)
      io.out(`  ${counted(count, 'record')} can't be read again: ${printable(reason)}.`);
  }
};

const drop: Action = async (options, context) => {
  if (options.yes !== true)
    throw tsdbtError('usage', {
      message: 'quarantine drop forgets records for good, and --yes was not given.',
      hint: 'Look at them with `tsdbt quarantine show`, then say --yes.',
    });
  const { parsed, tasks, request } = await opened(options, context, 'drop');
  const results = await tasks.dropTask(parsed, request);
  const { io } = context;
  if (options.output === 'json') io.out(JSON.stringify(results, null, 2));
  else
    for (const { model, dropped } of results)
      io.out(`${printable(model)}: ${counted(dropped, 'record')} dropped from the quarantine.`);
};

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

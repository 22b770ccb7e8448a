import { Command, Option } from 'commander';
import type { Drift, SourceDrift } from '../../tasks/contract.ts';
import type { Acceptance } from '../../tasks/contract-accept.ts';
import { printable } from '../../util/printable.ts';
import { readOptions } from '../flag-options.ts';
import {
  type CommonOptions,
  commonOptions,
  type SelectOptions,
  selectionOf,
  selectOptions,
  withoutProgress,
} from '../options.ts';
import { type CommandContext, start } from './command.ts';

interface ContractOptions extends CommonOptions, SelectOptions {
  readonly output?: 'text' | 'json';
}

/** `tsdbt contract`: what lands, compared with what landing sources declare. */
export const contractCommand = (context: CommandContext): Command =>
  new Command('contract')
    .description('compare what lands with what landing sources declare')
    .addCommand(
      subcommand('diff', 'show columns and types that are not the declared ones', context),
    )
    .addCommand(subcommand('accept', 'declare what the files have', context));

function subcommand(
  name: 'diff' | 'accept',
  description: string,
  { io, exit }: CommandContext,
): Command {
  return selectOptions(commonOptions(new Command(name).description(description)))
    .addOption(new Option('--output <format>').choices(['text', 'json']))
    .action(async (_options: unknown, self: Command) => {
      const options = await readOptions<ContractOptions>(self, io);
      const { parsed } = await start(withoutProgress(options), io, `contract ${name}`);
      const { select } = selectionOf(options, io);
      if (name === 'diff') {
        const { contractDrift } = await import('../../tasks/contract.ts');
        const found = await contractDrift(parsed, select);
        if (options.output === 'json') io.out(JSON.stringify(found.map(jsonOf), null, 2));
        else for (const line of found.flatMap(diffLines)) io.out(line);
        exit(found.some(({ drift }) => drift.length > 0) ? 1 : 0);
        return;
      }
      const { acceptDrift } = await import('../../tasks/contract-accept.ts');
      const done = await acceptDrift(parsed, select);
      if (options.output === 'json')
        io.out(
          JSON.stringify(
            done.map((one) => ({ ...jsonOf(one), accepted: one.accepted.length })),
            null,
            2,
          ),
        );
      else for (const line of done.flatMap(acceptLines)) io.out(line);
      exit(done.some(({ drift, accepted }) => drift.length > accepted.length) ? 1 : 0);
    });
}

function jsonOf({ source, file, files, records, drift, models }: SourceDrift): object {
  return { source, file, files, records, drift, models };
}

function diffLines(source: SourceDrift): readonly string[] {
  const { drift } = source;
  if (drift.length === 0) return [`${heading(source)}: as declared`];
  return [heading(source), ...drift.map((one) => `  ${printable(driftText(one))}`)];
}

function heading({ source, file, files, records }: SourceDrift): string {
  return printable(`${source} (${file}), ${counted(files, 'file')}, ${counted(records, 'record')}`);
}

function driftText(drift: Drift): string {
  const { kind, name, declared, found, files, of, values, example, message } = drift;
  const place = example.line === null ? example.file : `${example.file}:${example.line}`;
  const sample =
    example.value === null ? `as in ${place}` : `as ${JSON.stringify(example.value)} in ${place}`;
  const note = message === null ? '' : `; ${message}`;
  switch (kind) {
    case 'new_column':
      return `new      ${name}  ${found}, in ${files} of ${counted(of, 'file')}, ${counted(values, 'value')}, ${sample}${note}`;
    case 'missing_column':
      return `missing  ${name}  not in ${files} of ${counted(of, 'file')}, ${sample}`;
    case 'type_mismatch':
      return `type     ${name}  ${counted(values, 'value')} can't be read as ${declared}, ${sample}; ${found} reads all${note}`;
    case 'unreadable_file':
      return `file     ${place}  ${message}`;
  }
}

function acceptLines(source: Acceptance): readonly string[] {
  const { accepted, drift, models, file } = source;
  if (drift.length === 0) return [`${heading(source)}: as declared`];
  const isNew = accepted.filter(({ kind }) => kind === 'new_column');
  const names = isNew.map(({ column }) => column!.name).join(', ');
  return [
    ...diffLines(source),
    ...(accepted.length === 0 ? [] : [`  Wrote ${printable(file)}`]),
    ...(isNew.length === 0
      ? []
      : models.map((model) =>
          printable(`  Next: add ${names} to ${model.name} (${model.file}), which is not changed`),
        )),
  ];
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

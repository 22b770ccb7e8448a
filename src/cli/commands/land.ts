import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { printable } from '../../util/printable.ts';
import { readOptions } from '../flag-options.ts';
import { type CommonOptions, commonOptions, withoutProgress } from '../options.ts';
import { type CommandContext, start } from './command.ts';

interface LandAddOptions extends CommonOptions {
  readonly name?: string;
  readonly header?: boolean;
  readonly delimiter?: string;
  readonly encoding?: string;
  readonly output?: 'text' | 'json';
}

/** `tsdbt land`: makes landing sources of files. */
export const landCommand = (context: CommandContext): Command =>
  new Command('land').description('make a landing source of files').addCommand(add(context));

const add = ({ io, exit }: CommandContext): Command =>
  commonOptions(
    new Command('add').description(
      'write a landing source and its model for files that have landed',
    ),
  )
    .argument('<path...>', 'a folder, or files of one kind')
    .option('--name <name>', 'name of the source table; the model is raw_<name>')
    .option('--no-header', 'the CSV files have no header')
    .option('--delimiter <character>', 'between the fields of the CSV files')
    .option('--encoding <name>', 'of the files: utf-8, utf-16, latin-1, windows-1252')
    .addOption(new Option('--output <format>').choices(['text', 'json']))
    .action(async (paths: string[], _options: unknown, self: Command) => {
      const options = await readOptions<LandAddOptions>(self, io);
      const { parsed } = await start(withoutProgress(options), io, 'land add');
      const { landAddTask } = await import('../../tasks/land-add.ts');
      const result = await landAddTask(parsed, {
        paths: paths.map((path) => resolve(io.cwd, path)),
        name: options.name,
        header: options.header === false ? false : undefined,
        delimiter: options.delimiter === '\\t' ? '\t' : options.delimiter,
        encoding: options.encoding,
      });
      if (options.output === 'json') io.out(JSON.stringify(result, null, 2));
      else {
        const { files, records, columns, patterns } = result;
        io.out(
          `${files} ${files === 1 ? 'file' : 'files'}, ${records} records, ${columns.length} columns: ${patterns.map(printable).join(', ')}`,
        );
        for (const { name, data_type: type = 'text', from, optional } of columns)
          io.out(
            `  ${printable(name)}  ${type}${from === undefined ? '' : `  from ${printable(JSON.stringify(from))}`}${optional ? '  optional' : ''}`,
          );
        for (const note of result.notes) io.out(`Note: ${printable(note)}`);
        for (const path of result.written) io.out(`Wrote ${printable(path)}`);
        io.out(`\nNext: tsdbt build --select ${result.model}`);
      }
      exit(0);
    });

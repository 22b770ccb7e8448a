import { Command } from 'commander';
import { formatError } from '../../errors/format-error.ts';
import { addFlags, readOptions } from '../flag-options.ts';
import {
  type CommonOptions,
  commonOptions,
  deferralOf,
  type SelectOptions,
  selectionOf,
  selectOptions,
} from '../options.ts';
import { withSource } from '../reporters/reporter.ts';
import { style } from '../style.ts';
import { type CommandContext, start } from './command.ts';

interface CompileOptions extends CommonOptions, SelectOptions {
  readonly inline?: string;
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
    .action(async (_options: unknown, self: Command) => {
      const options = await readOptions<CompileOptions>(self, io);
      const { defer } = deferralOf(options, io);
      const { parsed, reporter } = await start(
        { ...options, quiet: options.quiet === true || options.inline !== undefined },
        io,
        'compile',
      );
      const { compileInlineTask, compileTask } = await import('../../tasks/compile.ts');
      if (options.inline !== undefined) {
        io.out(await compileInlineTask(parsed, options.inline, defer));
        exit(0);
        return;
      }
      const result = await compileTask(parsed, { ...selectionOf(options, io), defer });
      for (const text of result.warnings) reporter.emit({ type: 'message', level: 'warn', text });
      const [only] = result.compiled.values();
      if ((options.select ?? options.models) !== undefined && result.compiled.size === 1)
        io.out(only!);
      else if (options.quiet !== true)
        io.out(`Compiled ${result.compiled.size} nodes to ${parsed.project.targetPath}/compiled.`);
      for (const error of result.errors)
        io.err(formatError(withSource(error, reporter.readSource), style(io.color).error));
      exit(result.errors.length === 0 ? 0 : 1);
    });

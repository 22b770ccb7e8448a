import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { toTsdbtError, tsdbtError } from '../../errors/tsdbt-error.ts';
import type { OperationRequest } from '../../tasks/run-operation.ts';
import { readOptions } from '../flag-options.ts';
import { type CommonOptions, commonOptions, recordedArgs } from '../options.ts';
import { type CommandContext, start } from './command.ts';

interface RunOperationOptions extends CommonOptions {
  readonly args?: string;
  readonly sql?: string;
}

/** `tsdbt run-operation`: calls a macro of the project, or runs SQL. */
export const runOperationCommand = ({ io, exit }: CommandContext): Command =>
  commonOptions(
    new Command('run-operation')
      .argument('[macro]', 'a macro, as in `grant_select` or `my_package.grant_select`')
      .description('call a macro, or run SQL, on the target'),
  )
    .option('--args <yaml>', "arguments of the macro, as in '{role: reporter}'")
    .option('--sql <sql>', 'run this, with Jinja, instead of a macro')
    .action(async (macro: string | undefined, _options: unknown, self: Command) => {
      const options = await readOptions<RunOperationOptions>(self, io);
      const request = await requestOf(macro, options);
      const called = { ...options, ...calledWith(request, options, io) };
      const { parsed, reporter } = await start(called, io, 'run-operation', {
        needsManifest: true,
      });
      const { runOperationTask } = await import('../../tasks/run-operation.ts');
      try {
        await runOperationTask(parsed, request, recordedArgs('run-operation', called, io));
        exit(0);
      } catch (error) {
        reporter.failed([toTsdbtError(error)]);
        exit(1);
      }
    });

/** What `invocation_args_dict` and the results say of the call beside its flags: the arguments as a mapping. */
function calledWith(
  request: OperationRequest,
  options: CommonOptions,
  { cwd }: CommandContext['io'],
): object {
  if ('sql' in request) return {};
  const projectDir = resolve(cwd, options.projectDir ?? '.');
  return {
    macro: request.macro,
    args: request.args,
    projectDir,
    // By the flag's name: as an option it would ask for a log file.
    log_path: resolve(cwd, options.logPath ?? join(projectDir, 'logs')),
  };
}

async function requestOf(
  macro: string | undefined,
  { args, sql }: RunOperationOptions,
): Promise<OperationRequest> {
  if ((macro === undefined) === (sql === undefined)) {
    throw tsdbtError('usage', {
      message: 'run-operation needs the name of a macro, or --sql, and not both.',
      hint: "As in: tsdbt run-operation grant_select --args '{role: reporter}'",
    });
  }
  if (sql === undefined) {
    const { parseVars } = await import('../../config/vars.ts');
    return { macro: macro!, args: args === undefined ? {} : parseVars(args, '--args') };
  }
  if (args !== undefined) {
    throw tsdbtError('usage', {
      message: '--args are for macros; write the values into the SQL of --sql.',
    });
  }
  return { sql };
}

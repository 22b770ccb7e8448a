import { Command } from 'commander';
import { cleanCommand } from './commands/clean.ts';
import { cloneCommand } from './commands/clone.ts';
import type { CommandContext } from './commands/command.ts';
import { compileCommand } from './commands/compile.ts';
import { contractCommand } from './commands/contract.ts';
import { debugCommand } from './commands/debug.ts';
import { depsCommand } from './commands/deps.ts';
import { docsCommand } from './commands/docs.ts';
import {
  buildCommand,
  runCommand,
  seedCommand,
  snapshotCommand,
  testCommand,
} from './commands/execute.ts';
import { initCommand } from './commands/init.ts';
import { landCommand } from './commands/land.ts';
import { listCommand } from './commands/list.ts';
import { parseCommand } from './commands/parse.ts';
import { planCommand } from './commands/plan.ts';
import { pruneCommand } from './commands/prune.ts';
import { quarantineCommand } from './commands/quarantine.ts';
import { retryCommand } from './commands/retry.ts';
import { runOperationCommand } from './commands/run-operation.ts';
import { showCommand } from './commands/show.ts';
import { sourceCommand } from './commands/source.ts';
import { addGlobalFlags } from './flag-options.ts';
import type { Io } from './io.ts';
import { commonOptions } from './options.ts';
import { version } from './version.ts';

/** Every command; adding one is adding it here and its file. */
const commands: readonly ((context: CommandContext) => Command)[] = [
  initCommand,
  buildCommand,
  runCommand,
  testCommand,
  seedCommand,
  snapshotCommand,
  cloneCommand,
  retryCommand,
  planCommand,
  compileCommand,
  showCommand,
  runOperationCommand,
  listCommand,
  parseCommand,
  sourceCommand,
  docsCommand,
  depsCommand,
  debugCommand,
  landCommand,
  contractCommand,
  quarantineCommand,
  pruneCommand,
  cleanCommand,
];

/** The command line as commander knows it. `exit` receives the exit code of the command that ran. */
export function createProgram(io: Io, exit: (code: number) => void): Command {
  const program = new Command('tsdbt')
    .description('SQL transformations: dbt projects on an embedded DuckDB, without Python.')
    .version(`tsdbt ${version()}`, '-V, --version', 'print the version')
    .helpCommand(true)
    .showHelpAfterError('See `tsdbt --help`.')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.out(text.replace(/\n$/, '')),
      writeErr: (text) => io.err(text.replace(/\n$/, '')),
    });
  addGlobalFlags(commonOptions(program));
  // An option behind a command's name is the command's own, which lets both be compared.
  program.enablePositionalOptions();
  for (const make of commands) {
    const command = make({ io, exit });
    inherit(command, program, io);
    program.addCommand(command);
  }
  return program;
}

/** Subcommands report errors the way the program does, and take its flags when they are called. */
function inherit(command: Command, parent: Command, io: Io): void {
  command.copyInheritedSettings(parent);
  parent.hook('preSubcommand', (_, called) => {
    if (called !== command) return;
    addGlobalFlags(called);
    const { reporting } = io;
    if (reporting !== undefined)
      reporting.command = `${reporting.command ?? 'tsdbt'} ${called.name()}`;
  });
  for (const child of command.commands) inherit(child, command, io);
}

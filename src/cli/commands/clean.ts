import { Command } from 'commander';
import { addFlags, readOptions } from '../flag-options.ts';
import { type CommonOptions, commonOptions, projectRequest } from '../options.ts';
import type { CommandContext } from './command.ts';

interface CleanOptions extends CommonOptions {
  readonly cleanProjectFilesOnly?: boolean;
}

/** `tsdbt clean`: removes what can be made again. */
export const cleanCommand = ({ io, exit }: CommandContext): Command =>
  addFlags(
    commonOptions(
      new Command('clean').description('remove artifacts and compiled SQL, never a database'),
    ),
    ['clean_project_files_only'],
  ).action(async (_options: unknown, self: Command) => {
    const options = await readOptions<CleanOptions>(self, io);
    const { cleanTask } = await import('../../tasks/clean.ts');
    const { openProject } = await import('../../tasks/open-project.ts');
    const request = await projectRequest(options, io, 'clean');
    const { removed, kept } = cleanTask(openProject(request), {
      onlyInProject: options.cleanProjectFilesOnly,
    });
    io.out(removed.length === 0 ? 'Nothing to clean.' : `Cleaned ${removed.join(', ')}.`);
    for (const path of kept)
      io.out(`Kept ${path}: it is a database. Delete it yourself if you mean to.`);
    exit(0);
  });

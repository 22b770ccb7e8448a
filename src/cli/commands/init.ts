import { basename, relative, resolve } from 'node:path';
import { Command } from 'commander';
import { addFlags } from '../flag-options.ts';
import type { CommandContext } from './command.ts';

/** `tsdbt init`: a new project that runs at once. */
export const initCommand = ({ io, exit }: CommandContext): Command =>
  addFlags(new Command('init'), ['skip_profile_setup', 'skip_debug'])
    .description('start a project in a new folder')
    .argument('<folder>', 'folder and name of the project')
    .action(async (folder: string) => {
      const directory = resolve(io.cwd, folder);
      const { initTask } = await import('../../tasks/init.ts');
      const files = initTask(directory, basename(directory).replaceAll('-', '_'));
      io.out(`Created ${files.length} files in ${relative(io.cwd, directory) || '.'}:`);
      for (const file of files) io.out(`  ${file}`);
      io.out(`\nNext: cd ${folder} && tsdbt build`);
      exit(0);
    });

import { Command } from 'commander';
import type { Project } from '../../contracts/project.ts';
import type { Warning } from '../../contracts/warning.ts';
import { addFlags, readOptions } from '../flag-options.ts';
import { type CommonOptions, commonOptions, projectRequest } from '../options.ts';
import { type CommandContext, reporterOf } from './command.ts';

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
    const opened = openProject(request);
    const reporter = reporterOf(options, io);
    reporter.warn([
      ...(options.flagWarnings ?? []),
      ...(opened.project.warnings ?? []),
      ...oldPackagesFolder(opened.project),
    ]);
    const { removed, kept } = cleanTask(opened, {
      onlyInProject: options.cleanProjectFilesOnly,
    });
    io.out(removed.length === 0 ? 'Nothing to clean.' : `Cleaned ${removed.join(', ')}.`);
    for (const path of kept)
      io.out(`Kept ${path}: it is a database. Delete it yourself if you mean to.`);
    exit(0);
  });

/** The folder of packages was once another, which projects still clean. */
function oldPackagesFolder({
  cleanTargets,
  packagesInstallPath: folder,
  file,
}: Project): readonly Warning[] {
  if (!cleanTargets.includes('dbt_modules') || cleanTargets.includes(folder)) return [];
  const text = `Packages are in ${folder}, no longer in dbt_modules: change \`clean-targets\` of ${file}, or set \`packages-install-path: dbt_modules\`.`;
  return [{ name: 'PackageInstallPathDeprecation', text }];
}

import { Command, Option } from 'commander';
import { tsdbtError } from '../../errors/tsdbt-error.ts';
import { readOptions } from '../flag-options.ts';
import { type CommonOptions, commonOptions, projectRequest } from '../options.ts';
import { type CommandContext, reporterOf } from './command.ts';

interface DepsOptions extends CommonOptions {
  readonly upgrade?: boolean;
  readonly lock?: boolean;
  readonly addPackage?: string;
  readonly source: 'hub' | 'git' | 'local';
  readonly hubUrl?: string;
  readonly allowLocalGit?: boolean;
}

/** `tsdbt deps`: installs the packages of packages.yml. */
export const depsCommand = ({ io, exit }: CommandContext): Command =>
  commonOptions(new Command('deps').description('install the packages of packages.yml'))
    .option('--upgrade', 'look for newer versions, whatever package-lock.yml says')
    .option('--lock', 'only write package-lock.yml')
    .option('--add-package <name@version>', 'add a package to packages.yml first')
    .addOption(
      new Option('--source <kind>', 'what --add-package names')
        .choices(['hub', 'git', 'local'])
        .default('hub'),
    )
    .option('--hub-url <url>', 'package index (default: DBT_PACKAGE_HUB_URL or hub.getdbt.com)')
    .option('--allow-local-git', 'git packages may be repositories of this machine')
    .action(async (_options: unknown, self: Command) => {
      const options = await readOptions<DepsOptions>(self, io);
      const reporter = reporterOf(options, io);
      const { projectDir, vars, invocation } = await projectRequest(options, io, 'deps', reporter);
      const { depsTask } = await import('../../tasks/deps.ts');
      const packages = await depsTask({
        projectDir,
        vars,
        invocation,
        upgrade: options.upgrade === true,
        lockOnly: options.lock === true,
        add: added(options),
        hubUrl:
          options.hubUrl ??
          io.env['DBT_ENGINE_PACKAGE_HUB_URL'] ??
          io.env['DBT_PACKAGE_HUB_URL'] ??
          'https://hub.getdbt.com/',
        allowLocalGit: options.allowLocalGit === true,
        versionCheck: options.versionCheck !== false,
        say: (text) => invocation.say(text, 'info'),
        warn: ({ name, text }) =>
          reporter.emit({ type: 'message', level: 'warn', name, text: `${text}.` }),
      });
      if (options.lock !== true && packages.length > 0) {
        invocation.say(
          `${packages.length} package${packages.length === 1 ? '' : 's'} installed.`,
          'info',
        );
      }
      exit(0);
    });

/** `name@version`; of a git address the `@` before the host is no version. */
function added({ addPackage, source }: DepsOptions) {
  if (addPackage === undefined) return undefined;
  const at = addPackage.lastIndexOf('@');
  const hasVersion = at > 0 && !/[:/]/.test(addPackage.slice(at));
  const name = hasVersion ? addPackage.slice(0, at) : addPackage;
  const version = hasVersion ? addPackage.slice(at + 1) : undefined;
  if (source === 'hub' && version === undefined) {
    throw tsdbtError('usage', {
      message: `--add-package ${addPackage} has no version.`,
      hint: 'Name one, as in --add-package dbt-labs/dbt_utils@1.3.0.',
    });
  }
  return { source, name, version };
}

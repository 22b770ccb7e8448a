import { entry } from './entry.ts';

/** 1xxx: packages, as `tsdbt deps` finds and installs them. */
export const packageErrors = {
  'package-source-refused': entry<{ what: string; problem: string }>({
    code: 'TS1030',
    message: (p) => `The package ${p.what} ${p.problem}.`,
  }),
  'package-not-found': entry<{ package: string; where: string; near?: string | undefined }>({
    code: 'TS1031',
    message: (p) => `The package ${p.package} is not in ${p.where}.`,
    hint: (p) => (p.near === undefined ? undefined : `Did you mean "${p.near}"?`),
  }),
  'package-version-not-found': entry<{
    package: string;
    wanted: readonly string[];
    available: readonly string[];
  }>({
    code: 'TS1032',
    message: (p) => `No version of ${p.package} is ${p.wanted.join(' and ')}.`,
    hint: (p) =>
      p.available.length === 0
        ? 'No version of it is made for this version: ask for another one in packages.yml.'
        : `There are: ${p.available.slice(-10).join(', ')}.`,
  }),
  'package-conflict': entry<{ name: string; problem: string }>({
    code: 'TS1033',
    message: (p) => `The package ${p.name} ${p.problem}.`,
    hint: () => 'All that state it must agree, and each package needs a name of its own.',
  }),
  'package-download-failed': entry<{ what: string; problem: string }>({
    code: 'TS1034',
    message: (p) => `Can't get ${p.what}: ${p.problem}.`,
    hint: () => 'Nothing was installed. Is the address right, and can this machine reach it?',
  }),
  'package-archive-refused': entry<{ what: string; problem: string }>({
    code: 'TS1035',
    message: (p) => `The archive of ${p.what} is refused: ${p.problem}.`,
    hint: () => 'Nothing was installed.',
  }),
  'package-content-changed': entry<{ name: string; label: string }>({
    code: 'TS1036',
    message: (p) =>
      `The files of ${p.name} (${p.label}) are not those that package-lock.yml was made with.`,
    hint: () => 'Someone changed a published version. If you trust it: tsdbt deps --upgrade.',
  }),
  'packages-folder-in-use': entry<{ folder: string; found: string }>({
    code: 'TS1037',
    message: (p) => `${p.folder} can't hold the packages: ${p.found} is in it, and it is emptied.`,
    hint: () => 'Choose another folder with `packages-install-path`.',
  }),
  'version-invalid': entry<{ version: string }>({
    code: 'TS1038',
    message: (p) => `"${p.version}" is not a version.`,
    hint: () => 'Write three numbers, with a sign before them if you like: ">=1.2.0".',
  }),
};

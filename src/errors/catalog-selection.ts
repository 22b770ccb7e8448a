import { entry } from './entry.ts';

/** 3xxx: selectors that need something, and selectors of selectors.yml. */
export const selectionErrors = {
  'selector-needs-state': entry<{ selector: string; file: string }>({
    code: 'TS3040',
    message: (p) =>
      `Selector "${p.selector}" compares with an earlier ${p.file}, and there is none.`,
    hint: (p) => `Name the folder of the earlier ${p.file}: --state <folder>.`,
  }),
  'selector-value-unknown': entry<{
    selector: string;
    known: readonly string[];
    near?: string | undefined;
  }>({
    code: 'TS3041',
    message: (p) => `Selector "${p.selector}": the method has no such value.`,
    hint: (p) =>
      p.near === undefined ? `Values: ${p.known.join(', ')}.` : `Did you mean "${p.near}"?`,
  }),
  'selector-definition-invalid': entry<{ name: string; problem: string }>({
    code: 'TS3042',
    message: (p) => `The selector "${p.name}" of selectors.yml ${p.problem}.`,
  }),
  'selector-not-found': entry<{
    name: string;
    known: readonly string[];
    near?: string | undefined;
  }>({
    code: 'TS3043',
    message: (p) => `There is no selector "${p.name}" in selectors.yml.`,
    hint: (p) => {
      if (p.near !== undefined) return `Did you mean "${p.near}"?`;
      return p.known.length > 0 ? `Selectors there: ${p.known.join(', ')}.` : undefined;
    },
  }),
  'selector-cycle': entry<{ path: readonly string[] }>({
    code: 'TS3044',
    message: (p) => `Selectors of selectors.yml lead back to themselves: ${p.path.join(' → ')}.`,
  }),
  'contract-breaking-change': entry<{ node: string; changes: readonly string[] }>({
    code: 'TS3045',
    message: (p) =>
      `${p.node} breaks the contract of a published version: ${p.changes.join('; ')}.`,
    hint: () => 'Make a new version of the model, or take the change back.',
  }),
  'defer-needs-state': entry<Record<never, never>>({
    code: 'TS3047',
    message: () => 'An earlier state is needed to defer to or to clone, and no folder is named.',
    hint: () => 'Name the folder of its manifest.json: --state <folder> or --defer-state <folder>.',
  }),
  'state-unreadable': entry<{ path: string; problem: string }>({
    code: 'TS3046',
    message: (p) => `The earlier state ${p.path} can't be used: ${p.problem}.`,
    hint: () => 'Name a folder with the artifacts of an earlier run: --state <folder>.',
  }),
};

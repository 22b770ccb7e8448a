import { configErrors } from './catalog-config.ts';
import { databaseErrors } from './catalog-database.ts';
import { packageErrors } from './catalog-packages.ts';
import { parseErrors } from './catalog-parse.ts';
import { resolveErrors } from './catalog-resolve.ts';
import { runErrors } from './catalog-run.ts';
import { selectionErrors } from './catalog-selection.ts';

/**
 * Every error tsdbt can show, in one place. Names and codes are permanent: a code is never reused
 * and never renamed. Ranges: 1xxx usage and configuration, 2xxx parse, 3xxx resolve and graph,
 * 4xxx database and files, 5xxx run outcome, 9xxx a bug in tsdbt.
 */
export const catalog = {
  ...configErrors,
  ...packageErrors,
  ...parseErrors,
  ...resolveErrors,
  ...selectionErrors,
  ...databaseErrors,
  ...runErrors,
} as const;

export type ErrorName = keyof typeof catalog;

export type ErrorParams<N extends ErrorName> = Parameters<(typeof catalog)[N]['message']>[0];

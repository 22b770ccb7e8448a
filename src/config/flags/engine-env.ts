import { envNames, flagTable } from './flag-table.ts';

type Env = Readonly<Record<string, string | undefined>>;

/**
 * The environment as templates see it: a flag's variable has its value under both of its names,
 * `DBT_ENGINE_X` and `DBT_X`, that of the first where they differ (core `cli/requires.py`).
 */
export function engineEnv(env: Env): Env {
  const more: Record<string, string> = {};
  for (const flag of flagTable.values()) {
    const [engine, old] = envNames(flag);
    if (engine === undefined || old === undefined) continue;
    const value = env[engine] ?? env[old];
    if (value !== undefined) Object.assign(more, { [engine]: value, [old]: value });
  }
  return Object.keys(more).length === 0 ? env : { ...env, ...more };
}

const prefix = 'DBT_ENV_CUSTOM_ENV_';

/** The variables of the environment that artifacts and logs take over, `DBT_ENV_CUSTOM_ENV_<name>`, by name. */
export function customEnv(
  env: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const [key, value] of Object.entries(env)) {
    if (key.startsWith(prefix) && value !== undefined) found[key.slice(prefix.length)] = value;
  }
  return found;
}

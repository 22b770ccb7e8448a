/**
 * Of a manifest what is the same each time and everywhere: without times, ids of runs and what dbt itself
 * brings. Tags and what else dbt keeps in sets are sorted. The SQL of the four built-in tests is left out,
 * since ours is our own.
 *
 * @param {Record<string, any>} manifest
 * @returns {Record<string, any>}
 */
export function recordedManifest({ metadata: _, ...manifest }) {
  const own = (/** @type {[string, any]} */ [, { package_name: home }]) =>
    home !== 'dbt' && home !== 'dbt_duckdb';
  return cleaned({
    ...manifest,
    macros: Object.fromEntries(Object.entries(manifest['macros']).filter(own)),
    docs: Object.fromEntries(Object.entries(manifest['docs']).filter(own)),
    nodes: Object.fromEntries(
      Object.entries(manifest['nodes']).map(([id, node]) => [id, withoutBuiltInSql(node)]),
    ),
    group_map: Object.fromEntries(
      Object.entries(manifest['group_map']).map(([name, ids]) => [name, [...ids].sort()]),
    ),
  });
}

const builtIn = new Set(['unique', 'not_null', 'accepted_values', 'relationships']);
const left = new Set(['created_at', 'root_path', 'compiled_path', 'build_path']);
const sets = new Set(['tags', 'sources', 'nodes', 'primary_key']);

/** @param {any} node */
function withoutBuiltInSql({ compiled_code: sql, extra_ctes: ctes, ...node }) {
  return builtIn.has(node.test_metadata?.name) ? node : { ...node, compiled_code: sql, extra_ctes: ctes };
}

/** @param {any} value @param {string} [key] @returns {any} */
function cleaned(value, key = '') {
  if (Array.isArray(value)) {
    const items = value.map((item) => cleaned(item));
    return sets.has(key) ? items.sort((a, b) => (String(a) < String(b) ? -1 : 1)) : items;
  }
  if (typeof value === 'string' && key === 'compiled_code') return value.replace(/[^\S\n]+$/gm, '');
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([name, part]) => !left.has(name) && part !== undefined);
  return Object.fromEntries(entries.map(([name, part]) => [name, cleaned(part, name)]));
}

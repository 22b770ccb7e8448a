/**
 * The parts of an entry of dbt's manifest that golden projects keep, and that specs compare.
 *
 * @param {Record<string, any>} entry
 * @returns {Record<string, unknown>}
 */
export function recordedEntry(entry) {
  const parts = {
    fqn: entry.fqn,
    tags: entry.tags,
    description: entry.description,
    alias: entry.alias,
    schema: entry.schema,
    database: entry.database,
    path: entry.path,
    // The checksum of a unit test is over Python's spelling of its rows.
    checksum: entry.resource_type === 'unit_test' ? undefined : entry.checksum?.checksum,
    config: entry.config,
    columns: entry.columns,
    refs: entry.refs,
    access: entry.access,
    group: entry.group,
    version: entry.version,
    latestVersion: entry.latest_version,
    primaryKey: entry.primary_key,
    testMetadata: entry.test_metadata,
    functions: entry.functions?.length > 0 ? entry.functions : undefined,
    // Of what only functions have, and what is not the same with them as with models.
    function: entry.resource_type === 'function' ? functionParts(entry) : undefined,
    dependsOn: entry.depends_on?.nodes,
    compiled: entry.compiled_code,
  };
  return Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined));
}

/** @param {Record<string, any>} entry */
function functionParts(entry) {
  return {
    arguments: entry.arguments,
    returns: entry.returns,
    overloads: entry.overloads,
    language: entry.language,
    docs: entry.docs,
    patchPath: entry.patch_path,
    relationName: entry.relation_name,
    rawCode: entry.raw_code,
    unrenderedConfig: entry.unrendered_config,
    docBlocks: entry.doc_blocks,
    compiledPath: entry.compiled_path,
  };
}

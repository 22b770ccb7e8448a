import { randomUUID } from 'node:crypto';
import type { Connection } from '../../adapters/adapter.ts';
import { compileNode, relationOf } from '../../compile/compile-node.ts';
import type { TemplateHost } from '../../context/node-scope.ts';
import type { Node } from '../../contracts/node.ts';
import type { UniqueId } from '../../contracts/unique-id.ts';
import { storeFailuresAs } from '../../materializations/data-test.ts';
import { isMicrobatch } from '../../parse/microbatch-config.ts';
import { macroPath, macrosOnPath } from '../macro-path.ts';
import { stateIdOf } from '../node-state.ts';
import type { RunContext } from '../run-context.ts';
import {
  type BuiltState,
  builtStateRelation,
  ensureBuiltState,
  forgetBuiltStatesSql,
  readBuiltStates,
  writeBuiltStateSql,
} from './built-state.ts';
import { dataInputs, dataVersion, hash } from './data-version.ts';
import { changingPart } from './determinism.ts';
import { macroDoubt } from './macro-doubt.ts';

/** Whether a node is run, why, and what is noted with its data when it is. */
export type Decision =
  | { readonly run: false; readonly reason: string }
  | {
      readonly run: true;
      readonly reason: string;
      /** Undefined where nothing is noted: the node is run each time. */
      readonly state: BuiltState | undefined;
      readonly stateSql: readonly string[];
    };

/**
 * `--changed`: runs what is not the same as when it was built last. A node is left alone when its
 * compiled SQL, its configuration, the tool, and the data of everything it reads are what they were.
 * When in doubt it is run.
 */
export class ChangedRun {
  readonly #context: RunContext;
  readonly #toolVersion: string;
  readonly #states = new Map<string, BuiltState>();
  readonly #settled = new Map<UniqueId, string>();

  private constructor(context: RunContext, toolVersion: string) {
    this.#context = context;
    this.#toolVersion = toolVersion;
  }

  /** Reads what earlier runs noted, and makes the tables to note in. */
  static async open(
    context: RunContext,
    selected: ReadonlySet<UniqueId>,
    toolVersion: string,
  ): Promise<ChangedRun> {
    const run = new ChangedRun(context, toolVersion);
    const { session, dialect, manifest } = context;
    const databases = new Set([...selected].map((id) => manifest.nodes.get(id)!.database));
    for (const database of databases) {
      await session.ensureSchema(database, builtStateRelation(database).schema);
      await session.withConnection(async (connection) => {
        await ensureBuiltState(connection, dialect, database);
        const states = await readBuiltStates(connection, dialect, database);
        for (const node of manifest.nodes.values()) {
          const state = states.get(stateIdOf(node));
          if (state !== undefined && node.database === database)
            run.#states.set(node.uniqueId, state);
        }
      });
    }
    return run;
  }

  /** Decides on a node whose parents are done. */
  async decide(node: Node, connection: Connection): Promise<Decision> {
    const always = this.#alwaysBecause(node, connection);
    if (always !== undefined) return this.#forget(node, always);
    const environment = this.#context.environment(connection);
    const { compiledCode } = await compileNode(node, environment);
    const fingerprint = this.#fingerprint(node, compiledCode, environment.host);
    const inputs = await this.#inputVersions(node, connection);
    const before = this.#states.get(node.uniqueId);
    const reason = await this.#reasonToRun(node, before, fingerprint, inputs);
    if (reason === undefined)
      return { run: false, reason: 'neither it nor what it reads has changed' };
    const { dialect } = this.#context;
    const known = this.#knownTables(node);
    const changing = (await changingPart(compiledCode, known, connection)) ?? null;
    const state: BuiltState = { fingerprint, inputs, version: randomUUID(), changing };
    const stateSql = writeBuiltStateSql(dialect, node.database, stateIdOf(node), state);
    return { run: true, reason, state, stateSql };
  }

  /**
   * Notes that a node is being built: what reads it sees another version from now on, its tests too,
   * which may run before it is published.
   */
  building(node: Node, { state }: Extract<Decision, { run: true }>): void {
    if (state !== undefined) {
      this.#states.set(node.uniqueId, state);
      return;
    }
    this.#states.delete(node.uniqueId);
    // Seeds and landing models run each time, but seldom change: their rows say whether they did.
    const readsFiles = node.resourceType === 'seed' || node.config['materialized'] === 'landing';
    if (!readsFiles) this.#settled.set(node.uniqueId, randomUUID());
  }

  /** Notes that a build did not come to its end: nothing is known of the node's data. */
  failed(node: Node): void {
    this.#states.delete(node.uniqueId);
    this.#settled.set(node.uniqueId, randomUUID());
  }

  #forget(node: Node, reason: string): Decision {
    const sql = forgetBuiltStatesSql(this.#context.dialect, node.database, [stateIdOf(node)]);
    return { run: true, reason, state: undefined, stateSql: [sql] };
  }

  #alwaysBecause(node: Node, connection: Connection): string | undefined {
    const { flags } = this.#context;
    const { config } = node;
    const hooks = [config['pre-hook'], config['post-hook']].flat().filter(Boolean);
    if (node.resourceType === 'seed')
      return 'seeds know by themselves whether their file is loaded';
    if (node.resourceType === 'unit_test') return 'unit tests read no data';
    if (node.resourceType === 'function') return 'functions are made each time';
    const { functions } = this.#context.manifest;
    const called = dataInputs(node, this.#context).find((id) => functions.has(id));
    if (called !== undefined) return `it calls ${called}, which may do anything`;
    if (config['materialized'] === 'landing') return 'its landing folder is looked at each time';
    if (isMicrobatch(node)) return 'its batches depend on the time';
    if (hooks.length > 0) return 'it has hooks, which may do anything';
    if (flags.fullRefresh) return '--full-refresh is given';
    if (flags.reload === true) return '--reload is given';
    if (flags.processDate !== undefined) return '--process-date is given';
    if (flags.filter?.empty === true || flags.filter?.sample !== undefined)
      return 'only a part of its inputs is read';
    if (node.resourceType === 'test' && storeFailuresAs(config, flags.storeFailures) !== undefined)
      return 'it stores what fails';
    const { host } = this.#context.environment(connection);
    const path = macroPath(node, host, this.#context);
    return path === undefined
      ? undefined
      : macroDoubt(path, macrosOnPath(node, path, host, flags.storeFailures));
  }

  async #reasonToRun(
    node: Node,
    before: BuiltState | undefined,
    fingerprint: string,
    inputs: Readonly<Record<string, string>>,
  ): Promise<string | undefined> {
    if (before === undefined) return 'nothing is known of how it was built';
    if (node.resourceType !== 'test') {
      const existing = (await this.#context.session.relations()).find(relationOf(node));
      if (existing === undefined) return 'it does not exist';
      const view = node.config['materialized'] === 'view';
      if (view !== (existing.type === 'view')) return `a ${existing.type} stands in its place`;
    }
    if (before.fingerprint !== fingerprint) return 'its SQL or configuration has changed';
    if (before.changing !== null) return `it reads ${before.changing}`;
    const changed = Object.keys({ ...before.inputs, ...inputs }).find(
      (id) => before.inputs[id] !== inputs[id],
    );
    return changed === undefined ? undefined : `${changed} has changed`;
  }

  async #inputVersions(node: Node, connection: Connection): Promise<Record<string, string>> {
    const from = { context: this.#context, states: this.#states, settled: this.#settled };
    const versions: Record<string, string> = {};
    for (const id of dataInputs(node, this.#context)) {
      versions[id] = await dataVersion(id, from, connection);
    }
    return versions;
  }

  /** All that decides how the node is built, besides the data it reads. */
  #fingerprint(node: Node, compiledCode: string, host: TemplateHost): string {
    const path = macroPath(node, host, this.#context);
    const { storeFailures } = this.#context.flags;
    const macros = path === undefined ? [] : macrosOnPath(node, path, host, storeFailures);
    const { config, columns, constraints, description, resourceType } = node;
    return hash([
      this.#toolVersion,
      resourceType,
      this.#context.dialect.relation(relationOf(node)),
      compiledCode,
      JSON.stringify([config, columns, constraints ?? [], description]),
      ...macros.flatMap(({ uniqueId, sql }) => [uniqueId, sql]),
    ]);
  }

  /** Names under which the node's SQL can mean what it depends on, and itself. */
  #knownTables(node: Node): ReadonlySet<string> {
    const { manifest } = this.#context;
    const names = new Set<string>();
    for (const id of [node.uniqueId, ...dataInputs(node, this.#context)]) {
      const input = manifest.nodes.get(id);
      const source = manifest.sources.get(id);
      const relation =
        input === undefined
          ? source && [source.database, source.schema, source.identifier]
          : [input.database, input.schema, input.alias];
      if (relation !== undefined) names.add(relation.join('.').toLowerCase());
    }
    return names;
  }
}

/**
 * A run without `--changed` notes nothing, so what it builds counts as changed for the next one that
 * has it. Done before anything is built: a run that is killed leaves too little known, never too much.
 */
export async function forgetBuilt(
  { session, dialect, manifest }: RunContext,
  selected: ReadonlySet<UniqueId>,
): Promise<void> {
  const byDatabase = new Map<string, string[]>();
  for (const id of selected) {
    const node = manifest.nodes.get(id)!;
    byDatabase.set(node.database, [...(byDatabase.get(node.database) ?? []), stateIdOf(node)]);
  }
  const relations = await session.relations();
  for (const [database, ids] of byDatabase) {
    if (relations.find(builtStateRelation(database)) === undefined) continue;
    await session.withConnection((connection) =>
      connection.run(forgetBuiltStatesSql(dialect, database, ids)),
    );
  }
}

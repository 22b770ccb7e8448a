import { toStr, type Value } from '../../jinja/index.ts';
import { RelationObject } from '../relation-object.ts';
import {
  type AdapterMethod,
  answered,
  argument,
  callNamed,
  relationArgument,
  withDatabase,
} from './method.ts';

/** Finding, creating, renaming and dropping relations and schemas; the cache follows what is done. */
export const relationMethods: readonly (readonly [string, AdapterMethod])[] = [
  [
    'get_relation',
    withDatabase((database, args, kwargs, { dialect }) => {
      const part = (at: number, name: string) => {
        const value = argument(args, kwargs, at, name);
        return value === null ? '' : toStr(value);
      };
      const relation = {
        database: part(0, 'database'),
        schema: part(1, 'schema'),
        identifier: part(2, 'identifier'),
      };
      return answered(database.findRelation(relation), (found) =>
        found === undefined ? null : new RelationObject(dialect, found, found.type),
      );
    }),
  ],
  [
    'load_relation',
    withDatabase((database, args, kwargs, { dialect }) => {
      const { relation } = relationArgument('load_relation', args, kwargs, 0, 'relation');
      return answered(database.findRelation(relation), (found) =>
        found === undefined ? null : new RelationObject(dialect, found, found.type),
      );
    }),
  ],
  [
    'list_relations',
    withDatabase(
      (database, args, kwargs, { dialect }) => {
        const name = toStr(argument(args, kwargs, 0, 'database'));
        const schema = toStr(argument(args, kwargs, 1, 'schema'));
        return answered(database.listRelations(name, schema), (found) =>
          found.map((relation) => new RelationObject(dialect, relation, relation.type)),
        );
      },
      () => [],
    ),
  ],
  [
    'check_schema_exists',
    withDatabase(
      (database, args, kwargs) => {
        const name = toStr(argument(args, kwargs, 0, 'database'));
        const schema = toStr(argument(args, kwargs, 1, 'schema')).toLowerCase();
        return answered(database.schemas(name), (found) =>
          found.some((one) => one.toLowerCase() === schema),
        );
      },
      () => false,
    ),
  ],
  [
    'create_schema',
    withDatabase((database, args, kwargs, options) => {
      const relation = relationArgument('create_schema', args, kwargs, 0, 'relation');
      return (function* () {
        yield* callNamed(options, 'create_schema', [relation]);
        return yield* answered(database.commit(), () => '');
      })();
    }),
  ],
  [
    'drop_schema',
    withDatabase((database, args, kwargs, options) => {
      const relation = relationArgument('drop_schema', args, kwargs, 0, 'relation');
      return (function* () {
        yield* callNamed(options, 'drop_schema', [relation]);
        yield* answered(database.commit(), () => '');
        database.forgetSchema(relation.relation.database, relation.relation.schema);
        return '';
      })();
    }),
  ],
  [
    'drop_relation',
    withDatabase((database, args, kwargs, options) => {
      const relation = relationArgument('drop_relation', args, kwargs, 0, 'relation');
      return (function* () {
        // A relation without a type was never found to exist: what stands there is what is dropped.
        const found: Value =
          relation.type === null
            ? yield* answered(database.findRelation(relation.relation), (existing) =>
                existing === undefined
                  ? null
                  : new RelationObject(options.dialect, existing, existing.type),
              )
            : relation;
        if (found !== null) yield* callNamed(options, 'drop_relation', [found]);
        database.forget(relation.relation);
        return '';
      })();
    }),
  ],
  [
    'truncate_relation',
    withDatabase((_database, args, kwargs, options) =>
      callNamed(options, 'truncate_relation', [
        relationArgument('truncate_relation', args, kwargs, 0, 'relation'),
      ]),
    ),
  ],
  [
    'rename_relation',
    withDatabase((database, args, kwargs, options) => {
      const from = relationArgument('rename_relation', args, kwargs, 0, 'from_relation');
      const to = relationArgument('rename_relation', args, kwargs, 1, 'to_relation');
      return (function* () {
        yield* callNamed(options, 'rename_relation', [from, to]);
        database.forget(from.relation);
        database.remember({ ...to.relation, type: to.type ?? from.type ?? 'table' });
        return '';
      })();
    }),
  ],
  [
    'cache_added',
    withDatabase((database, args, kwargs) => {
      const { relation, type } = relationArgument('cache_added', args, kwargs, 0, 'relation');
      database.remember({ ...relation, type: type ?? 'table' });
      return '';
    }),
  ],
  [
    'cache_dropped',
    withDatabase((database, args, kwargs) => {
      database.forget(relationArgument('cache_dropped', args, kwargs, 0, 'relation').relation);
      return '';
    }),
  ],
  [
    'cache_renamed',
    withDatabase((database, args, kwargs) => {
      const from = relationArgument('cache_renamed', args, kwargs, 0, 'from_relation');
      const to = relationArgument('cache_renamed', args, kwargs, 1, 'to_relation');
      database.forget(from.relation);
      database.remember({ ...to.relation, type: to.type ?? from.type ?? 'table' });
      return '';
    }),
  ],
  [
    'already_exists',
    withDatabase(
      (database, args, kwargs, options) => {
        const schema = toStr(argument(args, kwargs, 0, 'schema'));
        const identifier = toStr(argument(args, kwargs, 1, 'table'));
        const of = String(options.credentials['database'] ?? database.defaultDatabase);
        return answered(
          database.findRelation({ database: of, schema, identifier }),
          (found) => found !== undefined,
        );
      },
      () => false,
    ),
  ],
];

import { access } from './access.ts';
import { config } from './config.ts';
import { file } from './file.ts';
import { fqn } from './fqn.ts';
import { group } from './group.ts';
import type { SelectorMethod } from './method.ts';
import { namedMethods } from './named.ts';
import { packageMethod } from './package.ts';
import { path } from './path.ts';
import { resourceType } from './resource-type.ts';
import { result } from './result.ts';
import { selector } from './selector.ts';
import { source } from './source.ts';
import { sourceStatus } from './source-status.ts';
import { state } from './state.ts';
import { tag } from './tag.ts';
import { testName } from './test-name.ts';
import { testType } from './test-type.ts';
import { version } from './version.ts';

/** Every selector method by its name. */
export const selectorMethods: ReadonlyMap<string, SelectorMethod> = new Map(
  [
    fqn,
    tag,
    path,
    file,
    source,
    config,
    resourceType,
    packageMethod,
    testName,
    testType,
    group,
    access,
    version,
    state,
    result,
    sourceStatus,
    selector,
    ...namedMethods,
  ].map((method) => [method.name, method]),
);

import type { Target } from './ast.ts';
import type { Frame } from './frame.ts';
import { tryIterate } from './values/iterate.ts';
import { Namespace } from './values/namespace.ts';
import type { Value } from './values/py-object.ts';
import { raisePython } from './values/raise.ts';
import { typeName } from './values/type-name.ts';

/** Sets a name, an attribute of a namespace, or several of them from the items of a value. */
export function assign(target: Target, value: Value, frame: Frame): void {
  if (target.kind === 'name') {
    frame.set(target.name, value);
  } else if (target.kind === 'attribute') {
    const namespace = frame.get(target.name);
    if (!(namespace instanceof Namespace)) {
      raisePython('TemplateRuntimeError', 'cannot assign attribute on non-namespace object');
    }
    namespace.set(target.attribute, value);
  } else {
    unpack(target.items, value, frame);
  }
}

function unpack(targets: readonly Target[], value: Value, frame: Frame): void {
  const source = tryIterate(value);
  if (source === undefined) {
    raisePython('TypeError', `cannot unpack non-iterable ${typeName(value)} object`);
  }
  const values: Value[] = [];
  for (let next = source.next(); next.done !== true; next = source.next()) {
    if (values.length === targets.length) {
      raisePython('ValueError', `too many values to unpack (expected ${targets.length})`);
    }
    values.push(next.value);
  }
  if (values.length < targets.length) {
    raisePython(
      'ValueError',
      `not enough values to unpack (expected ${targets.length}, got ${values.length})`,
    );
  }
  targets.forEach((target, i) => {
    assign(target, values[i]!, frame);
  });
}

import type { Target } from './ast.ts';
import type { Frame } from './frame.ts';
import { Namespace } from './values/namespace.ts';
import type { Value } from './values/py-object.ts';
import { raisePython } from './values/raise.ts';
import { unpack } from './values/unpack.ts';

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
    const values = unpack(value, target.items.length);
    target.items.forEach((item, i) => {
      assign(item, values[i]!, frame);
    });
  }
}

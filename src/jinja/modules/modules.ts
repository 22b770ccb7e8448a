import { PyDict } from '../values/py-dict.ts';
import type { Value } from '../values/py-object.ts';

export interface ModuleOptions {
  /** The clock of `datetime.now()` and its kin. */
  readonly now: () => Date;
}

/** Python modules templates may use: `datetime`, `pytz`, `re`, `itertools`. */
export function modules(_options: ModuleOptions): Value {
  return new PyDict();
}

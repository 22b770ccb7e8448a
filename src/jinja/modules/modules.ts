import { PyDict } from '../values/py-dict.ts';
import type { Value } from '../values/py-object.ts';
import { datetimeModule } from './datetime/module.ts';
import { itertoolsModule } from './itertools.ts';
import { pytzModule } from './pytz.ts';
import { reModule } from './re/module.ts';

export interface ModuleOptions {
  /** The clock of `datetime.now()` and its kin. */
  readonly now: () => Date;
  /** Told of each use of a function of `itertools`. */
  readonly onItertools?: () => void;
}

/** The Python modules templates may use: `datetime`, `pytz`, `re`, `itertools`. */
export function modules(options: ModuleOptions): Value {
  return new PyDict([
    ['datetime', datetimeModule(options.now)],
    ['pytz', pytzModule()],
    ['re', reModule()],
    ['itertools', itertoolsModule(options.onItertools)],
  ]);
}

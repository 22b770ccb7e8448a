import { countedDeprecations } from '../../config/flags/event-names.ts';
import type { LogEvent } from './log-event.ts';
import { codeOf } from './log-event.ts';

/** Counts deprecations, each of which is told when it is first met only, and sums them up at the end. */
export class DeprecationCount {
  readonly #showAll: boolean;
  readonly #met = new Map<string, number>();

  constructor(showAll: boolean) {
    this.#showAll = showAll;
  }

  /** Notes a warning; false where it has been told of already. */
  isNews(name: string): boolean {
    if (!countedDeprecations.has(name)) return true;
    const before = this.#met.get(name) ?? 0;
    this.#met.set(name, before + 1);
    return before === 0 || this.#showAll;
  }

  /** Whether some were met that nothing was said of. */
  get hasUntold(): boolean {
    return !this.#showAll && [...this.#met.values()].some((times) => times > 1);
  }

  /** How often each was met; undefined when none was. */
  summary(): LogEvent | undefined {
    if (this.#met.size === 0) return undefined;
    const counts = [...this.#met];
    const list = counts.map(([name, times]) => `${name} (${times})`).join(', ');
    const hint = this.#showAll ? '' : ' --show-all-deprecations tells of each of them.';
    return {
      name: 'DeprecationsSummary',
      level: 'warn',
      msg: `Deprecations, and how often they were met: ${list}.${hint}`,
      data: {
        summaries: counts.map(([name, occurrences]) => ({
          event_name: name,
          event_code: codeOf(name),
          occurrences,
        })),
        show_all_hint: !this.#showAll,
      },
    };
  }
}

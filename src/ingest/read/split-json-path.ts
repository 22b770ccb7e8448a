import { JsonPathSeeker } from './json-path-seeker.ts';
import type { LandingRecord, RecordSplitter } from './landing-record.ts';
import { type JsonArrayRules, JsonArraySplitter } from './split-json-array.ts';

/**
 * Splits an array inside of a JSON object into its elements: `records: data.items`. The rest of the
 * object, in front of the array and behind it, is no record.
 */
export class JsonPathSplitter implements RecordSplitter {
  readonly #seeker: JsonPathSeeker;
  readonly #path: readonly string[];
  readonly #array: JsonArraySplitter;
  readonly #rules: JsonArrayRules;
  #isEmpty = true;

  constructor(path: readonly string[], rules: JsonArrayRules) {
    this.#seeker = new JsonPathSeeker(path);
    this.#path = path;
    this.#rules = rules;
    this.#array = new JsonArraySplitter({ ...rules, isPart: true });
  }

  push(chunk: Buffer): readonly LandingRecord[] {
    if (this.#isEmpty && chunk.some((char) => char > 0x20)) this.#isEmpty = false;
    const bytes = this.#seeker.push(chunk);
    return bytes.length === 0 ? [] : this.#array.push(bytes);
  }

  end(): readonly LandingRecord[] {
    if (!this.#seeker.isFound && !this.#isEmpty) {
      this.#rules.refuse(`has no array under ${this.#path.join('.')} (\`landing.records\`)`);
    }
    return this.#array.end();
  }
}

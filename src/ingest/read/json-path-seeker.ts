/** Bytes that mean something outside of strings. */
const byte = { quote: 0x22, backslash: 0x5c, colon: 0x3a } as const;
const opens = new Set([0x5b, 0x7b]);
const closes = new Set([0x5d, 0x7d]);
const empty = Buffer.alloc(0);

/**
 * Finds the array of records inside of a JSON object, by the keys that lead to it. Bytes go in in
 * chunks of any size; from the array's `[` on they come out again. Keys are compared as they are
 * written, without escapes.
 */
export class JsonPathSeeker {
  readonly #path: readonly Buffer[];
  /** Number of keys of the path that lead to where the reading is. */
  #found = 0;
  #depth = 0;
  #inString = false;
  #escaped = false;
  /** The string that was read last, as far as it can be a key of the path. */
  #text: number[] = [];
  #isKey = false;
  #isOpen = false;

  constructor(path: readonly string[]) {
    this.#path = path.map((key) => Buffer.from(JSON.stringify(key).slice(1, -1)));
  }

  get isFound(): boolean {
    return this.#isOpen;
  }

  /** The bytes of the chunk from the array on; none before it is reached. */
  push(chunk: Buffer): Buffer {
    if (this.#isOpen) return chunk;
    for (let at = 0; at < chunk.length; at++) {
      const char = chunk[at]!;
      if (this.#inString) this.#readString(char);
      else if (char === byte.quote) {
        this.#inString = true;
        this.#text = [];
      } else if (char === byte.colon) {
        this.#isKey = this.#depth === this.#found + 1 && this.#isNextKey();
      } else if (opens.has(char)) {
        if (this.#isKey) this.#found++;
        this.#isKey = false;
        this.#depth++;
        if (this.#found === this.#path.length) {
          this.#isOpen = true;
          return chunk.subarray(at);
        }
      } else if (closes.has(char)) {
        this.#depth--;
        // The object that a key led to is over.
        this.#found = Math.min(this.#found, Math.max(0, this.#depth - 1));
      } else if (char > 0x20) this.#isKey = false;
    }
    return empty;
  }

  #readString(char: number): void {
    if (this.#escaped) this.#escaped = false;
    else if (char === byte.backslash) this.#escaped = true;
    else if (char === byte.quote) {
      this.#inString = false;
      return;
    }
    if (this.#text.length <= 1024) this.#text.push(char);
  }

  #isNextKey(): boolean {
    const key = this.#path[this.#found];
    return key?.equals(Buffer.from(this.#text)) ?? false;
  }
}

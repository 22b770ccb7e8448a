/** One entry of the error catalogue: a permanent code, the message, and what to do about it. */
export interface ErrorEntry<P> {
  readonly code: string;
  readonly message: (params: P) => string;
  readonly hint?: (params: P) => string | undefined;
}

/** Types an entry by its parameters: `entry<{name: string}>({code, message: p => …})`. */
export function entry<P>(spec: ErrorEntry<P>): ErrorEntry<P> {
  return spec;
}

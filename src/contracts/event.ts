import type { Group, Node } from './node.ts';
import type { NodeResult } from './result.ts';
import type { Warning } from './warning.ts';

/** What a run tells the outside while it goes on. Reporters in `cli/` turn these into lines. */
export type RunEvent =
  | {
      readonly type: 'run-started';
      readonly command: string;
      readonly total: number;
      readonly counts: Readonly<Record<string, number>>;
      readonly threads: number;
      readonly target: string;
      /** The groups that nodes may be of, with their owners. */
      readonly groups: readonly Group[];
    }
  | {
      readonly type: 'node-started';
      readonly node: Node;
      readonly index: number;
      readonly total: number;
      readonly threadId: string;
    }
  | {
      readonly type: 'node-finished';
      readonly node: Node;
      readonly result: NodeResult;
      readonly index: number;
      readonly total: number;
    }
  | {
      readonly type: 'statement-sent';
      readonly node: Node;
      readonly sql: string;
      readonly threadId: string;
    }
  | {
      readonly type: 'statement-done';
      readonly node: Node;
      readonly elapsed: number;
      readonly threadId: string;
    }
  | {
      readonly type: 'hook-started';
      readonly node: Node;
      /** As in `shop.on-run-start.0`. */
      readonly label: string;
      readonly index: number;
      readonly total: number;
    }
  | {
      readonly type: 'hook-finished';
      readonly node: Node;
      readonly label: string;
      readonly result: NodeResult;
      readonly index: number;
      readonly total: number;
    }
  | { readonly type: 'message'; readonly level: 'info' | 'error'; readonly text: string }
  | ({ readonly type: 'message'; readonly level: 'warn' } & Warning)
  | {
      readonly type: 'run-finished';
      readonly results: readonly NodeResult[];
      readonly elapsed: number;
    };

export type EventSink = (event: RunEvent) => void;

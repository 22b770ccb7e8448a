import type { NodeResult, Timing } from '../contracts/result.ts';
import { fromJs, fromJsDate, hostFunction, PyDict, PyObject, type Value } from '../jinja/index.ts';
import type { AdapterResponse } from './adapter-response.ts';
import { RecordObject } from './record-object.ts';

const fields = [
  'status',
  'timing',
  'thread_id',
  'execution_time',
  'adapter_response',
  'message',
  'failures',
  'node',
  'compiled_code',
  'relation_name',
] as const;

/** What became of a node, as on-run-end hooks see it: `.node .status .failures .to_dict()` …. */
export class ResultObject extends PyObject {
  readonly #result: NodeResult;
  readonly #node: RecordObject;
  readonly #response: AdapterResponse;

  constructor(result: NodeResult, node: RecordObject, response: AdapterResponse) {
    super();
    this.#result = result;
    this.#node = node;
    this.#response = response;
  }

  override get pyTypeName(): string {
    return 'RunResult';
  }

  override pyAttr(name: string): Value | undefined {
    const result = this.#result;
    switch (name) {
      case 'status':
        return result.status;
      case 'node':
        return this.#node;
      case 'thread_id':
        return result.threadId;
      case 'execution_time':
        return result.executionTime;
      case 'message':
        return result.message;
      case 'failures':
        return result.failures;
      case 'compiled_code':
        return result.compiledCode;
      case 'relation_name':
        return result.relationName;
      case 'timing':
        return result.timing.map(timingRecord);
      case 'adapter_response':
        return this.#responseDict();
      case 'skipped_because':
        return fromJs(result.skippedBecause);
      case 'to_dict':
        return hostFunction(name, () => {
          const dict = new PyDict();
          for (const field of fields) dict.set(field, this.pyAttr(field) ?? null);
          dict.set('timing', result.timing.map(timingDict));
          dict.set('node', this.#node.toDict());
          dict.set('unique_id', result.nodeId);
          return dict;
        });
      default:
        return undefined;
    }
  }

  /** As dbt keeps it: a dictionary, empty where nothing ran to its end. */
  #responseDict(): Value {
    const dict = new PyDict();
    if (['skipped', 'error'].includes(this.#result.status)) return dict;
    dict.set('_message', 'OK');
    if (this.#response.rowsAffected !== null)
      dict.set('rows_affected', this.#response.rowsAffected);
    return dict;
  }
}

function timingRecord(timing: Timing): RecordObject {
  const moments = new Map<string, Value>([
    ['started_at', fromJsDate(timing.startedAt)],
    ['completed_at', fromJsDate(timing.completedAt)],
  ]);
  return new RecordObject('TimingInfo', timingDict(timing), moments);
}

/** As in `run_results.json`. */
function timingDict({ name, startedAt, completedAt }: Timing): PyDict {
  return new PyDict([
    ['name', name],
    ['started_at', startedAt.toISOString()],
    ['completed_at', completedAt.toISOString()],
  ]);
}

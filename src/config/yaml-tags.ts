import type { ScalarTag, Tags } from 'yaml';
import { floatOf, WholeFloat } from '../util/whole-float.ts';
import {
  pythonScalar,
  pythonTime,
  readInteger,
  readPythonScalar,
  readPythonTime,
} from './python-scalars.ts';

const floatTag = 'tag:yaml.org,2002:float';
const integerTag = 'tag:yaml.org,2002:int';

/** Words that YAML 1.1 reads as booleans and YAML 1.2 as text. */
const yesOrNo: ScalarTag = {
  tag: 'tag:yaml.org,2002:bool',
  default: true,
  identify: () => false,
  test: /^(?:[Yy]es|YES|[Nn]o|NO|[Oo]n|ON|[Oo]ff|OFF)$/,
  resolve: (text) => /^(yes|on)$/i.test(text),
};

const pythonNumber: Omit<ScalarTag, 'tag'> = {
  default: true,
  identify: () => false,
  test: pythonScalar,
  resolve: readPythonScalar,
};

const pythonMoment: ScalarTag = {
  tag: 'tag:yaml.org,2002:timestamp',
  default: true,
  identify: () => false,
  test: pythonTime,
  resolve: readPythonTime,
};

/** Whole floats as Python writes them. */
export const writtenTags: Tags = [
  {
    tag: floatTag,
    default: true,
    identify: (value) => value instanceof WholeFloat,
    resolve: (text: string) => text,
    stringify: ({ value }) => String(value),
  },
];

/**
 * What unquoted texts are: of YAML 1.2, with whole floats that stay floats; or of dbt's PyYAML, with dates
 * and times that are no texts where that is asked for.
 */
export function yamlTags(tags: Tags, dbt: boolean, times = false): Tags {
  const isNumber = (tag: Tags[number]): tag is ScalarTag =>
    typeof tag === 'object' && (tag.tag === floatTag || tag.tag === integerTag);
  if (dbt) {
    const numbers = [floatTag, integerTag].map((tag) => ({ ...pythonNumber, tag }));
    const moments = times ? [pythonMoment] : [];
    return [yesOrNo, ...moments, ...numbers, ...tags.filter((tag) => !isNumber(tag))];
  }
  return tags.map((tag) => {
    if (!isNumber(tag)) return tag;
    if (tag.tag === integerTag)
      return {
        ...tag,
        resolve: (text: string) => readInteger(text.replace(/^([-+]?)0+(?=\d)/, '$1')),
      };
    const isPlain = tag.test?.test('.inf') !== true;
    return isPlain ? { ...tag, resolve: (text: string) => floatOf(Number(text)) } : tag;
  });
}

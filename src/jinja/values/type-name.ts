import { PyObject, type Value } from './py-object.ts';

/** The Python type name of a value, as in error messages. */
export function typeName(value: Value): string {
  switch (typeof value) {
    case 'string':
      return 'str';
    case 'number':
      return Number.isInteger(value) ? 'int' : 'float';
    case 'bigint':
      return 'int';
    case 'boolean':
      return 'bool';
    default:
      if (value === null) return 'NoneType';
      if (value instanceof PyObject) return value.pyTypeName;
      return 'list';
  }
}

/** How undefined messages name the owner of a missing attribute. */
export function ownerName(value: Value): string {
  if (value === null) return 'None';
  return `${value instanceof PyObject ? value.pyOwnerName : typeName(value)} object`;
}

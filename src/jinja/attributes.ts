import { BoundMethod, type Method } from './methods/method.ts';
import { dataAttribute } from './methods/number.ts';
import { methodsOf } from './methods/registry.ts';
import { type FieldAccess, formatBraces, formatMap } from './methods/str-format.ts';
import { table } from './table.ts';
import { asIndex } from './values/numbers.ts';
import { PyDict } from './values/py-dict.ts';
import { PyObject, type Value } from './values/py-object.ts';
import { PyRange } from './values/py-range.ts';
import { PyTuple } from './values/py-tuple.ts';
import { pythonFault, raisePython } from './values/raise.ts';
import { PySlice, sliceOf } from './values/slice.ts';
import { hasAstral } from './values/text.ts';
import { typeName } from './values/type-name.ts';
import { missingFrom, Undefined, unsafeAttribute } from './values/undefined.ts';

/** What every Python object has. */
const common = `__class__ __delattr__ __dir__ __doc__ __eq__ __format__ __ge__ __getattribute__
  __getstate__ __gt__ __hash__ __init__ __init_subclass__ __le__ __lt__ __module__ __ne__ __new__
  __reduce__ __reduce_ex__ __repr__ __setattr__ __sizeof__ __str__ __subclasshook__`;

/** What some Python objects have: methods of operators, insides of functions and classes. */
const special = `__call__ __dict__ __globals__ __code__ __closure__ __func__ __self__ __name__ __qualname__
  __mro__ __bases__ __base__ __subclasses__ __builtins__ __import__ __len__ __iter__ __getitem__
  __setitem__ __delitem__ __contains__ __add__ __mul__ __mod__ __rmod__ __rmul__ __or__ __ror__
  __ior__ __reversed__ __class_getitem__ __getnewargs__ __iadd__ __imul__ __wrapped__ __defaults__
  __kwdefaults__ __annotations__ __get__ __abs__ __and__ __bool__ __ceil__ __divmod__ __float__
  __floor__ __floordiv__ __index__ __int__ __invert__ __lshift__ __neg__ __pos__ __pow__ __radd__
  __rand__ __rdivmod__ __rfloordiv__ __rlshift__ __round__ __rpow__ __rrshift__ __rshift__
  __rsub__ __rtruediv__ __rxor__ __sub__ __truediv__ __trunc__ __xor__ __next__ __html__`;

const commonNames: ReadonlySet<string> = new Set(common.split(/\s+/));
/** All names the sandbox forbids. */
const forbidden: ReadonlySet<string> = new Set(`${common} ${special}`.split(/\s+/));

/** `value.name`: an attribute or method, else an item, else undefined. */
export function getAttribute(value: Value, name: string, lenient: boolean): Value {
  if (value instanceof Undefined) {
    if (commonNames.has(name)) return unsafeAttribute(value, name);
    if (value.origin.lenient !== true) return value.fail();
    return new Undefined({ name, lenient: true });
  }
  // Not `??` between these: None is a value, and JavaScript's null.
  let found = attributeOf(value, name);
  if (found === undefined && value instanceof PyObject) found = value.pyItem(name);
  return found === undefined ? missingFrom(value, name, lenient) : found;
}

/** `value[key]`: an item, else an attribute of that name, else undefined. */
export function getItem(value: Value, key: Value, lenient: boolean): Value {
  if (value instanceof Undefined) return value.origin.lenient === true ? value : value.fail();
  if (key instanceof PySlice) return getSlice(value, key);
  let found = itemOf(value, key);
  if (found === undefined && typeof key === 'string') found = attributeOf(value, key);
  return found === undefined ? missingFrom(value, key, lenient) : found;
}

const access: FieldAccess = {
  attribute: (value, name) => getAttribute(value, name, false),
  item: (value, key) => getItem(value, key, false),
};

/** The two methods of texts that reach into other values. */
const formatting = table<Method>({
  format: (self, args, kwargs) => formatBraces(self as string, args, kwargs, access),
  format_map: (self, args, kwargs) => formatMap(self as string, args, kwargs, access),
});

/** A method of a built-in type by name, for calling it without binding it first. */
export function builtinMethod(value: Value, name: string): Method | undefined {
  const method = methodsOf(value)?.[name];
  return method ?? (typeof value === 'string' ? formatting[name] : undefined);
}

/** An attribute, without looking at items. */
export function attributeOf(value: Value, name: string): Value | undefined {
  if (name.charCodeAt(0) === 95 /* _ */) {
    return forbidden.has(name) ? unsafeAttribute(value, name) : undefined;
  }
  const method = builtinMethod(value, name);
  if (method !== undefined) return new BoundMethod(value, name, method);
  if (value instanceof PyObject) {
    const attribute = value.pyAttr(name);
    if (attribute !== undefined) return attribute;
    if (value.pyUnsafe(name)) return unsafeAttribute(value, name);
  }
  return dataAttribute(value, name);
}

/** `value[a:b]`: no attribute can stand in, so other types are a TypeError. */
function getSlice(value: Value, slice: PySlice): Value {
  if (value instanceof Undefined) return value.origin.lenient === true ? value : value.fail();
  const part = sliceOf(value, slice);
  if (part !== undefined) return part;
  if (value instanceof PyDict) return slice.pyHashKey() as never;
  const item = value instanceof PyObject ? value.pyItem(slice) : undefined;
  if (item !== undefined) return item;
  return raisePython('TypeError', `'${typeName(value)}' object is not subscriptable`);
}

function itemOf(value: Value, key: Value): Value | undefined {
  if (value instanceof PyDict) return dictItem(value, key);
  const index = asIndex(key);
  if (index !== undefined) {
    if (Array.isArray(value)) return value[index < 0 ? index + value.length : index];
    if (value instanceof PyTuple) {
      return value.items[index < 0 ? index + value.items.length : index];
    }
    if (typeof value === 'string') return characterAt(value, index);
    if (value instanceof PyRange) return value.at(index);
  }
  return value instanceof PyObject ? value.pyItem(key) : undefined;
}

function dictItem(dict: PyDict, key: Value): Value | undefined {
  if (typeof key !== 'object' || key === null) return dict.get(key);
  try {
    return dict.get(key);
  } catch (error) {
    // A key that can't be hashed is in no dict.
    if (pythonFault(error)?.type === 'TypeError') return undefined;
    throw error;
  }
}

function characterAt(text: string, index: number): string | undefined {
  if (!hasAstral(text)) return text[index < 0 ? index + text.length : index];
  return Array.from(text).at(index);
}

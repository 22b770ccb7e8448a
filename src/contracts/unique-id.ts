/** Id of a resource, unique in a manifest: `model.shop.dim_customer`, `source.shop.landing.orders`. */
export type UniqueId = string & { readonly __brand: 'UniqueId' };

/** The text as an id; for ids read back from artifacts, state or the command line. */
export function asUniqueId(text: string): UniqueId {
  return text as UniqueId;
}

/** Builds an id from its parts, `resourceType.package.name…`. */
export function uniqueId(
  resourceType: string,
  packageName: string,
  ...name: readonly string[]
): UniqueId {
  return [resourceType, packageName, ...name].join('.') as UniqueId;
}

/** Size of a node on the full map, in map units, and the room around it. */
export const mapNode = { width: 168, height: 30, gapX: 64, gapY: 12 } as const;

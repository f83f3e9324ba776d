/** Bounds that keep a hostile file from costing more than a look. Counts and bytes. */
export interface XmlLimits {
  readonly maxBytes: number;
  readonly maxDepth: number;
  readonly maxElements: number;
  /** Per element, namespace declarations included. */
  readonly maxAttributes: number;
  /** Characters of one element or attribute name. */
  readonly maxNameLength: number;
}

/** A record with sixteen signatures is below 300 kB and 1 000 elements. */
export const DEFAULT_LIMITS: XmlLimits = {
  maxBytes: 10 * 1024 * 1024,
  maxDepth: 64,
  maxElements: 10_000,
  maxAttributes: 32,
  maxNameLength: 128,
};

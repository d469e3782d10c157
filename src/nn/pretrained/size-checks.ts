/** Sizes of a config that must go together. They are checked when a config is read, since a model that has them wrong may be built and only fail, or give NaN, when it runs. */

/** Sizes by our names, and the keys of the config that they come from. */
export interface ReadSizes {
  readonly size: (name: string) => number;
  /** Null for a size that the config leaves to others. */
  readonly optional: (name: string) => number | null;
  readonly key: (name: string) => string;
}

/** What is wrong, beginning with the key at fault; undefined where nothing is. */
export type SizeCheck = (sizes: ReadSizes) => string | undefined;

/** A width is the same for all heads. */
export const wholeHeads = (heads = "heads", width = "width"): SizeCheck => ({ size, key }) =>
  size(width) % size(heads) === 0 ? undefined : `${key(heads)}: expected a divisor of ${key(width)}, which is ${size(width)}, got ${size(heads)}`;

/** Rotary positions turn pairs of components; heads are as wide as the config says, else share the width. */
export const evenHeads: SizeCheck = (sizes) => {
  const { size, optional, key } = sizes;
  const stated = optional("headWidth");
  if (stated !== null) return stated % 2 === 0 ? undefined : `${key("headWidth")}: expected an even number, as rotary positions turn pairs, got ${stated}`;
  const each = size("width") / size("heads");
  return wholeHeads()(sizes) ?? (each % 2 === 0 ? undefined : `${key("heads")}: expected heads of an even width, as rotary positions turn pairs, got ${size("heads")} of width ${each} (${key("width")} is ${size("width")})`);
};

/** Each head of keys and values serves the same number of heads of queries. */
export const wholeGroups: SizeCheck = ({ size, optional, key }) => {
  const groups = optional("kvHeads") ?? size("heads");
  return size("heads") % groups === 0 ? undefined : `${key("kvHeads")}: expected a divisor of ${key("heads")}, which is ${size("heads")}, got ${groups}`;
};

/** Positions are counted from the one after the padding id. */
export const positionsBeyond = (padId: number | "padId"): SizeCheck => ({ size, key }) => {
  const least = (padId === "padId" ? size(padId) : padId) + 2;
  return size("positions") >= least ? undefined : `${key("positions")}: expected at least ${least}, as positions are counted from the padding id on, got ${size("positions")}`;
};

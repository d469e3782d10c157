/** Places of indexed texts in their files, and how a part of an index stores them. */

/** Where a text stands in the files that were indexed. */
export interface TextPlace {
  /** From the folder that was indexed on, or the name of the file that was. */
  readonly file: string;
  /** From 1; of a table's row over several lines the last, of Parquet the row. */
  readonly line: number;
}

/** Places with the name of every file once: [index of the file, line]. */
export type PackedPlaces = {
  readonly files: readonly string[];
  readonly at: readonly (readonly [number, number] | null)[];
};

export function packPlaces(places: readonly (TextPlace | null)[]): PackedPlaces {
  const files = new Map<string, number>();
  const index = (file: string): number => {
    const found = files.get(file) ?? files.size;
    files.set(file, found);
    return found;
  };
  const at = places.map((place) => (place === null ? null : ([index(place.file), place.line] as const)));
  return { files: [...files.keys()], at };
}

export function unpackPlaces({ files, at }: PackedPlaces): (TextPlace | null)[] {
  return at.map((place) => (place === null ? null : { file: files[place[0]] as string, line: place[1] }));
}

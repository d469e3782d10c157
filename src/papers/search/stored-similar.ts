/** Papers like a stored one, under whatever id it is or was known. */
import type { Indexes } from "./index-follower.ts";
import type { SearchHit } from "./port.ts";
import { similarTo } from "./similar.ts";
import { vectorsOf } from "./vector-store.ts";
import type { Database } from "../store/database.ts";

/** At most `limit` papers like the one called `id`, or that had this id before; none when there is no such paper. */
export async function similarPapers(database: Database, indexes: Indexes, id: string, limit: number): Promise<readonly SearchHit[]> {
  const [alias] = await database.query<{ paper: string }>("select paper from paper_aliases where alias = $1 and not exists (select from papers where id = $1)", [id]);
  const paper = alias?.paper ?? id;
  const vectors = indexes.neighbours && indexes.model ? await vectorsOf(database, indexes.model, [paper]) : [];
  return similarTo(indexes, paper, vectors.map(({ vector }) => vector), limit);
}

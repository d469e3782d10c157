/** Outside CI: many killed runs with other moments each. `npx tsx test/train/node/kill-soak.ts [RUNS]` */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RandomStream } from "../../../src/engine/index.ts";
import { Trainer } from "../../../src/train/index.ts";
import { bitsOf, Mlp, toyOptions } from "../toy.ts";
import { runWithKills } from "./kill.ts";

const runs = Number(process.argv[2] ?? 10);
const model = new Mlp();
await new Trainer(toyOptions(60, model, true)).run();
const expected = bitsOf(model);
for (let run = 0; run < runs; run++) {
  const directory = await mkdtemp(join(tmpdir(), "reprise-soak-"));
  const { bits, kills, starts } = await runWithKills(directory, 60, 8, RandomStream.of(run, "soak"));
  const same = bits.trim() === expected;
  console.log(`run ${run}: ${kills} kills, processes began at steps ${starts.join(", ")}: ${same ? "same bits" : "DIFFERENT"}`);
  if (!same) process.exitCode = 1;
  await rm(directory, { recursive: true, force: true });
}

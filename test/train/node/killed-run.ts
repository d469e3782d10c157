/** A run in a process of its own, to be killed: `killed-run.ts DIRECTORY STEPS`. Prints the bits of the model at the end. */
import { Trainer } from "../../../src/train/index.ts";
import { CheckpointDirectory, RunLog } from "../../../src/train/node/index.ts";
import { bitsOf, Mlp, toyOptions } from "../toy.ts";

const [, , directory, steps] = process.argv;
if (directory === undefined || steps === undefined) throw new Error("usage: killed-run.ts DIRECTORY STEPS");

const model = new Mlp();
const log = new RunLog(directory);
await new Trainer({
  ...toyOptions(Number(steps), model, true),
  checkpoints: { store: new CheckpointDirectory(directory), every: 3 },
  onEvent: (event) => {
    log.observe(event);
    if (event.type === "step") process.stdout.write(`step ${event.step}\n`);
  },
}).run();
log.close();
process.stdout.write(`bits\n${bitsOf(model)}\n`);

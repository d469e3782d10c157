/**
 * Training speed against peers. Contenders run one after another in interleaved rounds, so that a slow minute of the
 * machine hits them all; ratios of medians are what counts.
 */
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Contender, median } from "./contender.mjs";
import { compileTime } from "./compile-time.mjs";
import { productFlops, SHAPES } from "./shapes.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const script = (name) => join(here, name);
const SIDE = 2048;

export async function main({ json, rounds = 3, only }) {
  const say = (text) => process.stderr.write(`${text}\n`);
  const python = process.env.PYTHON ?? "/usr/bin/python3";
  const hasTorch = spawnSync(python, ["-c", "import torch"]).status === 0;
  const entries = [
    ["onnxruntime matmul", process.execPath, [script("matmul.mjs")], { steps: 8, warmUp: 3 }],
    ["reprise", process.execPath, [script("reprise.mjs"), "cpu"], { steps: 4, warmUp: 2 }],
    ["reprise ViT", process.execPath, [script("vision.mjs"), "vit"], { steps: 4, warmUp: 2 }],
    ["reprise conv", process.execPath, [script("vision.mjs"), "conv"], { steps: 4, warmUp: 2 }],
    ["reprise wasm", process.execPath, [script("reprise.mjs"), "wasm"], { steps: 1, warmUp: 1 }],
    ...(hasTorch ? [["pytorch", python, [script("torch_step.py")], { steps: 4, warmUp: 2, env: { SHAPES: JSON.stringify(SHAPES), OPENBLAS_CORETYPE: undefined, OPENBLAS_L2_SIZE: undefined } }]] : []),
    ["jax-js wasm", process.execPath, [script("jax.mjs")], { steps: 1, warmUp: 1 }],
    ["tfjs wasm", process.execPath, [script("tfjs.mjs")], { steps: 1, warmUp: 1 }],
  ];
  const contenders = [];
  try {
    for (const [name, command, args, options] of entries) {
      // Ratios need the first two.
      if (only !== undefined && !["onnxruntime matmul", "reprise", ...only].includes(name)) continue;
      say(`preparing ${name}`);
      contenders.push(await new Contender(name, command, args, options).prepare());
    }
    for (let round = 1; round <= rounds; round++) {
      say(`round ${round} of ${rounds}`);
      for (const contender of contenders) await contender.round();
    }
    const report = { ...summary(contenders, rounds), compile: await compileTime() };
    process.stdout.write(json ? `${JSON.stringify(report)}\n` : table(report));
    if (!hasTorch) say("PyTorch is not installed; on Debian: apt-get install python3-torch libopenblas0-pthread");
  } finally {
    for (const contender of contenders) contender.close();
  }
}

function summary(contenders, rounds) {
  const flops = productFlops();
  const rows = Object.fromEntries(
    contenders.map(({ name, milliseconds, memory, loss, facts }) => {
      const stepMs = median(milliseconds);
      const work = name === "onnxruntime matmul" ? 2 * SIDE ** 3 : (facts.productFlops ?? flops);
      return [name, { stepMs, gflops: work / stepMs / 1e6, memoryMiB: memory / 2 ** 20, ...(name === "onnxruntime matmul" ? {} : { loss }) }];
    }),
  );
  const over = (name) => (rows[name] === undefined ? null : rows[name].stepMs / rows.reprise.stepMs);
  return {
    shapes: SHAPES,
    rounds,
    productGflopPerStep: flops / 1e9,
    rows,
    ratios: {
      "tfjs wasm / reprise": over("tfjs wasm"),
      "jax-js wasm / reprise": over("jax-js wasm"),
      "pytorch / reprise": over("pytorch"),
      "reprise share of matmul rate": rows.reprise.gflops / rows["onnxruntime matmul"].gflops,
    },
  };
}

function table({ rows, ratios, compile, rounds, productGflopPerStep }) {
  const number = (value, digits) => value.toFixed(digits).padStart(10);
  const lines = [
    `masked-LM step, ${productGflopPerStep.toFixed(1)} GFLOP of products; medians over ${rounds} interleaved rounds`,
    "",
    `${"".padEnd(20)}${"ms/step".padStart(10)}${"GFLOP/s".padStart(10)}${"MiB".padStart(10)}`,
    ...Object.entries(rows).map(([name, row]) => `${name.padEnd(20)}${number(row.stepMs, 1)}${number(row.gflops, 1)}${number(row.memoryMiB, 0)}`),
    "",
    ...Object.entries(ratios).map(([name, value]) => `${name.padEnd(32)}${value === null ? "    not run" : number(value, 2)}`),
    "",
    `compiling a step of ${compile.nodes} nodes: ${compile.traceMs.toFixed(0)} ms traced and optimised, ${compile.totalMs.toFixed(0)} ms in all`,
  ];
  return `${lines.join("\n")}\n`;
}

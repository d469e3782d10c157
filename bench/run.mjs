/** `npm run bench -- NAME [--json] [--rounds N] [--only A,B]`: runs one benchmark. Each prints ratios measured in the same run. */
const BENCHMARKS = {
  "train-step": "a masked-LM training step against TensorFlow.js, jax-js, PyTorch and one large matrix product",
};

const [name, ...rest] = process.argv.slice(2);
if (name === undefined || !(name in BENCHMARKS)) {
  const list = Object.entries(BENCHMARKS).map(([key, about]) => `  ${key}  ${about}`);
  process.stderr.write(`usage: npm run bench -- NAME [--json] [--rounds N] [--only A,B]\n${list.join("\n")}\n`);
  process.exit(2);
}
const valueOf = (flag) => (rest.includes(flag) ? rest[rest.indexOf(flag) + 1] : undefined);
const { main } = await import(`./${name}/main.mjs`);
await main({ json: rest.includes("--json"), rounds: valueOf("--rounds") === undefined ? undefined : Number(valueOf("--rounds")), only: valueOf("--only")?.split(",") });

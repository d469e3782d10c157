/** `npm run bench -- NAME [--json] [--rounds N]`: runs one benchmark. Each prints ratios measured in the same run. */
const BENCHMARKS = {
  "train-step": "a masked-LM training step against TensorFlow.js, jax-js, PyTorch and one large matrix product",
};

const [name, ...rest] = process.argv.slice(2);
if (name === undefined || !(name in BENCHMARKS)) {
  const list = Object.entries(BENCHMARKS).map(([key, about]) => `  ${key}  ${about}`);
  process.stderr.write(`usage: npm run bench -- NAME [--json] [--rounds N]\n${list.join("\n")}\n`);
  process.exit(2);
}
const flag = rest.indexOf("--rounds");
const { main } = await import(`./${name}/main.mjs`);
await main({ json: rest.includes("--json"), rounds: flag < 0 ? undefined : Number(rest[flag + 1]) });

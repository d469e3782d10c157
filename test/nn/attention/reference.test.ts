/** Attention equals PyTorch's, values and gradients (test/fixtures/README.md). */
import { describe, expect, test } from "vitest";
import { evaluate, grad, hostArray, RandomStream, tensor } from "../../../src/engine/index.ts";
import type { HostArray, Tensor } from "../../../src/engine/index.ts";
import { attend, Attention, EVALUATE, mask } from "../../../src/nn/index.ts";
import { expectClose, expectReference } from "../../support/reference.ts";
import { readReference } from "../../support/safetensors.ts";

const cases = readReference("attention");

describe("scaled dot-product attention", () => {
  for (const reference of cases.filter(({ name }) => name.startsWith("attention."))) {
    test(reference.name, () =>
      expectReference(reference, ({ query, key, value, mask: visible }) => {
        const shown = reference.name === "attention.causal" ? mask.causal() : visible;
        return attend(query as Tensor, key as Tensor, value as Tensor, { mask: shown }).output;
      }));
  }
});

test("the attention module equals nn.MultiheadAttention with padded keys", async () => {
  const reference = cases.find(({ name }) => name === "multiHeadAttention")!;
  const attention = new Attention(6, { random: RandomStream.of(1), heads: 2 });
  const projections = [attention.query, attention.key, attention.value];
  const part = (name: string, i: number): HostArray => {
    const whole = reference.tensor(name);
    const size = whole.data.length / 3;
    return hostArray((whole.data as Float32Array).slice(i * size, (i + 1) * size), [6, ...whole.shape.slice(1)]);
  };
  projections.forEach((linear, i) => {
    linear.weight.set(part("in_proj_weight", i));
    linear.bias!.set(part("in_proj_bias", i));
  });
  attention.output.weight.set(reference.tensor("out_proj_weight"));
  attention.output.bias!.set(reference.tensor("out_proj_bias"));

  const x = tensor(reference.tensor("x"));
  const { output } = attention.forward(x, EVALUATE, { mask: mask.validKeys(tensor(reference.tensor("mask"))) });
  const targets = [x, ...projections.flatMap(({ weight, bias }) => [weight, bias!]), attention.output.weight, attention.output.bias!];
  const gradients = grad(output.mul(tensor(reference.tensor("seed.output"))).sum(), targets);
  const [value, ...computed] = await evaluate([output, ...gradients]);
  expectClose(value!, reference.tensor("output"), "output", 1e-5);
  const wanted = [reference.tensor("gradient.x"), ...[0, 1, 2].flatMap((i) => [part("gradient.in_proj_weight", i), part("gradient.in_proj_bias", i)]), reference.tensor("gradient.out_proj_weight"), reference.tensor("gradient.out_proj_bias")];
  expect(computed).toHaveLength(wanted.length);
  computed.forEach((gradient, i) => expectClose(gradient, wanted[i]!, `gradient ${i}`, 1e-5));
});

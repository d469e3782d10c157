/**
 * Properties of every system, driven by the tiny instance each declares as its probe: every parameter gets a finite
 * gradient, the loss falls, saved weights load to the same loss, and the same start gives the same run.
 */
import { describe, expect, test } from "vitest";
import { compile, grad } from "../../src/engine/index.ts";
import type { HostArray, Tensor } from "../../src/engine/index.ts";
import { CATALOGUE } from "../../src/papers/catalogue/catalogue.ts";
import type { Module } from "../../src/nn/index.ts";
import type { System } from "../../src/lab/index.ts";
import { SYSTEMS } from "../../src/systems/registry.ts";
import { Adam } from "../../src/train/index.ts";

type Batch = Readonly<Record<string, HostArray>>;
interface Instance {
  readonly module: Module;
  readonly batch: Batch;
  readonly loss: (module: Module, batch: Record<string, Tensor>) => Tensor;
}

const systems: readonly System[] = await Promise.all(Object.values(SYSTEMS).map(async (load) => (await load()).default));
const instanceOf = async (system: System): Promise<Instance> => {
  if (system.probe === undefined) throw new Error(`${system.slug} declares no probe`);
  return (await system.probe()) as unknown as Instance;
};

/** Losses of a few Adam steps on one batch. */
async function train({ module, batch, loss }: Instance, steps: number): Promise<number[]> {
  const optimizer = new Adam(module, { learningRate: 3e-3 });
  const step = compile((tensors: Record<string, Tensor>) => {
    const value = loss(module, tensors);
    optimizer.apply(grad(value, optimizer.targets, { unused: "zero" }));
    return { loss: value };
  });
  const losses: number[] = [];
  for (let i = 0; i < steps; i++) losses.push((await step(batch)).loss.item());
  await step.release();
  return losses;
}

test("every system is in the catalogue under its family and title", () => {
  const papers = new Map(CATALOGUE.map(({ slug, family, title, arxiv }) => [slug, { family, title, arxiv }]));
  for (const { slug, family, title, arxiv } of systems) expect({ family, title, arxiv }).toEqual(papers.get(slug));
});

describe.each(systems.map((system) => [system.slug, system] as const))("%s", (_, system) => {
  test("every trainable parameter gets a finite gradient, and at most biases of keys get none", async () => {
    const { module, batch, loss } = await instanceOf(system);
    const names = [...module.namedParameters()].filter(([, parameter]) => parameter.trainable);
    const gradients = compile((tensors: Record<string, Tensor>) => grad(loss(module, tensors), names.map(([, parameter]) => parameter)).map((g) => g.abs().max()));
    const values = (await gradients(batch)).map((value) => value.item());
    await gradients.release();
    names.forEach(([name], i) => {
      expect(Number.isFinite(values[i]), name).toBe(true);
      // A constant added to all keys moves every score of a query alike, and softmax does not see it.
      if (!/key\.bias$/.test(name)) expect(values[i], `${name} gets no gradient`).toBeGreaterThan(0);
    });
  });

  test("the loss falls on one batch", async () => {
    const losses = await train(await instanceOf(system), 30);
    expect(losses.every(Number.isFinite)).toBe(true);
    expect(Math.min(...losses.slice(-3))).toBeLessThan((losses[0] as number) * (losses[0]! > 0 ? 0.97 : 1.03));
  });

  test("the same start gives the same run, and loaded weights the same loss", async () => {
    const first = await instanceOf(system);
    const second = await instanceOf(system);
    const losses = await train(first, 4);
    expect(await train(second, 4)).toEqual(losses);
    const fresh = await instanceOf(system);
    fresh.module.loadStateDict(first.module.stateDict());
    const evaluate = async ({ module, batch, loss }: Instance): Promise<number> => {
      const run = compile((tensors: Record<string, Tensor>) => ({ loss: loss(module, tensors) }));
      const value = (await run(batch)).loss.item();
      await run.release();
      return value;
    };
    expect(await evaluate(fresh)).toBe(await evaluate(first));
  });
});

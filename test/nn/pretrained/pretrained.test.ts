/** Every architecture against its PyTorch reference, and back to the same checkpoint. */
import { describe, expect, test } from "vitest";
import { compile, Tensor } from "../../../src/engine/index.ts";
import type { HostArray } from "../../../src/engine/index.ts";
import { EVALUATE } from "../../../src/nn/index.ts";
import { exportPretrained, importPretrained } from "../../../src/nn/pretrained/index.ts";
import type { Pretrained } from "../../../src/nn/pretrained/index.ts";
import { booleans, fixtureNames, largestDifference, readFixture, sourceOf } from "./fixture.ts";
import type { Fixture } from "./fixture.ts";

async function outputsOf({ module }: Pretrained, { ids, mask, segments, target }: Fixture["inputs"]): Promise<Record<string, HostArray>> {
  const run = compile((batch: { ids: Tensor; valid: Tensor; segments?: Tensor; targetIds?: Tensor }) => {
    const { lastHiddenState, hidden, pooled, logits } = module.forward(batch, EVALUATE);
    return { last: lastHiddenState, hidden: hidden[hidden.length - 2] as Tensor, ...(pooled === undefined ? {} : { pooled }), ...(logits === undefined ? {} : { logits }) };
  });
  const given = { ids: ids as HostArray, valid: booleans(mask as HostArray), ...(segments === undefined ? {} : { segments }), ...(target === undefined ? {} : { targetIds: target }) };
  return await run(given) as Record<string, HostArray>;
}

describe.each(fixtureNames())("%s", (name) => {
  const fixture = readFixture(name);

  test("gives the numbers of the reference", async () => {
    const model = await importPretrained(fixture.config, sourceOf(fixture.tensors), { label: name });
    const found = await outputsOf(model, fixture.inputs);
    expect(Object.keys(fixture.outputs).length).toBeGreaterThan(0);
    for (const [output, expected] of Object.entries(fixture.outputs)) expect(largestDifference(found[output] as HostArray, expected), output).toBeLessThan(2e-5);
  });

  test("is written back as the checkpoint it came from, config included", async () => {
    const model = await importPretrained(fixture.config, sourceOf(fixture.tensors), { label: name });
    const { config, tensors } = exportPretrained(model);
    expect([...tensors.keys()].sort()).toEqual([...fixture.tensors.keys()].sort());
    for (const [key, value] of tensors) expect(value, key).toEqual(fixture.tensors.get(key));
    expect(config).toMatchObject(fixture.config);
    const again = await importPretrained(config, sourceOf(tensors), { label: name });
    expect(again.module.stateDict()).toEqual(model.module.stateDict());
  });
});

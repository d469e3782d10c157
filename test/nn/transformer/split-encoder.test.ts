import { expect, test } from "vitest";
import { concat, RandomStream } from "../../../src/engine/index.ts";
import { EVALUATE, mask, TransformerEncoder } from "../../../src/nn/index.ts";
import { expectSame, intTensor, noise } from "../support.ts";

const encoder = new TransformerEncoder({ random: RandomStream.of(4), width: 8, heads: 2, depth: 4, normPlace: "post" });
const [query, other, document] = [noise([1, 3, 8]), noise([1, 3, 8], 2), noise([1, 5, 8], 3)];
const apart = mask.segments([0, 0, 0, 1, 1, 1, 1, 1]);
const join = 3;
const masks = Array.from({ length: 4 }, (_, layer) => (layer < join ? apart : mask.full()));

test("below the joining layer a document's states are the same for any query", async () => {
  const states = (q: typeof query) => encoder.forward(concat([q, document], 1), EVALUATE, { mask: masks, stopAfter: join }).output.sliceAxis(1, 3, 8);
  await expectSame(states(query), states(other), 1e-6);
  await expectSame(states(query), encoder.forward(document, EVALUATE, { stopAfter: join }).output, 1e-6);
});

test("stored states joined with a query's give what one pass gives, for the first token alone too", async () => {
  const whole = encoder.forward(concat([query, document], 1), EVALUATE, { mask: masks });
  const stored = encoder.forward(document, EVALUATE, { stopAfter: join }).output;
  const asked = encoder.forward(query, EVALUATE, { stopAfter: join }).output;
  const joined = encoder.forward(concat([asked, stored], 1), EVALUATE, { startAfter: join, mask: masks });
  await expectSame(joined.output, whole.output, 1e-5);
  expect(joined.hidden.length).toBe(2);
  const first = encoder.forward(concat([asked, stored], 1), EVALUATE, { startAfter: join, mask: masks, lastQueryIds: intTensor([0], [1, 1]) });
  await expectSame(first.output, whole.output.sliceAxis(1, 0, 1), 1e-6);
});

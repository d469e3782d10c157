/** The page that assembles a model. It changes nothing, so its form is sent as an address. */
import type { OpenAPIHono } from "@hono/zod-openapi";
import { createRoute, z } from "@hono/zod-openapi";
import { Hono } from "hono";
import { HTTPException } from "hono/http-exception";
import { ExplainBusy, ExplainRefused } from "../explain/thread.ts";
import type { AssembleView, RawConfig } from "../pages/assemble-page.ts";
import { page } from "../respond.ts";
import type { PageOptions } from "../respond.ts";
import type { Services } from "../services.ts";
import type { Explanation } from "../../train/assemble/index.ts";

export const ASSEMBLE: Required<Pick<PageOptions, "title" | "description">> = { title: "Assemble", description: "Put a pre-training model together from embedding, encoder, decoder and targets, and see its shapes, parameters, FLOPs and memory before anything is built." };

/** Fields of a form are many, but each is short. */
const MOST_FIELDS = 200;
const LONGEST_CONFIG = 8000;

export function assembleRoutes(services: Services): Hono {
  const { explainer } = services;
  const drawn = remembered(async (address) => {
    const entered = [...new URLSearchParams(address)];
    if (entered.length > MOST_FIELDS) throw new HTTPException(400, { message: `a form has at most ${MOST_FIELDS} fields, got ${entered.length}` });
    return answered(() => explainer.view(entered));
  });
  return new Hono().get("/assemble", async (c) => page(c, services, await drawn(new URL(c.req.url).search.slice(1)), ASSEMBLE));
}

/** What cannot be explained is the asker's mistake, in words. */
async function answered<T>(make: () => Promise<T>): Promise<T> {
  try {
    return await make();
  } catch (error) {
    if (error instanceof ExplainRefused) throw new HTTPException(400, { message: error.message });
    if (error instanceof ExplainBusy) throw new HTTPException(503, { message: error.message });
    throw error;
  }
}

const KEPT = 200;

/** The last answers are kept, and those under way are shared: explaining takes up to seconds. */
function remembered(make: (address: string) => Promise<AssembleView>): (address: string) => Promise<AssembleView> {
  const kept = new Map<string, Promise<AssembleView>>();
  return (address) => {
    const known = kept.get(address);
    const view = known ?? make(address);
    if (known === undefined) view.catch(() => kept.delete(address));
    kept.delete(address);
    kept.set(address, view);
    for (const oldest of [...kept.keys()].slice(0, -KEPT)) kept.delete(oldest);
    return view;
  };
}

const problem = z.object({ fields: z.array(z.string()), message: z.string(), fix: z.string() });
const explanation = z.looseObject({
  slots: z.array(z.looseObject({ slot: z.string(), parts: z.string(), reads: z.string(), gives: z.string(), parameters: z.int().nullable() })),
  parameters: z.int().nullable(),
  cost: z.looseObject({ flops: z.record(z.string(), z.number()), memory: z.record(z.string(), z.number()) }).nullable().openapi({ description: "of the longest row; flops of matrix products, memory in bytes; null where slots do not fit" }),
  problems: z.array(problem).openapi({ description: "what does not fit, and how to fix it; empty when the model can be built" }),
});
const failure = { description: "what is wrong, in words", content: { "application/json": { schema: z.object({ error: z.object({ status: z.int(), message: z.string(), request: z.string() }) }) } } };

const route = createRoute({
  method: "get",
  path: "/api/assemble",
  summary: "What a configuration of slots makes",
  request: {
    query: z.object({
      config: z.string().max(LONGEST_CONFIG).optional().openapi({ description: "the configuration as JSON, as files of UER and TencentPretrain have it" }),
      preset: z.string().max(60).optional().openapi({ description: "or a published one by its name, such as bert-base" }),
    }),
  },
  responses: { 200: { description: "slots with shapes, parameters, FLOPs, memory, and what does not fit", content: { "application/json": { schema: z.object({ config: z.looseObject({}), explanation }) } } }, 400: failure },
});

export function assembleApi(app: OpenAPIHono, { presets, explainer }: Services): void {
  app.openapi(route, async (c) => {
    const { config, preset } = c.req.valid("query");
    if ((config === undefined) === (preset === undefined)) throw new HTTPException(400, { message: "give config, a configuration as JSON, or preset, a name; one of them" });
    const raw = config === undefined ? presets.find(({ name }) => name === preset)?.config : jsonObject(config);
    if (raw === undefined) throw new HTTPException(400, { message: `preset: there is no "${preset ?? ""}"; choose from ${presets.map(({ name }) => name).join(", ")}` });
    return c.json({ config: { ...raw }, explanation: bodyOf(await answered(() => explainer.explain(raw))) }, 200);
  });
}

function bodyOf({ slots, problems, cost, ...rest }: Explanation): z.output<typeof explanation> {
  return {
    ...rest,
    slots: slots.map((row) => ({ ...row })),
    cost: cost === null ? null : { ...cost, flops: { ...cost.flops }, memory: { ...cost.memory } },
    problems: problems.map(({ fields, message, fix }) => ({ fields: [...fields], message, fix })),
  };
}

function jsonObject(text: string): RawConfig {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new HTTPException(400, { message: `config: is not JSON: ${(error as Error).message}` });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new HTTPException(400, { message: "config: expected a JSON object with slots such as \"embedding\", \"encoder\" and \"target\"" });
  return value as RawConfig;
}

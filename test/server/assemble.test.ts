/** The page and the API that explain configurations: what they show, what they refuse, and that nothing escapes into the page. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestApp } from "./support/open-app.ts";
import type { OpenedApp } from "./support/open-app.ts";
import type { Visitor } from "./support/visitor.ts";
import { readPresets } from "../../src/server/assemble-presets.ts";
import { assembleForm } from "../../src/server/pages/assemble-views.ts";
import type { AssembleForm, Entered } from "../../src/server/pages/assemble-views.ts";
import type { ChoiceView, FieldView, Preset } from "../../src/server/pages/assemble-page.ts";
import { checkConfig } from "../../src/train/assemble/index.ts";

let opened: OpenedApp;
let visitor: Visitor;
let presets: readonly Preset[];
beforeAll(async () => {
  opened = await openTestApp();
  ({ visitor } = opened);
  presets = await readPresets(process.cwd());
});
afterAll(() => opened.close());

const fieldOf = (view: AssembleForm, name: string): FieldView => view.groups.flatMap(({ fields }) => fields).find((field) => field.name === name) as FieldView;
function choice(view: AssembleForm, name: string, value: string): ChoiceView {
  const field = fieldOf(view, name);
  if (!("choices" in field)) throw new Error(`${name} has no choices`);
  return field.choices.find((one) => one.value === value) as ChoiceView;
}
/** What the page's form would send, with some fields changed. */
function sent(view: AssembleForm, changes: Readonly<Record<string, readonly string[]>> = {}): Entered {
  const fields = view.groups.flatMap((group) => group.fields).flatMap((field): [string, string][] => {
    if (changes[field.name] !== undefined) return (changes[field.name] as readonly string[]).map((value) => [field.name, value]);
    if ("choices" in field) return field.choices.filter(({ chosen }) => chosen).map(({ value }) => [field.name, value]);
    if (field.kind === "number") return [[field.name, field.value]];
    return field.chosen ? [[field.name, "on"]] : [];
  });
  return [["preset", view.base], ["fields", "1"], ...fields];
}
const config = (view: AssembleForm): Record<string, unknown> => JSON.parse(view.file) as Record<string, unknown>;

test("every preset is drawn, fits, and what its form sends is the same configuration again", () => {
  for (const { name } of presets) {
    const form = assembleForm([["preset", name]], presets);
    expect(checkConfig(form.config), name).toEqual([]);
    expect(config(assembleForm(sent(form), presets)), name).toEqual(config(form));
  }
});

test("choices that would clash are off with the reason, those that fit are on, and those chosen are never off", () => {
  const view = assembleForm([["preset", "bert-base"]], presets);
  expect(choice(view, "tokens", "word")).toMatchObject({ chosen: true, clash: null });
  expect(choice(view, "target", "bilm").clash).toContain("bilm needs a state whose halves each saw one side");
  expect(choice(view, "target", "lm").clash).toBe(null); // reads its own mask
  expect(choice(view, "decoder", "transformer").clash).toContain('add "lm" to target');
  expect(choice(view, "encoder", "lstm").clash).toContain("sp pools the first token");
  const broken = assembleForm(sent(view, { encoder: ["lstm"] }), presets);
  expect(checkConfig(broken.config).length).toBeGreaterThan(0);
  expect(choice(broken, "encoder", "lstm")).toMatchObject({ chosen: true, clash: null });
  expect(choice(broken, "encoder", "transformer").clash).toBe(null);
});

test("what is chosen brings along what it cannot be without", () => {
  const gpt = assembleForm([["preset", "gpt2"]], presets);
  const t5 = assembleForm(sent(gpt, { decoder: ["transformer"] }), presets);
  expect(config(t5)).toMatchObject({ decoder: "transformer", tgt_embedding: ["word"] });
  expect(checkConfig(t5.config)).toEqual([]);
  const back = assembleForm(sent(t5, { decoder: [""] }), presets);
  expect(config(back)).toEqual(config(gpt));
  const classes = assembleForm(sent(gpt, { target: ["cls"], pooling: ["last"], tie_weights: [] }), presets);
  expect(config(classes)).toMatchObject({ target: ["cls"], labels_num: 2 });
});

test("the page works without scripts: menu, form, results, file and commands; empty sizes are the usual ones", async () => {
  const html = await visitor.text("/assemble");
  expect(html).toContain("110,107,196 parameters");
  expect(html).toMatch(/<form class="form assemble-form" method="get" action="\/assemble"/);
  expect(html).toMatch(/<input type="checkbox" name="target" value="bilm"[^>]* disabled/);
  expect(html).toContain('download="bert-base.json" href="data:application/json');
  expect(html).toContain("npx reprise pretrain bert-base.json --data");
  const view = assembleForm([["preset", "bert-base"]], presets);
  const address = new URLSearchParams(sent(view, { feedforward_size: [""], layers_num: ["2"], emb_size: ["128"], hidden_size: [""], heads_num: ["2"], vocab_size: ["21128"] }).map(([name, value]): [string, string] => [name, value]));
  expect(await visitor.text(`/assemble?${address.toString()}`)).toContain("3,221,770 parameters");
});

test("what cannot be read is 400 with the field and what was expected, and nothing escapes into the page", async () => {
  const asked = async (query: string): Promise<{ status: number; text: string }> => {
    const response = await visitor.get(query);
    return { status: response.status, text: await response.text() };
  };
  expect(await asked("/assemble?preset=nothing")).toMatchObject({ status: 400, text: expect.stringMatching(/there is no &quot;nothing&quot;; choose from albert-base/) as string });
  expect(await asked("/assemble?fields=1&layers_num=1000000")).toMatchObject({ status: 400, text: expect.stringMatching(/layers_num: expected a whole number from 1 to 128, got &quot;1000000&quot;/i) as string });
  expect(await asked("/assemble?fields=1&encoder=lstmm")).toMatchObject({ status: 400 });
  expect(await asked(`/assemble?${"a=1&".repeat(201)}`)).toMatchObject({ status: 400 });
  const evil = encodeURIComponent('"><script>alert(1)</script>');
  for (const name of ["preset", "encoder", "layers_num"]) expect((await asked(`/assemble?fields=1&${name}=${evil}`)).text).not.toContain("<script>alert");
});

test("the API explains configurations and presets, clashes included, and refuses what it cannot read or what is too large", async () => {
  const asked = async (query: Record<string, string>): Promise<{ status: number; body: { explanation: { parameters: number | null; problems: { fix: string }[]; cost: { flops: { forwardPerToken: number } } | null }; error: { message: string } } }> => {
    const response = await visitor.get(`/api/assemble?${new URLSearchParams(query).toString()}`);
    return { status: response.status, body: (await response.json()) as never };
  };
  const gpt = await asked({ preset: "gpt2" });
  expect(gpt.body.explanation.parameters).toBe(124_439_808);
  expect(gpt.body.explanation.cost?.flops.forwardPerToken).toBeGreaterThan(2 * 124e6);
  const clash = await asked({ config: JSON.stringify({ embedding: ["word"], encoder: "lstm", target: ["bilm"], vocab_size: 10 }) });
  expect(clash).toMatchObject({ status: 200, body: { explanation: { parameters: null, cost: null, problems: [{ fix: "use birnn, bilstm or bigru" }] } } });
  expect(await asked({})).toMatchObject({ status: 400 });
  expect(await asked({ config: "{" })).toMatchObject({ status: 400, body: { error: { message: expect.stringContaining("is not JSON") as string } } });
  expect(await asked({ config: '{"encodr":"lstm"}' })).toMatchObject({ status: 400, body: { error: { message: expect.stringContaining('did you mean "encoder"?') as string } } });
  expect(await asked({ config: '{"layers_num":1000000,"vocab_size":9}' })).toMatchObject({ status: 400, body: { error: { message: expect.stringContaining("layers_num: at most 128") as string } } });
  expect(await asked({ config: JSON.stringify({ name: "x".repeat(9000) }) })).toMatchObject({ status: 400 });
  const document = (await (await visitor.get("/api/openapi.json")).json()) as { paths: Record<string, unknown> };
  expect(document.paths["/api/assemble"]).toBeDefined();
});

test("the toolkits' pages and the navigation lead to it", async () => {
  for (const path of ["/papers/uer", "/papers/tencentpretrain", "/about"]) expect(await visitor.text(path)).toContain('href="/assemble"');
});

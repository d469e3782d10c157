/** The JSON API of runs: start, look, stop, continue, follow, list files. */
import { createRoute, z } from "@hono/zod-openapi";
import type { OpenAPIHono } from "@hono/zod-openapi";
import { streamRun } from "./run-stream.ts";
import { knownRun, refuseIfOff, runFiles, startRun } from "./runs.ts";
import { runState } from "../pages/run-views.ts";
import type { RunState } from "../pages/views.ts";
import type { Services } from "../services.ts";
import { RUN_STATUSES } from "../../papers/runs/run.ts";

const run = z.custom<RunState>().openapi({
  type: "object",
  properties: {
    id: { type: "string" },
    slug: { type: "string" },
    profile: { type: "string" },
    status: { type: "string", enum: [...RUN_STATUSES] },
    position: { type: ["integer", "null"], description: "place in the queue" },
    fraction: { type: "number", description: "share that is done, 0 to 1" },
    secondsLeft: { type: ["number", "null"] },
    label: { type: ["string", "null"], description: "what is being done" },
    reason: { type: ["string", "null"], description: "why it failed or waits" },
    outcome: { type: ["object", "null"], description: "verdict, conditions and arms of a finished run" },
  },
});
const answer = { description: "the run", content: { "application/json": { schema: z.object({ run }) } } };
const problem = { description: "what is wrong, in words", content: { "application/json": { schema: z.object({ error: z.object({ status: z.int(), message: z.string(), request: z.string() }) }) } } };
const params = z.object({ id: z.string().max(100) });
export const token = z.object({ "x-csrf-token": z.string().optional().openapi({ description: "from /api/token" }) });

const startRoute = createRoute({
  method: "post",
  path: "/api/runs",
  summary: "Start a run",
  request: { headers: token, body: { required: true, content: { "application/json": { schema: z.strictObject({ slug: z.string().max(100) }) } } } },
  responses: { 201: answer, 200: { ...answer, description: "the run of that system that is under way already" }, 400: problem, 403: problem, 404: problem, 413: problem, 415: problem, 422: problem, 503: problem },
});
const listRoute = createRoute({
  method: "get",
  path: "/api/runs",
  summary: "Runs, newest first",
  request: { query: z.object({ slug: z.string().max(100).optional(), limit: z.coerce.number().int().min(1).max(200).default(50) }) },
  responses: { 200: { description: "runs", content: { "application/json": { schema: z.object({ runs: z.array(run) }) } } }, 400: problem },
});
const oneRoute = createRoute({ method: "get", path: "/api/runs/{id}", summary: "A run", request: { params }, responses: { 200: answer, 404: problem } });
const cancelRoute = createRoute({ method: "post", path: "/api/runs/{id}/cancel", summary: "Stop a run, keeping what it has", request: { params, headers: token }, responses: { 200: answer, 403: problem, 404: problem, 409: problem } });
const resumeRoute = createRoute({ method: "post", path: "/api/runs/{id}/resume", summary: "Continue a run that stopped", request: { params, headers: token }, responses: { 200: answer, 403: problem, 404: problem, 409: problem } });
const filesRoute = createRoute({
  method: "get",
  path: "/api/runs/{id}/files",
  summary: "Files of a run",
  request: { params },
  responses: { 200: { description: "names, sizes and addresses", content: { "application/json": { schema: z.object({ files: z.array(z.object({ name: z.string(), bytes: z.int(), href: z.string() })) }) } } }, 404: problem },
});
const eventsRoute = createRoute({
  method: "get",
  path: "/api/runs/{id}/events",
  summary: "Follow a run",
  request: { params, headers: z.object({ "last-event-id": z.string().optional().openapi({ description: "number of the last event seen; those after it are sent" }) }) },
  responses: { 200: { description: "server-sent events: progress and message as the run gives them, state whenever its state changes, end when nothing more will come", content: { "text/event-stream": { schema: z.string() } } }, 404: problem },
});

export function runApi(app: OpenAPIHono, services: Services): void {
  const { runs } = services;
  app.openapi(startRoute, async (c) => {
    const { run: started, created } = await startRun(services, c.req.valid("json").slug);
    return c.json({ run: await runState(runs, started) }, created ? 201 : 200);
  });
  app.openapi(listRoute, async (c) => {
    const list = await runs.list(c.req.valid("query"));
    return c.json({ runs: await Promise.all(list.map((item) => runState(runs, item))) }, 200);
  });
  app.openapi(oneRoute, async (c) => c.json({ run: await runState(runs, await knownRun(services, c.req.valid("param").id)) }, 200));
  app.openapi(cancelRoute, async (c) => {
    const { id } = await knownRun(services, c.req.valid("param").id);
    return c.json({ run: await runState(runs, await runs.cancel(id)) }, 200);
  });
  app.openapi(resumeRoute, async (c) => {
    refuseIfOff(services);
    const { id } = await knownRun(services, c.req.valid("param").id);
    return c.json({ run: await runState(runs, await runs.resume(id)) }, 200);
  });
  app.openapi(filesRoute, async (c) => c.json({ files: [...(await runFiles(await knownRun(services, c.req.valid("param").id)))] }, 200));
  app.openapi(eventsRoute, async (c) => streamRun(c, services, await knownRun(services, c.req.valid("param").id)));
}

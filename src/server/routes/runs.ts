/** Pages of runs, and the forms that start, stop and continue them. */
import { Readable } from "node:stream";
import { Hono } from "hono";
import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import { briefOf } from "../pages/paper-views.ts";
import { liveRun, runState, runsView } from "../pages/run-views.ts";
import type { RunView } from "../pages/views.ts";
import { page } from "../respond.ts";
import type { Services } from "../services.ts";
import { filesOf, openRunFile } from "../../papers/runs/run-files.ts";
import type { Run } from "../../papers/runs/run.ts";

const LISTED = 100;
const EARLIER = 8;
const REPORT = "run/report.html";
/** A report is a page of its own making, opened in a frame that may do nothing. */
const REPORT_POLICY = "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'";

export function runRoutes(services: Services): Hono {
  const { runs, papers } = services;
  return new Hono()
    .get("/runs", async (c) => page(c, services, await runsView(runs, papers, LISTED), { title: "Runs" }))
    .post("/runs", async (c) => {
      const { run } = await startRun(services, (await c.req.parseBody())["slug"]);
      return c.redirect(`/runs/${encodeURIComponent(run.id)}`, 303);
    })
    .get("/runs/:id", async (c) => {
      const run = await knownRun(services, c.req.param("id"));
      const view = await runView(services, run);
      return page(c, services, view, { title: `Run of ${run.slug}` });
    })
    .post("/runs/:id/cancel", async (c) => c.redirect(`/runs/${encodeURIComponent((await runs.cancel((await knownRun(services, c.req.param("id"))).id)).id)}`, 303))
    .post("/runs/:id/resume", async (c) => {
      refuseIfOff(services);
      return c.redirect(`/runs/${encodeURIComponent((await runs.resume((await knownRun(services, c.req.param("id"))).id)).id)}`, 303);
    })
    .get("/runs/:id/report", async (c) => {
      c.header("Content-Security-Policy", REPORT_POLICY);
      c.header("X-Frame-Options", "SAMEORIGIN");
      return sendFile(c, await knownRun(services, c.req.param("id")), REPORT, "text/html; charset=utf-8");
    })
    .get("/runs/:id/files/:name{.+}", async (c) => {
      const name = c.req.param("name");
      c.header("Content-Disposition", `attachment; filename="${name.slice(name.lastIndexOf("/") + 1).replace(/[^\w.-]/g, "_")}"`);
      return sendFile(c, await knownRun(services, c.req.param("id")), name, "application/octet-stream");
    });
}

/** Starts a run of a system, or finds the one that is under way. Refuses with 403, 404, 422. */
export async function startRun(services: Services, slug: unknown): Promise<{ readonly run: Run; readonly created: boolean }> {
  refuseIfOff(services);
  const paper = typeof slug === "string" ? await services.papers.paper(slug) : undefined;
  if (paper?.slug === undefined || paper.slug === null) throw new HTTPException(404, { message: "the catalogue has no paper of that name" });
  if (!Object.hasOwn(services.systems, paper.slug)) throw new HTTPException(422, { message: `the system of ${paper.slug} is planned and does not run yet` });
  return services.runs.submit(paper.slug);
}

export function refuseIfOff({ config }: Services): void {
  if (!config.runsEnabled) throw new HTTPException(403, { message: "this server starts no runs; its owner can allow them with REPRISE_RUNS=on" });
}

export async function knownRun({ runs }: Services, id: string): Promise<Run> {
  const run = await runs.get(id);
  if (!run) throw new HTTPException(404, { message: "no run is known under that name" });
  return run;
}

/** Files of a run with the addresses they are downloaded from. */
export async function runFiles({ id, directory }: Run): Promise<RunView["files"]> {
  const files = directory === null ? [] : await filesOf(directory);
  return files.map(({ name, bytes }) => ({ name, bytes, href: `/runs/${encodeURIComponent(id)}/files/${name.split("/").map(encodeURIComponent).join("/")}` }));
}

async function runView(services: Services, run: Run): Promise<RunView> {
  const { runs, papers, config } = services;
  const paper = await papers.paper(run.slug);
  if (!paper) throw new HTTPException(404, { message: `the paper of this run, ${run.slug}, is not in the catalogue any more` });
  const earlier = (await runs.list({ slug: run.slug, statuses: ["finished"], limit: EARLIER + 1 })).filter(({ id, queuedAt }) => id !== run.id && queuedAt <= run.queuedAt);
  return {
    page: "run",
    run: await runState(runs, run),
    paper: briefOf(paper),
    live: await liveRun(runs, run.id),
    mayRun: config.runsEnabled,
    earlier: await Promise.all(earlier.slice(0, EARLIER).map((item) => runState(runs, item))),
    files: await runFiles(run),
  };
}

async function sendFile(c: Context, { directory }: Run, name: string, type: string): Promise<Response> {
  const opened = directory === null ? undefined : await openRunFile(directory, name);
  if (!opened) throw new HTTPException(404, { message: "the run has no such file" });
  c.header("Content-Type", type);
  c.header("Content-Length", String(opened.bytes));
  c.header("Cache-Control", "private, no-cache");
  return c.body(Readable.toWeb(opened.file.createReadStream()) as ReadableStream);
}

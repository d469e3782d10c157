/** An application on test services and a visitor who has arrived: what most tests of the server begin with. */
import type { Hono } from "hono";
import { openTestServices } from "./services.ts";
import type { TestServiceOptions, TestServices } from "./services.ts";
import { Visitor } from "./visitor.ts";
import { createApp } from "../../../src/server/app.ts";
import type { AppOptions } from "../../../src/server/app.ts";
import type { Services } from "../../../src/server/services.ts";

export interface OpenedApp extends TestServices {
  readonly app: Hono;
  readonly visitor: Visitor;
}

/** Opens services and an application on them, with the areas that `areas` gives. The caller closes it. */
export async function openTestApp(options: TestServiceOptions = {}, areas: (services: Services) => AppOptions | Promise<AppOptions> = () => ({})): Promise<OpenedApp> {
  const opened = await openTestServices(options);
  const app = createApp(opened.services, await areas(opened.services));
  return { ...opened, app, visitor: await new Visitor(app).arrive() };
}

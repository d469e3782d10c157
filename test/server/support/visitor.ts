/** Somebody who visits an application without a browser, with the cookie and the token of their forms. */
import type { Hono } from "hono";

export const SITE = "http://127.0.0.1";

export class Visitor {
  private readonly app: Hono;
  private cookie = "";
  private token = "";

  constructor(app: Hono) {
    this.app = app;
  }

  /** Fetches the cookie and the token. */
  async arrive(): Promise<this> {
    const response = await this.app.request(`${SITE}/api/token`);
    this.cookie = (response.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
    this.token = ((await response.json()) as { token: string }).token;
    return this;
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Response> {
    return Promise.resolve(this.app.request(SITE + path, { headers: { cookie: this.cookie, ...headers } }));
  }

  async text(path: string): Promise<string> {
    return (await this.get(path)).text();
  }

  /** Sends a form with the token in it, changed as a test needs. */
  form(path: string, fields: Record<string, string> = {}, headers: Record<string, string> = {}): Promise<Response> {
    return Promise.resolve(this.app.request(SITE + path, { method: "POST", headers: { cookie: this.cookie, "content-type": "application/x-www-form-urlencoded", ...headers }, body: new URLSearchParams({ csrf: this.token, ...fields }).toString() }));
  }

  /** Sends JSON with the token in the header. */
  json(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
    return Promise.resolve(this.app.request(SITE + path, { method: "POST", headers: { cookie: this.cookie, "content-type": "application/json", "x-csrf-token": this.token, ...headers }, body: JSON.stringify(body) }));
  }
}

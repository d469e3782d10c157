/** A throw-away PostgreSQL server for tests: its own cluster in a temporary folder, reached over a socket in it. */
import { execFileSync, spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

const INSTALLED = "/usr/lib/postgresql"; // where Debian puts servers, a folder a version

export interface TestServer {
  /** Address of a database of its own, empty. */
  createDatabase(): Promise<string>;
  stop(): Promise<void>;
}

/** Why no server can be started here; undefined if one can. */
export function whyNoPostgresql(): string | undefined {
  if (!serverPrograms()) return `no PostgreSQL server is installed (looked for initdb in ${INSTALLED}/*/bin and the PATH)`;
  return unprivileged() ? undefined : "PostgreSQL refuses to run as root and there is no user postgres or nobody";
}

/** Starts a server. It is killed when this process exits, should `stop` not be called. */
export async function startPostgresql(): Promise<TestServer> {
  const programs = serverPrograms();
  const user = unprivileged();
  if (!programs || !user) throw new Error(whyNoPostgresql());
  const directory = mkdtempSync(join(tmpdir(), "reprise-postgresql-"));
  chmodSync(directory, 0o711); // others reach the socket
  if (user.uid !== undefined) chownSync(directory, user.uid, user.gid);
  const data = join(directory, "data");
  execFileSync(join(programs, "initdb"), ["-D", data, "-U", "reprise", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"], { ...user, cwd: directory, stdio: "pipe" });
  const settings = ["listen_addresses=", `unix_socket_directories=${directory}`, "fsync=off", "shared_buffers=16MB", "max_connections=60"];
  const server = spawn(join(programs, "postgres"), ["-D", data, ...settings.flatMap((setting) => ["-c", setting])], { ...user, cwd: directory, stdio: ["ignore", "ignore", "pipe"] });
  const killed = (): void => void server.kill("SIGQUIT");
  process.once("exit", killed);
  await answering(server, join(directory, ".s.PGSQL.5432"));
  let databases = 0;
  return {
    async createDatabase() {
      const name = `test${++databases}`;
      const { Client } = (await import("pg")).default;
      const client = new Client({ connectionString: address(directory, "postgres") });
      await client.connect();
      await client.query(`create database ${name}`);
      await client.end();
      return address(directory, name);
    },
    async stop() {
      process.off("exit", killed);
      const ended = new Promise((resolve) => server.once("exit", resolve));
      if (server.kill("SIGQUIT")) await ended;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Runs `work` with the address of an empty database on a server of its own. */
export async function withPostgresql<T>(work: (url: string) => Promise<T>): Promise<T> {
  const server = await startPostgresql();
  try {
    return await work(await server.createDatabase());
  } finally {
    await server.stop();
  }
}

function address(directory: string, database: string): string {
  return `postgres://reprise@/${database}?host=${encodeURIComponent(directory)}`;
}

async function answering(server: ChildProcess, socket: string): Promise<void> {
  let said = "";
  server.stderr?.on("data", (chunk: Buffer) => (said += chunk.toString()));
  while (!said.includes("ready to accept connections") || !existsSync(socket)) {
    if (server.exitCode !== null) throw new Error(`PostgreSQL did not start:\n${said}`);
    await delay(20);
  }
}

function serverPrograms(): string | undefined {
  const versions = existsSync(INSTALLED) ? readdirSync(INSTALLED).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [...versions.map((version) => join(INSTALLED, version, "bin")), ...(process.env["PATH"] ?? "").split(":")];
  return folders.find((folder) => existsSync(join(folder, "initdb")) && existsSync(join(folder, "postgres")));
}

/** Whom the server runs as: ourselves, or, as root, somebody else. */
function unprivileged(): { uid: number; gid: number } | Record<string, never> | undefined {
  if (process.getuid?.() !== 0) return {};
  for (const name of ["postgres", "nobody"]) {
    try {
      const number = (flag: string): number => Number(execFileSync("id", [flag, name], { stdio: "pipe" }).toString());
      return { uid: number("-u"), gid: number("-g") };
    } catch {
      continue; // no such user
    }
  }
  return undefined;
}

/** `npm start`: builds what has not been built, then opens the explorer. Words after `--` go to `reprise serve`. */
import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(fileURLToPath(import.meta.url), "../..");
const command = join(root, "dist/cli/main.js");

if (![command, join(root, "dist/web/client/manifest.json"), join(root, "dist/web/server/render.js")].every(existsSync)) {
  const { status } = spawnSync("npm", ["run", "build", "--silent"], { cwd: root, stdio: "inherit", shell: process.platform === "win32" });
  if (status !== 0) process.exit(status ?? 1);
}

const server = spawn(process.execPath, [command, "serve", ...process.argv.slice(2)], { stdio: "inherit" });
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => server.kill(signal));
server.on("exit", (code, signal) => process.exit(signal === null ? code : 1));

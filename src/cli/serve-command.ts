/** `reprise serve`: one command for both servers, the explorer and a text model. */
import type { Command } from "commander";
import type { ServeModelOptions } from "./commands/serve-model.ts";
import type { ServeCommandOptions } from "./commands/serve.ts";
import type { CliPorts } from "./ports.ts";
import { whole } from "./text-commands.ts";
import { DEVICES } from "../engine/runtime/backend.ts";

export function addServeCommand(root: Command, ports: CliPorts): void {
  root
    .command("serve")
    .description("serve a text model over HTTP; without one open the explorer: search papers, run them, follow their runs")
    .argument("[model]", "a folder of Hugging Face, or the id of a model on the hub")
    .option("--host <address>", "where to listen (default: 127.0.0.1, this machine only)")
    .option("--port <n>", "port (default: 8080 for a model, 8017 for the explorer; 0 takes a free one)")
    .option("--public-url <url>", "explorer: the address people use; needed when other machines may reach it")
    .option("--data <directory>", "explorer: where database and runs are kept (default: REPRISE_DATA or the platform's place for data)")
    .option("--max-batch-tokens <n>", "model: most tokens of a batch, padding included (default: 2048)", whole)
    .option("--max-texts <n>", "model: most texts of a request (default: 256)", whole)
    .option("--wait <ms>", "model: how long a text waits for others to share a batch (default: 4)", whole)
    .option("--device <device>", `model: where to run: ${DEVICES.join(", ")} (default: REPRISE_DEVICE or cpu)`)
    .action(async (model: string | undefined, options: ServeCommandOptions & ServeModelOptions) => {
      if (model === undefined) await (await import("./commands/serve.ts")).serve(ports, options);
      else await (await import("./commands/serve-model.ts")).serveModel(ports, model, options);
    }); // the server's libraries would slow every other command
}

/** The shipped encoder in a worker of its own, on onnxruntime-web, so that the page stays quick while it loads and works. */
import type { Encode, EncoderNews, Open } from "./encoder-messages.ts";
import { openEncoder } from "../../src/papers/search/models/onnx-models.ts";
import type { TextEncoderPort } from "../../src/papers/search/models/port.ts";

const tell = (news: EncoderNews): void => postMessage(news);
let opening: Promise<TextEncoderPort> | undefined;

addEventListener("message", ({ data }: MessageEvent<Open | Encode>) => {
  const request = data.kind === "encode" ? { request: data.request } : {};
  heed(data).catch((error: unknown) => tell({ kind: "failed", ...request, message: error instanceof Error ? error.message : String(error) }));
});

async function heed(message: Open | Encode): Promise<void> {
  if (message.kind === "open") {
    opening = open(message.folder);
    const { id, dimension } = await opening;
    return tell({ kind: "ready", id, dimension });
  }
  if (!opening) throw new Error("the encoder was asked before it was opened");
  tell({ kind: "vectors", request: message.request, vectors: await (await opening).encode(message.texts, "query") });
}

/** Fetches a model's folder and opens it. */
async function open(folder: string): Promise<TextEncoderPort> {
  const [config, tokenizer] = (await Promise.all(["config.json", "tokenizer.json"].map(async (name) => (await fetched(folder + name)).json()))) as [{ readonly model: string }, unknown];
  const model = new Uint8Array(await (await fetched(folder + config.model)).arrayBuffer());
  return openEncoder({ config, tokenizer, model, where: folder });
}

async function fetched(address: string): Promise<Response> {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address}: the server answered ${response.status}`);
  return response;
}

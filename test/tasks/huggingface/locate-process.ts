/** One of two processes that want the same file: prints where it is. Arguments: cache directory, endpoint. */
import { hubFiles } from "../../../src/tasks/huggingface/hub.ts";

const [cacheDirectory, endpoint] = process.argv.slice(2) as [string, string];
const files = await hubFiles("org/model", { cacheDirectory, environment: { HF_ENDPOINT: endpoint } });
process.stdout.write((await files.locate("model.safetensors")) ?? "absent");

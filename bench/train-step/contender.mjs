/** The runner's end of a contender: a child process that trains steps when asked. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

export class Contender {
  constructor(name, command, args, { steps = 1, warmUp = 1, env = {} } = {}) {
    this.name = name;
    this.steps = steps;
    this.warmUp = warmUp;
    this.milliseconds = [];
    this.memory = 0;
    this.loss = NaN;
    this.child = spawn(command, args, { stdio: ["pipe", "pipe", "pipe"], env: { ...process.env, ...env } });
    this.errors = "";
    this.child.stderr.on("data", (chunk) => (this.errors += chunk));
    this.lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
  }

  async read() {
    const { value, done } = await this.lines.next();
    if (done) throw new Error(`${this.name} ended without an answer: ${this.errors.trim().split("\n").slice(-3).join(" | ")}`);
    const message = JSON.parse(value);
    if (message.error !== undefined) throw new Error(`${this.name}: ${message.error}`);
    return message;
  }

  /** Starts up and takes the steps that are not counted. */
  async prepare() {
    this.facts = (await this.read()).ready;
    await this.ask(this.warmUp);
    return this;
  }

  async ask(steps) {
    this.child.stdin.write(`${JSON.stringify({ steps })}\n`);
    return this.read();
  }

  /** One round of counted steps. */
  async round() {
    const { milliseconds, loss, memory } = await this.ask(this.steps);
    this.milliseconds.push(...milliseconds);
    this.loss = loss;
    this.memory = Math.max(this.memory, memory);
  }

  close() {
    this.child.stdin.end();
    this.child.kill();
  }
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

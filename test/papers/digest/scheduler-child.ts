/**
 * A scheduler in a process of its own, for tests that kill it. It sends digests until there is nothing left to do or it is
 * killed, by others or, where its fate says so, by itself at an exact point of the nth mail.
 */
import type { ChildTask } from "./crash-points.ts";
import { servicesFor } from "./fixture.ts";
import { countDigests } from "../../../src/papers/digest/digests.ts";
import type { Mailer } from "../../../src/papers/digest/mailer.ts";
import { runDigests } from "../../../src/papers/digest/send.ts";
import { openDatabase } from "../../../src/papers/store/open.ts";

const task = JSON.parse(process.argv[2] ?? "") as ChildTask;
const database = await openDatabase(task.database);
const services = servicesFor(database, task.smtpUrl, {
  clock: () => new Date(task.now),
  settings: { leaseSeconds: task.leaseSeconds, firstDelaySeconds: 0, maxAttempts: 1000, concurrency: 2 },
});
process.stdout.write("ready\n");
for (;;) {
  await runDigests({ ...services, mailer: doomed(services.mailer) });
  const { planned = 0, sending = 0 } = await countDigests(database);
  if (planned + sending === 0 && task.fate === undefined) break;
  await new Promise((resolve) => setTimeout(resolve, 50));
}
await database.close();

function doomed(mailer: Mailer): Mailer {
  let mails = 0;
  return {
    async deliver(message, beforeData = () => Promise.resolve()) {
      const dieAt = ++mails === task.fate?.mail ? task.fate.point : undefined;
      const delivery = await mailer.deliver(message, async () => {
        if (dieAt === "before sending is stored") process.kill(process.pid, "SIGKILL");
        await beforeData();
        if (dieAt === "after sending is stored") process.kill(process.pid, "SIGKILL");
      });
      if (dieAt === "before the outcome is stored") process.kill(process.pid, "SIGKILL");
      return delivery;
    },
  };
}

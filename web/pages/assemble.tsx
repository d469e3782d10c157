/** A model from slots: what fits together, what it costs, and its file. Drawn anew with every change, here or by the server. */
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Group } from "../assemble/fields.tsx";
import type { Question, Reply } from "../assemble/messages.ts";
import { ConfigFile, Costs, Slots } from "../assemble/result.tsx";
import { Link, addressIn, useSite } from "../site.tsx";
import type { PageProps } from "../page.tsx";
import type { Entered } from "../../src/server/pages/assemble-views.ts";
import type { AssembleView } from "../../src/server/pages/assemble-page.ts";

/** Milliseconds without a change before it is explained. */
const PAUSE = 150;

export function AssemblePage({ view: first }: PageProps<AssembleView>): JSX.Element {
  const [view, setView] = useState(first);
  const [entered, setEntered] = useState<Entered | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const site = useSite();
  const worker = useRef<Worker | null>(null);
  const asked = useRef(0);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);

  const ask = (next: Entered, pause = PAUSE): void => {
    setEntered(next);
    const number = ++asked.current;
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      history.replaceState(null, "", addressIn(site, `/assemble?${new URLSearchParams(next.map(([name, value]) => [name, value])).toString()}`));
      worker.current?.postMessage({ number, entered: next, presets: first.presets } satisfies Question);
    }, pause);
  };

  useEffect(() => {
    const started = new Worker(new URL("../assemble/worker.ts", import.meta.url), { type: "module" });
    worker.current = started;
    started.addEventListener("message", ({ data }: MessageEvent<Reply>) => {
      if (data.number !== asked.current) return; // changed again since
      if ("problem" in data) return setProblem(data.problem);
      setView(data.view);
      setEntered(null);
      setProblem(null);
    });
    started.addEventListener("error", () => setProblem("the browser could not start what explains configurations; press Show"));
    if (site.kind === "static" && location.search !== "") ask([...new URLSearchParams(location.search)], 0); // the file is the same whatever is asked
    return () => started.terminate();
  }, []);

  const action = addressIn(site, "/assemble");
  return (
    <div class="assemble-page">
      <header>
        <h1>Assemble a model</h1>
        <p class="lead">A pre-training model is a list of parts by name: embedding, encoder, decoder, targets. Choose them, see shapes, parameters, FLOPs and memory at once, and take the file along.</p>
        <p class="quiet">
          The slots are those of <Link href="/papers/uer">UER</Link> and <Link href="/papers/tencentpretrain">TencentPretrain</Link>. Choices that would clash with the rest are off and say why.
        </p>
      </header>
      <form class="form presets" method="get" action={action}>
        <label>
          <span>Begin with a published configuration</span>
          <select name="preset" onChange={({ currentTarget }) => ask([["preset", currentTarget.value]], 0)}>
            {view.presets.map(({ name, title }) => (
              <option key={name} value={name} selected={name === view.base}>
                {title === name ? name : `${name}: ${title}`}
              </option>
            ))}
          </select>
        </label>
        <button type="submit" class="only-without-scripts">
          Begin
        </button>
      </form>
      <form
        class="form assemble-form"
        method="get"
        action={action}
        aria-label="Slots, sizes and switches"
        onInput={({ currentTarget }) => ask(entriesOf(currentTarget))}
        onSubmit={(event) => {
          event.preventDefault();
          ask(entriesOf(event.currentTarget), 0);
        }}
      >
        <input type="hidden" name="preset" value={view.base} />
        <input type="hidden" name="fields" value="1" />
        {problem !== null && (
          <p class="notice bad" role="alert">
            {problem}
          </p>
        )}
        {view.groups.map((group) => (
          <Group key={group.legend} group={group} entered={entered} />
        ))}
        <button type="submit" class="primary">
          Show
        </button>
      </form>
      <div class="assemble-side">
        <Costs explanation={view.explanation} />
      </div>
      <div class="assemble-result">
        <Slots explanation={view.explanation} />
        <ConfigFile file={view.file} fileName={view.fileName} commands={view.commands} />
      </div>
    </div>
  );
}

/** What the form would send. */
function entriesOf(form: HTMLFormElement): Entered {
  return [...new FormData(form)].flatMap(([name, value]) => (typeof value === "string" ? [[name, value] as const] : []));
}

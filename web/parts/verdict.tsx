/** Verdicts and outcomes of conditions, told by word and tone. */
import type { JSX } from "preact";

type Tone = "good" | "part" | "bad" | "none";

const VERDICTS: Readonly<Record<string, Tone>> = { reproduced: "good", "direction only": "part", "not reproduced at this scale": "bad", "precondition failed": "none" };
const OUTCOMES = { held: "good", direction: "part", failed: "bad", "not measured": "none" } as const satisfies Record<string, Tone>;

export function verdictTone(verdict: string): Tone {
  return VERDICTS[verdict] ?? "none";
}

export function Verdict({ verdict }: { readonly verdict: string }): JSX.Element {
  return <span class={`badge ${verdictTone(verdict)}`}>{verdict}</span>;
}

export function Outcome({ outcome }: { readonly outcome: keyof typeof OUTCOMES }): JSX.Element {
  return <span class={`badge ${OUTCOMES[outcome]}`}>{outcome === "direction" ? "direction only" : outcome}</span>;
}

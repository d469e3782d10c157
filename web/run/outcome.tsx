/** What a finished run showed, and how that compares with earlier runs of the same system. */
import type { JSX } from "preact";
import { ConditionTable } from "../parts/condition-table.tsx";
import { duration, timeText } from "../parts/format.ts";
import { Outcome, Verdict } from "../parts/verdict.tsx";
import { count, significant } from "../../src/lab/report/format.ts";
import type { RunState } from "../../src/server/pages/views.ts";

export function OutcomeSection({ run: { outcome, conditions } }: { readonly run: RunState }): JSX.Element | null {
  if (!outcome) return null;
  const metrics = [...new Set(outcome.arms.flatMap((arm) => Object.keys(arm.metrics)))];
  const failed = outcome.preconditions.filter(({ holds }) => !holds);
  return (
    <section aria-labelledby="claim">
      <h2 id="claim">The claim</h2>
      <p class="lead">{outcome.claim.paper}</p>
      <p>
        <b>Counts as shown when:</b> {outcome.claim.expected}
      </p>
      {failed.map(({ name, measured }) => (
        <p key={name}>
          <span class="badge bad">premise fails</span> {name}: {measured}
        </p>
      ))}
      <ConditionTable conditions={conditions} caption="The claim, condition by condition" />
      <h3>Arms</h3>
      <div class="scroll" tabIndex={0} role="group" aria-label="Arms and what they measured">
        <table>
          <caption class="sr-only">Arms and what they measured</caption>
          <thead>
            <tr>
              <th scope="col">Arm</th>
              <th scope="col" class="number">
                Time
              </th>
              <th scope="col" class="number">
                Parameters
              </th>
              {metrics.map((metric) => (
                <th key={metric} scope="col" class="number">
                  {metric}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {outcome.arms.map(({ name, role, seconds, parameters, metrics: measured }) => (
              <tr key={name}>
                <th scope="row">
                  {name} <span class="quiet">{role}</span>
                </th>
                <td class="number">{duration(seconds)}</td>
                <td class="number">{count(parameters)}</td>
                {metrics.map((metric) => (
                  <td key={metric} class="number">
                    {metric in measured ? significant(measured[metric] ?? null) : ""}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {outcome.skipped.length > 0 && <p class="quiet">Left out, as time was over: {outcome.skipped.join(", ")}.</p>}
      <p class="quiet">
        Seed {outcome.seeds.join(", ")} on {outcome.device}; {outcome.provenance.machine}; version {outcome.provenance.version}
        {outcome.provenance.commit === null ? "" : `, commit ${outcome.provenance.commit.slice(0, 8)}`}.
      </p>
    </section>
  );
}

/** This run beside earlier ones, condition by condition. */
export function Comparison({ run, earlier }: { readonly run: RunState; readonly earlier: readonly RunState[] }): JSX.Element | null {
  if (!run.outcome || earlier.length === 0) return null;
  const runs = [run, ...earlier];
  return (
    <section aria-labelledby="compare">
      <h2 id="compare">Beside earlier runs</h2>
      <div class="scroll" tabIndex={0} role="group" aria-label="This run beside earlier ones">
        <table>
          <caption class="sr-only">This run beside earlier ones</caption>
          <thead>
            <tr>
              <th scope="col">Condition</th>
              {runs.map(({ id, queuedAt }, index) => (
                <th key={id} scope="col">
                  {index === 0 ? "This run" : <a href={`/runs/${encodeURIComponent(id)}`}>{timeText(queuedAt)}</a>}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            <tr>
              <th scope="row">Verdict</th>
              {runs.map(({ id, outcome }) => (
                <td key={id}>{outcome && <Verdict verdict={outcome.verdict} />}</td>
              ))}
            </tr>
            {run.conditions.map(({ name }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                {runs.map(({ id, conditions }) => {
                  const condition = conditions.find((other) => other.name === name);
                  return <td key={id}>{condition && condition.measured !== null && <><span class="measured">{condition.measured}</span> <Outcome outcome={condition.outcome} /></>}</td>;
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

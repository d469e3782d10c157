/** What a configuration makes: its costs, what does not fit, slots with shapes, and the file. */
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { bytesText } from "../parts/format.ts";
import type { AssembleView } from "../../src/server/pages/assemble-page.ts";
import { count } from "../../src/lab/report/format.ts";

/** All digits: counts are compared with published ones. */
const digits = (value: number): string => String(value).replace(/\B(?=(\d{3})+$)/g, ",");

export function Costs({ explanation: { parameters, cost, problems } }: Pick<AssembleView, "explanation">): JSX.Element {
  return (
    <section class="panel" aria-labelledby="costs">
      <h2 id="costs">What it makes</h2>
      <p class="count" role="status">
        {problems.length > 0 ? (problems.length === 1 ? "One thing does not fit" : `${problems.length} things do not fit`) : `${digits(parameters ?? 0)} parameters`}
      </p>
      {problems.length > 0 && (
        <ul class="problems plain">
          {problems.map(({ fields, message, fix }) => (
            <li key={`${fields.join()} ${message}`} class="notice bad">
              <strong>{fields.join(" and ")}</strong>: {message}. Fix: {fix}.
            </li>
          ))}
        </ul>
      )}
      {cost && (
        <>
          <dl>
            <dt>A token forwards</dt>
            <dd>{count(cost.flops.forwardPerToken)}FLOPs</dd>
            <dt>In a training step</dt>
            <dd>{count(cost.flops.trainingPerToken)}FLOPs</dd>
            <dt>Tokens of a row</dt>
            <dd>{cost.row.map(({ of, tokens }) => (cost.row.length === 1 ? digits(tokens) : `${digits(tokens)} (${of})`)).join(", ")}</dd>
          </dl>
          <h3>Memory</h3>
          <dl>
            <dt>Weights</dt>
            <dd>{bytesText(cost.memory.weights)}</dd>
            <dt>Adam's moments</dt>
            <dd>{bytesText(cost.memory.optimizer)}</dd>
            <dt>Gradients</dt>
            <dd>{bytesText(cost.memory.gradients)}</dd>
            <dt>Activations of one row</dt>
            <dd>{bytesText(cost.memory.activations)}</dd>
            <dt>Training step on it</dt>
            <dd>{bytesText(cost.memory.step)}</dd>
          </dl>
          <p class="quiet">Products of matrices, a multiply-add being two, in float32. Weights and moments stand in two buffers. Counted from the graph that would train: {cost.counted}.</p>
        </>
      )}
    </section>
  );
}

export function Slots({ explanation: { slots, views, ties, fields } }: Pick<AssembleView, "explanation">): JSX.Element {
  return (
    <section aria-labelledby="slots">
      <h2 id="slots">Its slots</h2>
      <div class="scroll" tabIndex={0} role="group" aria-label="Slots">
        <table>
          <caption class="sr-only">Slots, their parts, shapes and parameters</caption>
          <thead>
            <tr>
              {["Slot", "Parts", "Reads", "Gives"].map((label) => (
                <th key={label} scope="col">
                  {label}
                </th>
              ))}
              <th scope="col" class="number">
                Parameters
              </th>
            </tr>
          </thead>
          <tbody>
            {slots.map(({ slot, parts, reads, gives, parameters }) => (
              <tr key={`${slot} ${parts}`}>
                <th scope="row">{slot}</th>
                <td>{parts}</td>
                <td>{reads}</td>
                <td>{gives}</td>
                <td class="number">{parameters === null ? "–" : digits(parameters)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <ul class="quiet">
        {views.map(({ objective, words, mask }) => (
          <li key={objective}>
            {objective} reads the source {words === "masked" ? "with hidden words" : "as it is"}, {mask}
          </li>
        ))}
        {ties.map((tie) => (
          <li key={tie}>tied: {tie}</li>
        ))}
        {fields.length > 0 && <li>a batch has: {fields.join(", ")}</li>}
      </ul>
    </section>
  );
}

export function ConfigFile({ file, fileName, commands }: Pick<AssembleView, "file" | "fileName" | "commands">): JSX.Element {
  const [copied, setCopied] = useState<"not alive" | "no" | "yes" | "failed">("not alive");
  useEffect(() => setCopied("no"), [file]);
  const copy = (): void => void navigator.clipboard.writeText(file).then(() => setCopied("yes"), () => setCopied("failed"));
  return (
    <section aria-labelledby="file">
      <h2 id="file">Its file</h2>
      <p class="actions">
        <a class="button" download={fileName} href={`data:application/json;charset=utf-8,${encodeURIComponent(file)}`}>
          Download {fileName}
        </a>
        {copied !== "not alive" && (
          <button type="button" onClick={copy}>
            Copy
          </button>
        )}
        <span class="quiet" role="status">
          {copied === "yes" ? "Copied" : copied === "failed" ? "The browser does not let pages copy; select the text" : ""}
        </span>
      </p>
      <pre tabIndex={0} aria-label="The configuration">
        <code>{file}</code>
      </pre>
      <h3>And then</h3>
      <pre tabIndex={0} aria-label="Commands">
        <code>{commands.map((command) => `npx ${command}\n`).join("")}</code>
      </pre>
    </section>
  );
}

/** What must hold for a claim, and, once measured, whether it did. */
import type { JSX } from "preact";
import { Outcome } from "./verdict.tsx";
import type { ConditionView } from "../../src/server/pages/views.ts";

export function ConditionTable({ conditions, caption }: { readonly conditions: readonly ConditionView[]; readonly caption: string }): JSX.Element {
  const measured = conditions.some((condition) => condition.measured !== null);
  return (
    <div class="scroll" tabIndex={0} role="group" aria-label={caption}>
      <table>
        <caption class="sr-only">{caption}</caption>
        <thead>
          <tr>
            <th scope="col">Condition</th>
            <th scope="col" class="number">
              Expected
            </th>
            {measured && (
              <>
                <th scope="col" class="number">
                  Measured
                </th>
                <th scope="col">Outcome</th>
              </>
            )}
          </tr>
        </thead>
        <tbody>
          {conditions.map(({ name, role, formula, expected, measured: value, outcome }) => (
            <tr key={name}>
              <th scope="row">
                {name}
                {role !== "main" && <span class="badge none">{role}</span>}
                <code>{formula}</code>
              </th>
              <td class="number">{expected}</td>
              {measured && (
                <>
                  <td class="number">{value ?? ""}</td>
                  <td>
                    <Outcome outcome={outcome} />
                  </td>
                </>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

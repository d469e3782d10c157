/** Fields of the form: what fits can be chosen, what would clash says why. */
import type { JSX } from "preact";
import type { Entered } from "../../src/server/pages/assemble-views.ts";
import type { ChoiceView, FieldGroup, FieldView } from "../../src/server/pages/assemble-page.ts";

interface FieldProps<F extends FieldView = FieldView> {
  readonly field: F;
  /** What stands in the form while its answer is on the way; null where the view has it all. */
  readonly entered: Entered | null;
}
type Choosing = Extract<FieldView, { readonly choices: readonly ChoiceView[] }>;

const idOf = (name: string, value: string): string => `${name}-${value || "none"}`.replace(/[^\w-]/g, "-");
const isChosen = (entered: Entered | null, name: string, { value, chosen }: Pick<ChoiceView, "value" | "chosen">): boolean => (entered === null ? chosen : entered.some(([key, given]) => key === name && given === value));

export function Group({ group: { legend, group, fields }, entered }: { readonly group: FieldGroup; readonly entered: Entered | null }): JSX.Element {
  const large = fields.filter(({ kind }) => kind === "one" || kind === "many");
  const small = fields.filter(({ kind }) => kind === "menu" || kind === "number");
  const flags = fields.filter(({ kind }) => kind === "flag");
  return (
    <fieldset class={`assemble-${group}`}>
      <legend>{legend}</legend>
      {large.map((field) => (
        <Field key={field.name} field={field} entered={entered} />
      ))}
      {small.length > 0 && (
        <div class="field-row">
          {small.map((field) => (
            <Field key={field.name} field={field} entered={entered} />
          ))}
        </div>
      )}
      {flags.length > 0 && (
        <div class="checks">
          {flags.map((field) => (
            <Field key={field.name} field={field} entered={entered} />
          ))}
        </div>
      )}
      <Clashes fields={fields} />
    </fieldset>
  );
}

function Field({ field, entered }: FieldProps): JSX.Element {
  switch (field.kind) {
    case "one":
    case "many":
      return <Choices field={field} entered={entered} />;
    case "menu":
      return <Menu field={field} entered={entered} />;
    case "number": {
      const value = entered?.find(([name]) => name === field.name)?.[1] ?? field.value;
      return (
        <label title={field.description}>
          <span>{field.label}</span>
          <input type="number" name={field.name} value={value} placeholder={field.usual} min={1} max={field.most} step={1} inputMode="numeric" />
        </label>
      );
    }
    case "flag": {
      const choice = { value: "on", chosen: field.chosen };
      return (
        <label class="check" title={field.clash ?? field.description}>
          <input type="checkbox" name={field.name} value="on" checked={isChosen(entered, field.name, choice)} disabled={field.clash !== null} aria-describedby={field.clash === null ? undefined : idOf(field.name, "on")} /> {field.label}
        </label>
      );
    }
  }
}

function Choices({ field: { name, label, kind, choices }, entered }: FieldProps<Choosing>): JSX.Element {
  return (
    <fieldset class="choices">
      <legend>{label}</legend>
      <div>
        {choices.map((choice) => (
          <label key={choice.value} class="check" title={choice.clash ?? choice.description}>
            <input type={kind === "one" ? "radio" : "checkbox"} name={name} value={choice.value} checked={isChosen(entered, name, choice)} disabled={choice.clash !== null} aria-describedby={choice.clash === null ? undefined : idOf(name, choice.value)} /> {choice.label}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

function Menu({ field: { name, label, description, choices }, entered }: FieldProps<Choosing>): JSX.Element {
  return (
    <label title={description}>
      <span>{label}</span>
      <select name={name}>
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value} selected={isChosen(entered, name, choice)} disabled={choice.clash !== null} title={choice.clash ?? choice.description}>
            {choice.label}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Why choices are off, for those who cannot hover. */
function Clashes({ fields }: { readonly fields: readonly FieldView[] }): JSX.Element | null {
  const clashes = fields.flatMap((field) => {
    switch (field.kind) {
      case "number":
        return [];
      case "flag":
        return field.clash === null ? [] : [{ id: idOf(field.name, "on"), what: field.label, why: field.clash }];
      case "one":
      case "many":
      case "menu":
        return field.choices.flatMap(({ value, label, clash }) => (clash === null ? [] : [{ id: idOf(field.name, value), what: `${field.label}: ${label}`, why: clash }]));
    }
  });
  if (clashes.length === 0) return null;
  return (
    <details class="clashes">
      <summary>{clashes.length === 1 ? "Why one choice is off" : `Why ${clashes.length} choices are off`}</summary>
      <ul>
        {clashes.map(({ id, what, why }) => (
          <li key={id} id={id}>
            <strong>{what}</strong> {why}
          </li>
        ))}
      </ul>
    </details>
  );
}

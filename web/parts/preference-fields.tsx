/** What a subscriber may choose; the same fields when subscribing and later. */
import type { JSX } from "preact";
import type { FilterChoices, PreferenceFields } from "../../src/server/pages/views.ts";

const WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const HOURS = Array.from({ length: 24 }, (_, hour) => hour);

export function PreferenceInputs({ entered, families }: { readonly entered: PreferenceFields; readonly families: FilterChoices["families"] }): JSX.Element {
  const { frequency, weekday, hour, timeZone, paperCount, authors, searches } = entered;
  return (
    <>
      <fieldset>
        <legend>When</legend>
        <div class="field-row">
          <label>
            <span>How often</span>
            <select name="frequency">
              <option value="daily" selected={frequency === "daily"}>
                every day
              </option>
              <option value="weekly" selected={frequency === "weekly"}>
                once a week
              </option>
            </select>
          </label>
          <label>
            <span>If weekly, on</span>
            <select name="weekday">
              {WEEKDAYS.map((name, index) => (
                <option key={name} value={index + 1} selected={weekday === index + 1}>
                  {name}
                </option>
              ))}
            </select>
          </label>
          <label>
            <span>At</span>
            <select name="hour">
              {HOURS.map((value) => (
                <option key={value} value={value} selected={value === hour}>
                  {String(value).padStart(2, "0")}:00
                </option>
              ))}
            </select>
          </label>
          <label>
            <span>Time zone</span>
            <input name="timeZone" value={timeZone} maxLength={64} required spellcheck={false} />
          </label>
          <label>
            <span>Papers in a mail</span>
            <input type="number" name="paperCount" value={paperCount} min={1} max={50} required />
          </label>
        </div>
      </fieldset>
      <fieldset>
        <legend>
          Families <span class="quiet">none means all</span>
        </legend>
        <input type="hidden" name="families" value="" />
        <div class="checks">
          {families.map(({ name, title }) => (
            <label key={name} class="check">
              <input type="checkbox" name="families" value={name} checked={entered.families.includes(name)} /> {title}
            </label>
          ))}
        </div>
      </fieldset>
      <Lines label="Authors" name="authors" lines={authors} />
      <Lines label="Saved searches" name="searches" lines={searches} />
    </>
  );
}

/** A list as text. */
function Lines({ label, name, lines }: { readonly label: string; readonly name: string; readonly lines: readonly string[] }): JSX.Element {
  return (
    <label class="block">
      <span>
        {label} <span class="quiet">one a line</span>
      </span>
      <textarea name={name} rows={3} maxLength={10_000} value={lines.join("\n")} />
    </label>
  );
}

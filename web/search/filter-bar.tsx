import type { JSX } from "preact";
import type { FacetCount, Facets, SearchFilters } from "../../src/papers/search/port.ts";
import type { FilterChoices } from "../../src/server/pages/views.ts";

export interface FilterBarProps {
  readonly choices: FilterChoices;
  readonly filters: SearchFilters;
  /** How many papers each choice would leave; null before anything is asked. */
  readonly facets: Facets | null;
  readonly onChange: (filters: SearchFilters) => void;
}

/** What results can be narrowed to. The names of the fields are those of the address. */
export function FilterBar({ choices, filters, facets, onChange }: FilterBarProps): JSX.Element {
  const year = (value: string): number | undefined => (value === "" ? undefined : Number(value));
  return (
    <fieldset class="filters">
      <legend class="sr-only">Narrow the results</legend>
      <Select label="Family" name="family" value={filters.family} none="all" options={choices.families.map(({ name, title }) => [name, title])} counts={facets?.families} onPick={(family) => onChange({ ...filters, family })} />
      <Select label="From" name="from" value={filters.yearFrom} none="any year" options={choices.years.map((value) => [String(value), String(value)])} onPick={(value) => onChange({ ...filters, yearFrom: year(value ?? "") })} />
      <Select label="To" name="to" value={filters.yearTo} none="any year" options={choices.years.map((value) => [String(value), String(value)])} onPick={(value) => onChange({ ...filters, yearTo: year(value ?? "") })} />
      <Select label="Data" name="modality" value={filters.modality} none="any" options={choices.modalities.map((value) => [value, value])} counts={facets?.modalities} onPick={(modality) => onChange({ ...filters, modality })} />
      <Select
        label="System"
        name="status"
        value={filters.status}
        none="any"
        options={[
          ["runs", "runs"],
          ["planned", "planned"],
        ]}
        counts={facets?.statuses}
        onPick={(status) => onChange({ ...filters, status: status === "runs" || status === "planned" ? status : undefined })}
      />
      <label class="check">
        <input type="checkbox" name="code" value="yes" checked={filters.hasCode ?? false} onChange={({ currentTarget }) => onChange({ ...filters, hasCode: currentTarget.checked || undefined })} />
        Authors' code
      </label>
    </fieldset>
  );
}

interface SelectProps {
  readonly label: string;
  readonly name: string;
  readonly value: string | number | undefined;
  /** Says that nothing is picked. */
  readonly none: string;
  readonly options: readonly (readonly [value: string, label: string])[];
  /** Papers that each option would leave; options without a count leave none. */
  readonly counts?: readonly FacetCount[] | undefined;
  readonly onPick: (value: string | undefined) => void;
}

function Select({ label, name, value, none, options, counts, onPick }: SelectProps): JSX.Element {
  return (
    <label>
      <span>{label}</span>
      <select name={name} value={value ?? ""} onChange={({ currentTarget }) => onPick(currentTarget.value || undefined)}>
        <option value="">{none}</option>
        {options.map(([option, text]) => (
          <option key={option} value={option} selected={option === String(value ?? "")}>
            {counts ? `${text} (${counts.find((count) => count.value === option)?.papers ?? 0})` : text}
          </option>
        ))}
      </select>
    </label>
  );
}

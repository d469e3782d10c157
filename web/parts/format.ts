/** Times and sizes for people, the same on server and browser. */

/** `45 s`, `3 min 20 s`, `1 h 05 min`. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (value: number): string => String(value).padStart(2, "0");
  return hours > 0 ? `${hours} h ${two(minutes)} min` : `${minutes} min ${two(rest)} s`;
}

/** A guess at what is left: `40 s`, `28 min`, `2 h 10 min`; seconds of minutes would only flicker. */
export function roughDuration(seconds: number): string {
  return duration(seconds < 90 ? Math.ceil(seconds / 5) * 5 : Math.round(seconds / 60) * 60).replace(/ 00 s$/, "");
}

/** `2026-03-01 14:05 UTC` of an ISO 8601 time: the same wherever it is drawn. */
export function timeText(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
}

/** `812 B`, `3.4 kB`, `12 MB`. */
export function bytesText(bytes: number): string {
  const units = ["B", "kB", "MB", "GB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) [value, unit] = [value / 1000, unit + 1];
  return `${unit === 0 || value >= 10 ? Math.round(value) : value.toFixed(1)} ${units[unit] ?? ""}`;
}

/** The name of a run's file as people read it: folders of arms are stored percent-encoded. */
export function fileText(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name; // a percent sign of its own
  }
}

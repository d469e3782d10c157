/** How words of the command line are read: values of options and arguments, with what was expected when they are not. */
import { InvalidArgumentError } from "commander";

/** A whole number. */
export function seed(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isSafeInteger(value)) throw new InvalidArgumentError("expected a whole number.");
  return value;
}

/** A whole number of at least 1. */
export function positive(text: string): number {
  const value = seed(text);
  if (value < 1) throw new InvalidArgumentError("expected a whole number of at least 1.");
  return value;
}

/** A day such as 2024-03-31, as its first moment in UTC. */
export function day(text: string): Date {
  const date = new Date(`${text}T00:00:00Z`);
  if (!/^\d{4}-\d{2}-\d{2}$/u.test(text) || Number.isNaN(date.getTime()) || !date.toISOString().startsWith(text)) throw new InvalidArgumentError("expected a day such as 2024-03-31.");
  return date;
}

/** A number between 0 and 1. */
export function share(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value > 0 && value < 1)) throw new InvalidArgumentError("expected a number between 0 and 1.");
  return value;
}

/** Words that are not only spaces. */
export function someText(text: string): string {
  if (text.trim() === "") throw new InvalidArgumentError("it is empty.");
  return text;
}

/** Whole numbers between commas. */
export function numbers(text: string): number[] {
  return text.split(",").map(seed);
}

/** Words between commas. */
export function labels(text: string): string[] {
  return text.split(",").map((label) => label.trim());
}

/** Numbers of at least 1, one after the other. */
export function collectNumber(text: string, before: readonly number[] | undefined): number[] {
  return [...(before ?? []), positive(text)];
}

/** Words of an option that may be repeated. */
export function collect(word: string, before: readonly string[]): string[] {
  return [...before, word];
}

/** `query=question,positive=answer` as a record. */
export function columnMap(text: string): Record<string, string> {
  const pairs = text.split(",").map((part) => part.split("=").map((word) => word.trim()));
  if (pairs.some(([field, column, ...rest]) => !field || !column || rest.length > 0)) throw new InvalidArgumentError("expected field=column, such as query=question,positive=answer.");
  return Object.fromEntries(pairs as [string, string][]);
}

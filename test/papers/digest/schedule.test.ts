import { expect, test } from "vitest";
import { dueDigests } from "../../../src/papers/digest/schedule.ts";
import type { Schedule } from "../../../src/papers/digest/schedule.ts";

const daily = (timeZone: string, hour: number): Schedule => ({ frequency: "daily", weekday: 1, hour, timeZone });
const due = (schedule: Schedule, now: string): string | undefined => dueDigests(schedule, new Date(now))[0]?.localDate;

/** The dates that become due while the clock goes from `from` to `to` in steps of 10 minutes, each with the time it was first seen. */
function firstSeen(schedule: Schedule, from: string, to: string): Map<string, string> {
  const seen = new Map<string, string>();
  for (let time = Date.parse(from); time < Date.parse(to); time += 600_000) {
    for (const { localDate } of dueDigests(schedule, new Date(time))) if (!seen.has(localDate)) seen.set(localDate, new Date(time).toISOString());
  }
  return seen;
}

test("a digest is due from the reader's hour on, not before", () => {
  expect(due(daily("Asia/Tokyo", 7), "2026-03-09T21:59:59Z")).toBe(undefined);
  expect(due(daily("Asia/Tokyo", 7), "2026-03-09T22:00:00Z")).toBe("2026-03-10");
  expect(dueDigests(daily("America/New_York", 7), new Date("2026-01-15T12:30:00Z"))).toEqual([{ localDate: "2026-01-15", dueAt: new Date("2026-01-15T12:00:00Z") }]);
});

test("where the clocks skip the hour, the digest comes right after the gap", () => {
  // Berlin, 29 March 2026: 02:00 does not exist, 03:00 follows 01:59 at 01:00 UTC
  expect([...firstSeen(daily("Europe/Berlin", 2), "2026-03-28T12:00:00Z", "2026-03-31T00:00:00Z")]).toEqual([
    ["2026-03-28", "2026-03-28T12:00:00.000Z"],
    ["2026-03-29", "2026-03-29T01:00:00.000Z"],
    ["2026-03-30", "2026-03-30T00:00:00.000Z"],
  ]);
});

test("where the clocks repeat the hour, the digest comes the first time and not again", () => {
  // Berlin, 25 October 2026: 02:00-02:59 happens at 00:00 and again at 01:00 UTC
  expect([...firstSeen(daily("Europe/Berlin", 2), "2026-10-24T22:00:00Z", "2026-10-26T02:00:00Z")]).toEqual([
    ["2026-10-25", "2026-10-25T00:00:00.000Z"],
    ["2026-10-26", "2026-10-26T01:00:00.000Z"],
  ]);
});

test("a gap at midnight still gives that day its digest", () => {
  // Cairo, 24 April 2026: clocks go from 24:00 to 01:00 at 22:00 UTC of the 23rd
  expect(firstSeen(daily("Africa/Cairo", 0), "2026-04-23T20:30:00Z", "2026-04-24T12:00:00Z").get("2026-04-24")).toBe("2026-04-23T22:00:00.000Z");
});

test("a date a zone never had gets no digest, its neighbours get one each", () => {
  const seen = firstSeen(daily("Pacific/Apia", 9), "2011-12-29T20:00:00Z", "2012-01-01T00:00:00Z");
  expect([...seen.keys()]).toEqual(["2011-12-29", "2011-12-31", "2012-01-01"]);
});

test("a year in zones with all kinds of clock changes has one digest for each date, in order", () => {
  for (const zone of ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Chatham"]) {
    for (const hour of [0, 2]) {
      const dates: string[] = [];
      for (let time = Date.parse("2026-01-01T12:00:00Z"); time < Date.parse("2026-12-31T12:00:00Z"); time += 8 * 3_600_000) {
        const date = due(daily(zone, hour), new Date(time).toISOString());
        if (date !== undefined && date !== dates.at(-1)) dates.push(date);
      }
      expect(new Set(dates).size, `${zone} at ${hour}`).toBe(dates.length);
      expect(dates.toSorted()).toEqual(dates);
      expect(dates.length).toBeGreaterThanOrEqual(364);
      expect(dates.length).toBeLessThanOrEqual(366);
    }
  }
});

test("a late digest is sent within 18 hours, across midnight too, and then given up", () => {
  expect(due(daily("UTC", 23), "2026-03-11T00:30:00Z")).toBe("2026-03-10");
  expect(due(daily("UTC", 7), "2026-03-11T00:59:00Z")).toBe("2026-03-10");
  expect(due(daily("UTC", 7), "2026-03-11T01:00:00Z")).toBe(undefined);
});

test("a weekly digest comes on the chosen weekday, three days late at most", () => {
  const weekly: Schedule = { frequency: "weekly", weekday: 3, hour: 8, timeZone: "UTC" };
  expect([...firstSeen(weekly, "2026-03-01T00:00:00Z", "2026-03-20T00:00:00Z").keys()]).toEqual(["2026-03-04", "2026-03-11", "2026-03-18"]);
  expect(due(weekly, "2026-03-07T07:59:00Z")).toBe("2026-03-04");
  expect(due(weekly, "2026-03-07T08:00:00Z")).toBe(undefined);
});

test("a clock that goes backwards finds only dates it has found before", () => {
  const schedule = daily("Europe/Paris", 7);
  expect(due(schedule, "2026-03-10T09:00:00Z")).toBe("2026-03-10");
  expect(due(schedule, "2026-03-10T05:00:00Z")).toBe(undefined);
  expect(due(schedule, "2026-03-09T09:00:00Z")).toBe("2026-03-09");
});

test("a zone this system does not know counts as UTC", () => {
  expect(due(daily("Mars/Olympus", 7), "2026-03-10T07:00:00Z")).toBe("2026-03-10");
});

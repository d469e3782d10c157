import { beforeEach, expect, test } from "vitest";
import { describeDatabases, emptyTables } from "../support/databases.ts";
import { paper } from "../support/paper.ts";
import { AddressError } from "../../../src/papers/people/address.ts";
import { People, TokenRefused, TooManySubscriptions } from "../../../src/papers/people/people.ts";
import { PreferenceError } from "../../../src/papers/people/subscriber.ts";
import { deleteUnconfirmed, listSubscribers, subscriberByAddress } from "../../../src/papers/people/subscribers.ts";
import { Suppressions } from "../../../src/papers/people/suppression.ts";
import { Tokens } from "../../../src/papers/people/tokens.ts";
import { upsertPapers } from "../../../src/papers/store/papers.ts";

const NOW = new Date("2026-03-10T12:00:00Z");
const SECRET = Buffer.alloc(32, 1);

describeDatabases("people", (database) => {
  const tokens = new Tokens(SECRET);
  const suppressions = new Suppressions(SECRET);
  let letters: string[] = [];
  let people: People;
  beforeEach(async () => {
    await emptyTables(database());
    letters = [];
    people = new People({ database: database(), tokens, suppressions, clock: () => NOW, sendLetter: async (_, subscriber) => void letters.push(subscriber) });
  });
  const statusOf = async (address: string): Promise<string | undefined> => (await subscriberByAddress(database(), address))?.status;
  const subscribed = async (address = "a@example.org"): Promise<{ id: string; manage: string }> => {
    await people.subscribe(address, "visitor");
    const id = letters.at(-1) ?? "";
    await people.confirm(tokens.issue("confirm", id, NOW));
    return { id, manage: tokens.issue("manage", id, NOW) };
  };

  test("get mail only after they confirmed, once", async () => {
    await people.subscribe(" A@Example.org ", "visitor");
    expect(await statusOf("a@example.org")).toBe("pending");
    const token = tokens.issue("confirm", letters[0] ?? "", NOW);
    await people.confirm(token);
    expect(await statusOf("a@example.org")).toBe("active");
    await expect(people.confirm(token)).rejects.toMatchObject({ fault: "used" });
  });

  test("are answered alike whether an address is new, known or suppressed", async () => {
    await subscribed("known@example.org");
    await suppressions.add(database(), "dead@example.org", "bounce", "550", NOW);
    letters = [];
    expect(await people.subscribe("new@example.org", "v")).toBe(undefined);
    expect(await people.subscribe("known@example.org", "v")).toBe(undefined);
    expect(await people.subscribe("dead@example.org", "v")).toBe(undefined);
    expect(letters).toHaveLength(2);
    expect(await statusOf("dead@example.org")).toBe(undefined);
    expect(await statusOf("known@example.org")).toBe("active");
  });

  test("cannot have their preferences changed by somebody who types their address", async () => {
    const { manage } = await subscribed();
    const before = await people.profile(manage);
    await people.subscribe("a@example.org", "somebody else", { hour: 3, searches: ["spam"] });
    expect(await people.profile(manage)).toEqual(before);
  });

  test("are protected from floods: a visitor is stopped, an address gets three letters an hour", async () => {
    for (let i = 0; i < 20; i++) await people.subscribe("victim@example.org", "flood");
    await expect(people.subscribe("other@example.org", "flood")).rejects.toThrow(TooManySubscriptions);
    await people.subscribe("other@example.org", "somebody else");
    expect(letters).toHaveLength(4);
    expect((await listSubscribers(database(), { limit: 10 })).map(({ address }) => address).sort()).toEqual(["other@example.org", "victim@example.org"]);
  });

  test("are told what is wrong with an address", async () => {
    await expect(people.subscribe("nonsense", "v")).rejects.toThrow(AddressError);
    expect(letters).toEqual([]);
  });

  test("change preferences, follow, search and star; a mistake changes nothing", async () => {
    await upsertPapers(database(), [paper("p1"), paper("p2")]);
    const { manage } = await subscribed();
    await people.change(manage, { frequency: "weekly", weekday: 5, hour: 18, timeZone: "Asia/Tokyo", paperCount: 5, families: ["video", "audio"], authors: [" Ada  Lovelace "], searches: ["hidden patches"] });
    await people.star(manage, "p1", true);
    await people.star(manage, "p2", true);
    await people.star(manage, "p2", false);
    const profile = await people.profile(manage);
    expect(profile).toEqual({
      preferences: { frequency: "weekly", weekday: 5, hour: 18, timeZone: "Asia/Tokyo", paperCount: 5 },
      following: { families: ["audio", "video"], authors: ["Ada Lovelace"], searches: [{ id: expect.stringMatching(/^[\w-]{22}$/), query: "hidden patches" }], stars: ["p1"] },
    });
    for (const wrong of [{ hour: 24 }, { hour: 1.5 }, { weekday: 0 }, { paperCount: 51 }, { timeZone: "Mars/Olympus" }, { hour: 9, families: ["vidoe"] }, { hour: 9, searches: [""] }, { hour: 9, searches: ["masks", "year:soon"] }, { hour: 9, authors: ["x".repeat(301)] }, { searches: Array.from({ length: 101 }, (_, i) => `q${i}`) }]) {
      await expect(people.change(manage, wrong), JSON.stringify(wrong).slice(0, 60)).rejects.toThrow(PreferenceError);
    }
    await expect(people.change(manage, { families: ["vidoe"] })).rejects.toThrow('did you mean "video"');
    await expect(people.star(manage, "absent", true)).rejects.toThrow("no such paper");
    expect(await people.profile(manage)).toEqual(profile);
  });

  test("keep the feed of a saved search when they add another", async () => {
    const { manage } = await subscribed();
    const first = (await people.change(manage, { searches: ["b"] })).following.searches[0];
    const both = (await people.change(manage, { searches: ["a", "b"] })).following.searches;
    expect(both.map(({ query }) => query)).toEqual(["a", "b"]);
    expect(both[1]).toEqual(first);
  });

  test("leave at once with the link of a mail, as often as their mail program asks", async () => {
    const { id } = await subscribed();
    const token = tokens.issue("unsubscribe", id, NOW);
    for (let i = 0; i < 3; i++) await people.unsubscribe(token);
    expect(await statusOf("a@example.org")).toBe("unsubscribed");
    await expect(people.unsubscribe(tokens.issue("manage", id, NOW))).rejects.toThrow(TokenRefused);
  });

  test("come back after leaving, by confirming again", async () => {
    const { id } = await subscribed();
    await people.unsubscribe(tokens.issue("unsubscribe", id, NOW));
    await people.subscribe("a@example.org", "v");
    expect(await statusOf("a@example.org")).toBe("unsubscribed");
    await people.confirm(tokens.issue("confirm", id, NOW));
    expect(await statusOf("a@example.org")).toBe("active");
  });

  test("take all their data along, and have them deleted without a trace of the address", async () => {
    const { id, manage } = await subscribed();
    await people.change(manage, { searches: ["q"], authors: ["Ada"] });
    await database().query("insert into digests (subscriber, local_date, state) values ($1, '2026-03-10', 'sent')", [id]);
    const data = await people.exportData(manage);
    expect(data).toMatchObject({ subscriber: { address: "a@example.org" }, following: { authors: ["Ada"] }, digests: [{ date: "2026-03-10", state: "sent", papers: [] }] });
    const deletion = await people.deletionToken(manage);
    await people.deleteData(deletion);
    await expect(people.deleteData(deletion)).rejects.toThrow(TokenRefused);
    await expect(people.profile(manage)).rejects.toThrow(TokenRefused);
    for (const { name } of await database().query<{ name: string }>("select quote_ident(tablename) as name from pg_tables where schemaname = 'public'")) {
      const rows = await database().query<{ text: string }>(`select t::text as text from ${name} t`);
      for (const { text } of rows) expect(text, name).not.toMatch(new RegExp(`a@example\\.org|${id}`));
    }
  });

  test("are forgotten when they never confirm", async () => {
    await people.subscribe("a@example.org", "v");
    await subscribed("b@example.org");
    expect(await deleteUnconfirmed(database(), new Date(NOW.getTime() - 1))).toBe(0);
    expect(await deleteUnconfirmed(database(), new Date(NOW.getTime() + 1))).toBe(1);
    expect(await statusOf("b@example.org")).toBe("active");
  });

  test("who complained stay suppressed, whatever they or others press, until the operator lifts it", async () => {
    const { id } = await subscribed();
    expect(await suppressions.add(database(), "a@example.org", "complaint", "abuse report", NOW)).toBe(true);
    await people.confirm(tokens.issue("confirm", id, NOW));
    expect(await statusOf("a@example.org")).toBe("suppressed");
    expect(await suppressions.find(database(), "a@example.org")).toMatchObject({ reason: "complaint", detail: "abuse report" });
    expect(await suppressions.lift(database(), "a@example.org")).toBe(true);
    await people.confirm(tokens.issue("confirm", id, NOW));
    expect(await statusOf("a@example.org")).toBe("active");
  });
});

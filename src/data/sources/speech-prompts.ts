import { defineSource } from "../source.ts";
export const speechPrompts = defineSource<number>({ card: { id: "speech/prompts", version: 1, title: "", licence: "", packages: [], records: 0, splitKey: "", description: "" }, wants: () => false, freeze: async () => ({ arrays: {}, meta: {} }), thaw: () => 0 });

/** Every foundation by id, for those who list or build them by name. */
import type { Foundation } from "../foundation.ts";
import { tokEn, tokEn2k } from "../text/tok-en.ts";
import { bertEn, bertEnL, bertEnS } from "./bert-en.ts";
import { clipEmoji } from "./clip-emoji.ts";
import { decMulti, decMultiEn, tokMl } from "./dec-multi.ts";
import { lmEn } from "./lm-en.ts";
import { spladeEn } from "./splade-en.ts";
import { t5En } from "./t5-en.ts";

/** In an order in which each stands after what it needs. */
export const FOUNDATIONS: readonly Foundation[] = [tokEn, tokEn2k, bertEn, bertEnS, bertEnL, spladeEn, lmEn, t5En, clipEmoji, tokMl, decMulti, decMultiEn];

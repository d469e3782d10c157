/** Papers of the family "scene-text". */
import type { Family } from "../family.ts";

export const sceneText: Family = {
  name: "scene-text",
  title: "Scene text",
  papers: [
    { slug: "dptr", arxiv: "2408.05706", title: "Decoder Pre-Training with only Text for Scene Text Recognition" },
    { slug: "prestu", arxiv: "2209.05534", title: "PreSTU: Pre-Training for Scene-Text Understanding" },
    { slug: "s4", arxiv: "2403.03346", title: "Enhancing Vision-Language Pre-training with Rich Supervisions" },
    { slug: "clip4str", arxiv: "2305.14014", title: "CLIP4STR: A Simple Baseline for Scene Text Recognition with Pre-trained Vision-Language Model" },
  ],
};

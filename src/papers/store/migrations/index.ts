/**
 * Every step of the schema. Modules of the explorer append theirs and number them within a range of their own: papers and
 * queue 1-9, harvest 10-19, search 20-29, people and digest 30-39, runs 40-49.
 */
import { papersSchema } from "./001-papers.ts";
import { jobsSchema } from "./002-jobs.ts";
import { harvestSchema } from "./010-harvest.ts";
import { searchSchema } from "./020-search.ts";
import { searchVectorsSchema } from "./021-search-vectors.ts";
import { searchTextsSchema } from "./022-search-texts.ts";
import { peopleSchema } from "./030-people.ts";
import { digestSchema } from "./031-digest.ts";
import { runsSchema } from "./040-runs.ts";
import type { Migration } from "./migration.ts";

export const MIGRATIONS: readonly Migration[] = [papersSchema, jobsSchema, harvestSchema, searchSchema, searchVectorsSchema, searchTextsSchema, peopleSchema, digestSchema, runsSchema];

#!/usr/bin/env node
/** The `reprise` command. */
import { runProcess } from "./process.ts";
import { CATALOGUE } from "../papers/catalogue/catalogue.ts";
import { SYSTEMS } from "../systems/registry.ts";

await runProcess({ catalogue: CATALOGUE, systems: SYSTEMS });

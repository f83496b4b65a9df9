import { readFileSync } from "node:fs";
import { join } from "node:path";
import openapiTS, { astToString } from "openapi-typescript";
import { expect, test } from "vitest";
import de from "../words/everywhere/de.json";

const description = join(import.meta.dirname, "../../../scheduler/openapi.json");

test("the generated types are those of the server's description; `npm run api` renews them", async () => {
  const fresh = astToString(await openapiTS(new URL(`file://${description}`)));
  const stored = readFileSync(join(import.meta.dirname, "schema.d.ts"), "utf8");
  expect(stored.slice(stored.indexOf("export")).trim()).toBe(fresh.trim());
});

test("every refusal of the server has a sentence", () => {
  const { components } = JSON.parse(readFileSync(description, "utf8")) as { components: { schemas: { Code: { enum: string[] } } } };
  const codes = components.schemas.Code.enum;
  expect(codes.filter((code) => !(code in de.problem))).toEqual([]);
});

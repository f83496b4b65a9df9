import { expect, test } from "vitest";
import { piecesOf } from "./MailAddress";

test("an address breaks before the at sign and after dots and hyphens, and nothing of it is lost", () => {
  const address = "friederike.von-der-heide@verwaltung.landkreis.example.org";
  expect(piecesOf(address)).toEqual(["friederike.", "von-", "der-", "heide", "@verwaltung.", "landkreis.", "example.", "org"]);
  expect(piecesOf(address).join("")).toBe(address);
  expect(piecesOf("")).toEqual([""]);
});

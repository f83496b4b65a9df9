// Each area is a file of its own in each language: a page brings the words it shows, in the language it is read in.
const areas = {
  everywhere: { de: () => import("./everywhere/de.json"), en: () => import("./everywhere/en.json") },
  visit: { de: () => import("./visit/de.json"), en: () => import("./visit/en.json") },
  meeting: { de: () => import("./meeting/de.json"), en: () => import("./meeting/en.json") },
  aside: { de: () => import("./aside/de.json"), en: () => import("./aside/en.json") },
  desk: { de: () => import("./desk/de.json"), en: () => import("./desk/en.json") },
  admin: { de: () => import("./admin/de.json"), en: () => import("./admin/en.json") },
  easy: { de: () => import("./easy/de.json"), en: () => import("./easy/en.json") },
};

/** A part of the app with words of its own; `aside` is what stands beside or above the stage of a meeting. */
export type Area = keyof typeof areas;
export const everyArea = Object.keys(areas) as Area[];

/** The words of one area in one language, by section. */
export async function readWords(area: Area, language: "de" | "en"): Promise<Sections> {
  return (await areas[area][language]()).default;
}

export type Sections = { [key: string]: string | Sections };

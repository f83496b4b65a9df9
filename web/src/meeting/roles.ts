import type { PersonView } from "./people";

/** What the moderation can make of somebody. */
export const rolesToGive = ["moderator", "presenter", "participant", "listener"] as const;
export type RoleToGive = (typeof rolesToGive)[number];

type Attributes = Readonly<Record<string, string>>;

/** What somebody is here, by the attributes that only the server sets. */
export function standingOf({ role, part }: Attributes): RoleToGive {
  if (role === "moderator") return "moderator";
  return part === "presenter" || part === "listener" ? part : "participant";
}

/** The role that is chosen when the dialog opens. */
export const roleOf = (person: PersonView): RoleToGive => (person.role === "moderator" ? "moderator" : (person.part ?? "participant"));

/** The words for a role, or for what a program is here for: who is a guest stays marked as one. */
export const roleWords = ({ role, part, program }: Pick<PersonView, "role" | "part"> & Partial<Pick<PersonView, "program">>): string[] => (program ? [`capturing.${program}`] : part ? [...(role === "participant" ? [] : [`role.${role}`]), `role.${part}`] : [`role.${role}`]);

/** Two letters for a person without a picture: first name and last name, titles left out. */
export function initials(name: string): string {
  const words = name
    .replace(/\b(Prof|Dr|Dipl|Ing|Herr|Frau|med|jur|habil)\b\.?/gi, " ")
    .split(/[\s,]+/)
    .filter((word) => /^\p{L}/u.test(word));
  const first = words[0] ?? name.trim();
  const last = words.length > 1 ? words[words.length - 1]! : "";
  return ((first[0] ?? "") + (last[0] ?? "")).toUpperCase();
}

/** A refusal of the server (problem+json), or `offline` when it could not be reached. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    /** Stable code; the catalogue has a sentence for each under `problem.<code>`. */
    readonly code: string,
    readonly field: string | undefined,
    /** Everything else the answer carried, such as `until` or `opens_at`. */
    readonly extra: Record<string, unknown>,
  ) {
    super(code);
    this.name = "Problem";
  }
}

export function problemFrom(status: number, body: unknown): Problem {
  const fields = typeof body === "object" && body !== null ? (body as Record<string, unknown>) : {};
  const { code, field, ...extra } = fields;
  return new Problem(status, typeof code === "string" ? code : "unexpected", typeof field === "string" ? field : undefined, extra);
}

export const offline = () => new Problem(0, "offline", undefined, {});

export function isProblem(error: unknown, ...codes: string[]): error is Problem {
  return error instanceof Problem && (codes.length === 0 || codes.includes(error.code));
}

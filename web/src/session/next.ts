/** Where to go after signing in. Only paths of this site: anything else could lead people astray. */
export function safeNext(search: string): string {
  const next = new URLSearchParams(search).get("next") ?? "/";
  return /^\/(?![/\\])/.test(next) && !/[\\\u0000-\u001f]/.test(next) ? next : "/";
}

export const signInPath = (next: string) => (next === "/" ? "/sign-in" : `/sign-in?next=${encodeURIComponent(next)}`);

/** Longer than this nobody waits to hear why there is no connection. */
const patience = 3_000;

/** Why a connection could not be made: the media client does not say, the server does when asked. */
export async function refusalOf(url: string, token: string): Promise<"busy" | "blocked" | "failed"> {
  const address = new URL("/rtc/v1/validate", url.replace(/^ws/, "http"));
  try {
    const answer = await fetch(address, { headers: { authorization: `Bearer ${token}` }, signal: AbortSignal.timeout(patience) });
    // The token is good, only what a client says of itself is missing here: so signalling works, and what sound and pictures
    // need (UDP) does not get through.
    if (answer.ok || answer.status === 400) return "blocked";
    return answer.status === 503 ? "busy" : "failed";
  } catch {
    return "failed";
  }
}

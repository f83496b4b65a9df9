/** Why a camera or microphone could not be opened. Each has its own sentence under `device.<fault>.<kind>`. */
export type DeviceFault = "denied" | "missing" | "busy" | "unfit" | "insecure" | "failed";

export function faultOf(error: unknown): DeviceFault {
  const name = typeof error === "object" && error !== null && "name" in error ? String(error.name) : "";
  switch (name) {
    case "NotAllowedError":
    case "SecurityError":
      return "denied";
    case "NotFoundError":
      return "missing";
    case "NotReadableError":
    case "AbortError":
      return "busy";
    case "OverconstrainedError":
      return "unfit";
    case "InsecureContextError":
      return "insecure";
    default:
      return "failed";
  }
}

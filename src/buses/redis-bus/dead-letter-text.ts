// A dead letter as it is kept at the server.
import type { DeadLetter } from "../../contracts/bus.js";

export function deadLetterText({ message, ...letter }: DeadLetter): string {
  try {
    return JSON.stringify({ ...letter, message });
  } catch {
    // Its data is for no other process to read.
    return JSON.stringify({ ...letter, message: { ...message, data: null } });
  }
}

// The lease among nodes of one process: it is held until it is let go, as none of them can die alone.
import type { Leases } from "../contracts/lease.js";

export function createMemoryLeases(): Leases {
  let holder: string | undefined;
  let token = 0;
  return {
    hold: async (asking) => {
      if (holder !== undefined && holder !== asking) return { isHeld: false, holder };
      if (holder === undefined) token += 1;
      holder = asking;
      return { isHeld: true, token };
    },
    release: async (asking) => {
      if (holder === asking) holder = undefined;
    },
  };
}

// What `nautilus help simulate` says of the scenarios and faults there are.
import { FAULT_KINDS } from "../simulation/fault-kinds.js";
import { SCENARIOS } from "../simulation/scenarios/scenarios.js";
import type { HelpSection } from "./command.js";

export function simulateHelp(): readonly HelpSection[] {
  return [
    { heading: "Scenarios:", rows: SCENARIOS.map(({ name, summary }) => [name, summary]) },
    {
      heading:
        "Faults, each as KIND:TARGET@AT+FOR*AMOUNT, times in milliseconds, like crash:a@60000+5000 or drop@1000+5000*0.3:",
      rows: FAULT_KINDS.map(({ name, strikes, drawAmount }) => {
        const where = strikes === "network" ? "strikes the network, without a target" : `strikes the ${strikes} TARGET`;
        return [name, `${where}${drawAmount === undefined ? "" : ", by AMOUNT"}`];
      }),
    },
  ];
}

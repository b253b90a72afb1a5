// Whoever asked for something was given that, and nobody else's: operations their inputs, goals their products.
import type { Goal, Invariant } from "../invariant.js";
import type { Served } from "../scripted-network.js";

export function answersFit(): Invariant {
  return {
    name: "answers fit",
    on: {
      served: misfit,
      goalEnded: (goal) => (goal.code === null ? missing(goal) : undefined),
    },
  };
}

function misfit({ instanceId, goal, inputs }: Served): string | undefined {
  const wrong = inputs.find(({ asked, got }) => got.product !== asked || got.goal !== goal);
  if (wrong === undefined) return undefined;
  const { asked, got } = wrong;
  return `${instanceId} asked for ${asked} of goal ${goal}, and was given ${got.product} of goal ${got.goal}`;
}

function missing({ index, products, result }: Goal): string | undefined {
  const absent = products.find((name) => result?.[name] === undefined);
  if (absent !== undefined) return `goal ${index} succeeded without ${absent}`;
  const wrong = products.find((name) => !isOf(result?.[name] as object, name, index));
  return wrong && `goal ${index} was given ${JSON.stringify(result?.[wrong]).slice(0, 80)} for ${wrong}`;
}

/** What real engines make does not say what it was made for. */
function isOf(value: Partial<Pick<Served, "goal" | "product">>, name: string, index: number): boolean {
  return value.goal === undefined || (value.product === name && value.goal === index);
}

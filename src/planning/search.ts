import type { PlannableOperation } from "../contracts/plan.js";
import type { Effort } from "./effort.js";
import { GreedyPlanner, type GreedyPlan } from "./greedy-plan.js";
import { LowerBound, type Subproblem } from "./lower-bound.js";
import { reduceTo, type Problem } from "./problem.js";

export const TUNE = { keep: 0.85, rounds: 3, nodeRounds: 2, pick: "few", ls: 2, nodeLs: 0, best: 0, strong: 0, maxReduce: 6 , log: null as any, beta: 0, gamma: 1, lsgamma: .5, red: 1, redd: 1, redp: .03, frac: 1, fine: .02, fracAt: 1, scratch: 0};

export class Stage {
  readonly bounds: LowerBound;
  readonly greedy: GreedyPlanner;
  best: GreedyPlan | undefined;
  units = Infinity;
  readonly free: Float64Array;
  readonly some: Uint8Array;
  readonly sum: Float64Array;
  readonly lssum: Float64Array;
  nodes = 0;
  lost = false;
  fresh = false;
  constructor(readonly problem: Problem, readonly effort: Effort) {
    this.bounds = new LowerBound(problem, effort);
    this.greedy = new GreedyPlanner(problem, effort);
    this.greedy.beta = TUNE.beta;
    this.sum = problem.price.map((x, i) => x + TUNE.gamma * problem.delay[i]!);
    this.lssum = problem.price.map((x, i) => x + TUNE.lsgamma * problem.delay[i]!);
    this.free = new Float64Array(problem.price.length);
    this.some = new Uint8Array(problem.price.length);
  }
  offer(plan: GreedyPlan | undefined): boolean {
    if (plan === undefined || plan.units >= this.units) return false;
    this.units = plan.units;
    this.best = plan;
    this.fresh = true;
    return true;
  }
  root(): Subproblem {
    return { alive: new Uint8Array(this.problem.price.length).fill(1), residual: this.problem.price.slice(), paid: 0, bound: 0 };
  }
  zero(part: Subproblem): GreedyPlan | undefined {
    for (let o = 0; o < this.some.length; o++) this.some[o] = part.alive[o] === 1 && part.residual[o] === 0 ? 1 : 0;
    if (TUNE.red) { for (let o = 0; o < this.some.length; o++) this.free[o] = part.residual[o]! + TUNE.redd * this.problem.delay[o]! + TUNE.redp * this.problem.price[o]!; const plan = this.greedy.derive(part.alive, this.free); if (TUNE.red === 2) return plan; this.offer(plan); }
    return this.greedy.derive(this.some, this.sum);
  }
  settle(part: Subproblem, rounds: number): void {
    for (let r = 0; r < rounds; r++) {
      this.bounds.tighten(part);
      if (part.bound >= this.units) return;
      const plan = this.zero(part);
      this.offer(plan);
      if (part.bound >= this.units) return;
      if (this.bounds.eliminate(part, this.units - 1) === 0) return;
    }
  }
  improve(alive: Uint8Array, rounds: number): void {
    const { graph, price } = this.problem;
    for (let r = 0, better = true; better && r < rounds; r++) {
      better = false;
      const plan = this.best!;
      for (let i = plan.operations.length - 1; i >= 0; i--) {
        const o = plan.operations[i]!;
        const p = graph.gives[o]!;
        if (graph.givers.start[p + 1]! - graph.givers.start[p]! < 2) continue;
        if (!this.best!.operations.includes(o)) continue;
        this.some.set(alive);
        this.some[o] = 0;
        this.free.set(this.lssum);
        for (const x of this.best!.operations) this.free[x] = 0;
        if (this.offer(this.greedy.derive(this.some, this.free))) better = true;
        if (this.effort.isOver) return;
      }
    }
  }
}

export function solve(problem: Problem, effort: Effort) {
  let stage = new Stage(problem, effort);
  stage.offer(stage.greedy.derive(new Uint8Array(problem.price.length).fill(1), stage.sum));
  let lower = 0;
  let ops: PlannableOperation[] = stage.best ? Array.from(stage.best.operations, (o) => stage.problem.graph.operations[o]!) : [];
  const log: number[][] = [];
  let rootAt = 0;
  let polished = Infinity;
  for (let k = 0; ; k++) {
    const root = stage.root();
    if (k >= TUNE.fracAt) { stage.bounds.frac = TUNE.frac; stage.bounds.fine = Math.floor(TUNE.fine * problem.price.reduce((a, b) => a + b, 0) / problem.price.length); }
    stage.settle(root, TUNE.rounds);
    lower = Math.max(lower, Math.min(root.bound, stage.units));
    let kept = 0;
    for (const a of root.alive) kept += a;
    log.push([stage.problem.price.length, kept, lower * problem.unit, stage.units * problem.unit, effort.spent]);
    let shrunk = kept < TUNE.keep * stage.problem.price.length && k < TUNE.maxReduce;
    if (root.bound < stage.units && !effort.isOver && !shrunk && polished > stage.units) {
      stage.improve(root.alive, TUNE.ls);
      polished = stage.units;
      if (root.bound < stage.units) {
        stage.bounds.tighten(root);
        kept -= stage.bounds.eliminate(root, stage.units - 1);
        shrunk = kept < TUNE.keep * stage.problem.price.length && k < TUNE.maxReduce;
      }
    }
    lower = Math.max(lower, Math.min(root.bound, stage.units));
    if (stage.best && stage.fresh) ops = Array.from(stage.best.operations, (o) => stage.problem.graph.operations[o]!);
    rootAt = effort.spent;
    if (root.bound >= stage.units || effort.isOver) return { units: stage.units, lower: root.bound >= stage.units ? stage.units : lower, ops, log, nodes: 0, rootUnits: stage.units, rootLower: lower, kept, rootAt };
    const { problem: part, origin } = reduceTo(stage.problem, root.alive);
    const next = new Stage(part, effort);
    next.units = stage.units;
    if (stage.best) { const back = new Map(Array.from(origin, (o, i) => [o, i])); const o2 = Array.from(stage.best.operations).map((o) => back.get(o)).filter((x): x is number => x !== undefined); next.best = { units: stage.units, operations: Int32Array.from(o2) }; next.lost = o2.length < stage.best.operations.length || stage.lost; }
    if (shrunk) { stage = next; continue; }
    const residual = Float64Array.from(origin, (o) => root.residual[o]!);
    const start: Subproblem = { alive: new Uint8Array(kept).fill(1), residual, paid: root.paid, bound: root.bound };
    next.bounds.tighten(start);
    const rootUnits = stage.units, rootLower = lower;
    const had = next.best;
    const low = branch(next, start);
    if (next.best !== had && next.best) ops = Array.from(next.best.operations, (o) => next.problem.graph.operations[o]!);
    return { units: next.units, lower: Math.max(lower, low), ops, log, nodes: next.nodes, rootUnits, rootLower, kept, rootAt };
  }
}

function choose(stage: Stage, part: Subproblem): number {
  const { givers } = stage.problem.graph;
  stage.bounds.tighten(part);
  const { needed } = stage.bounds;
  let best = -1, score = Infinity;
  for (let p = 0; p < needed.length; p++) {
    if (needed[p] === 0) continue;
    let k = 0;
    for (let l = givers.start[p]!; l < givers.start[p + 1]!; l++) k += part.alive[givers.items[l]!]!;
    if (k < 2) continue;
    const s = TUNE.pick === "few" ? k : TUNE.pick === "many" ? -k : p;
    if (s < score) { score = s; best = p; }
  }
  return best;
}

function branch(stage: Stage, root: Subproblem): number {
  const { graph } = stage.problem;
  const open: Subproblem[] = [root];
  while (open.length > 0 && !stage.effort.isOver) {
    let at = open.length - 1;
    if (TUNE.best) for (let i = 0; i < open.length; i++) if (open[i]!.bound < open[at]!.bound) at = i;
    const part = open.splice(at, 1)[0]!;
    if (part.bound >= stage.units) { continue; }
    stage.nodes++;
    const p = choose(stage, part);
    if (p === -1) { stage.offer(stage.greedy.derive(part.alive, stage.problem.price)); continue; }
    const plan = stage.zero(part)!;
    let o = plan.operations.find((x) => graph.gives[x] === p)!;
    if (o === undefined) for (let l = graph.givers.start[p]!; l < graph.givers.start[p + 1]!; l++) if (part.alive[graph.givers.items[l]!] === 1) o = graph.givers.items[l]!;
    const without: Subproblem = { alive: part.alive.slice(), residual: part.residual.slice(), paid: part.paid, bound: part.bound };
    without.alive[o] = 0;
    for (let l = graph.givers.start[p]!; l < graph.givers.start[p + 1]!; l++) if (graph.givers.items[l] !== o) part.alive[graph.givers.items[l]!] = 0;
    if (TUNE.scratch) { for (const x of [without, part]) { x.residual.set(stage.problem.price); x.paid = 0; } }
    stage.settle(without, TUNE.nodeRounds);
    if (without.bound < stage.units) open.push(without);
    stage.settle(part, TUNE.nodeRounds);
    if (part.bound < stage.units) open.push(part);
  }
  let low = stage.units;
  for (const part of open) low = Math.min(low, part.bound);
  return low;
}

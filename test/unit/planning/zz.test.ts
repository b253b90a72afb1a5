import fc from "fast-check";import {it} from "vitest";
import { everyPlan, leastCost } from "./every-plan.js";
import { anyMeasures, fewMeasures, networks } from "./network-arbitraries.js";
import { findPlan } from "../../../src/planning/find-plan.js";
it("x",()=>{let worst:any={d:0};for(const [net,steps] of fc.sample(fc.tuple(networks(anyMeasures),fc.nat(400)),{numRuns:6000,seed:7})){const o=findPlan(net.request,net.operations,{exactUpTo:0,searchSteps:steps});if(!o.found)continue;const l=leastCost(everyPlan(net.request,net.operations));const d=o.plan.lowerBound-l;if(d>worst.d&&net.operations.length<(worst.n??99)+(d>1e-9?0:-99)){worst={d,l,o:o.plan.optimal,lb:o.plan.lowerBound,c:o.plan.cost.total,steps,n:net.operations.length,net}}}
console.log(JSON.stringify(worst,null,1))})

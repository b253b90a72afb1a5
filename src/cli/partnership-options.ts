// What `nautilus partnerships` can be told.
import { z } from "zod";
import type { Option } from "./option.js";

export const ENGINE: Option = {
  name: "engine",
  kind: "text",
  placeholder: "ID",
  description: "only those of this engine or instance, on either side",
  expects: "the id of an engine or of an instance",
  schema: z.string().min(1).max(256),
  flagOnly: true,
};

export const RECOMMENDATIONS: Option = {
  name: "recommendations",
  kind: "flag",
  description: "list partners that would be better instead, by what was measured",
  expects: "true or false",
  schema: z.boolean(),
  flagOnly: true,
};

export const PARTNERSHIP_OPTIONS = [ENGINE, RECOMMENDATIONS];

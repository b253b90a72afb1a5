// Which folders may know which library, so that each can be replaced in one place.
import { importsOf } from "./imports.js";
import { areaOf, findingAt, type Finding, type SourceTree } from "./source-tree.js";

/** Areas by library. A library that does not stand here is not a dependency of the program. */
const FENCES: Readonly<Record<string, readonly string[] | "everywhere">> = {
  zod: "everywhere",
  xstate: ["actors", "agents"],
  eventemitter3: ["buses"],
  ioredis: ["buses"],
  hono: ["api", "domain/api"],
  "@hono/zod-openapi": ["api", "domain/api"],
  "@hono/node-server": ["api"],
  pino: ["kernel"],
  libsql: ["journal"],
  react: ["dashboard"],
  "react-dom": ["dashboard"],
  "@xyflow/react": ["dashboard"],
  "@tanstack/react-query": ["dashboard"],
  uplot: ["dashboard"],
};

export function libraryFences(tree: SourceTree): Finding[] {
  return tree.code("src").flatMap((file) =>
    importsOf(file)
      .filter(({ specifier }) => !specifier.startsWith(".") && !specifier.startsWith("node:"))
      .flatMap(({ specifier, node }) => {
        const library = packageOf(specifier);
        const areas = FENCES[library];
        if (areas === undefined)
          return [findingAt(file, node, `${library} has no fence: say in ${TABLE} who may use it`)];
        if (
          areas === "everywhere" ||
          areas.some((area) => area === areaOf(file.path) || file.path.startsWith(`src/${area}/`))
        )
          return [];
        return [findingAt(file, node, `${library} is for ${areas.join(" and ")} only`)];
      }),
  );
}

const TABLE = "test/tidy/fences.ts";

function packageOf(specifier: string): string {
  const [first = "", second = ""] = specifier.split("/");
  return first.startsWith("@") ? `${first}/${second}` : first;
}
